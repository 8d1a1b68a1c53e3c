import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import type { TicketFound } from '../../ticketing/entry-list/entry-list.ts';
import type { PackContents } from '../../ticketing/entry-list/pack-contents.ts';
import { loadCardProfile } from '../card/profile.ts';
import type { GateConfig } from '../config/config.ts';
import type { Lane, Rules } from '../decide/rules.ts';
import type { Place } from '../journal/derived.ts';
import type { EntryContent } from '../journal-format/entry.ts';
import type { JournalEvent } from '../journal/journal-event.ts';
import type { SignedCheckpoint } from '../journal/journal-options.ts';
import { Journal } from '../journal/journal.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import type { Taken } from '../pack/pack-shelf.ts';
import { readerIsWanted } from '../reader/reader-name.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import { systemTimer } from '../reader/timer.ts';
import { recordPack, sessionOn, unlockPack } from './session-pack.ts';
import { tap, type TapParts, type Tapped } from './tap.ts';

/** A tap, and where the journal has it; nowhere, where it could not be written down. */
export interface RecordedTap extends Tapped {
  readonly place?: Place;
}

/** A gate that is ready for cards. */
export interface Gate {
  /** What it admits to. */
  readonly session: { readonly event: string; readonly session: string };
  /** The session as the journal names it. */
  readonly journalSession: string;
  readonly lane: Lane;
  /** The lane of a card's reader: the exit lane's reader may be another one. */
  laneOf(card: Pick<ArrivedCard, 'reader'>): Lane;
  readonly journal: Journal;
  /** The HSM: whether it is there, and word of its going and coming back. */
  readonly token: Pick<Token, 'state' | 'onState'>;
  /** The session's rules, as the pack in use has them. */
  readonly rules: Rules;
  /** What else the pack in use says: names, and how receipts look. */
  readonly contents: Pick<PackContents, 'texts' | 'receipt'>;
  /** The entry list in use. */
  readonly list: { readonly version: number; readonly issuedAt: Date; readonly count: number };
  tap(card: ArrivedCard): Promise<RecordedTap>;
  /** What the list holds for a printed ticket number, typed by staff. */
  findTicket(number: string): Promise<TicketFound | 'revoked' | undefined>;
  /** Takes a pack or a delta, and goes on with it at once where it is for the session that is on. */
  take(bytes: Uint8Array): Promise<Taken>;
  /** Takes over what another program has taken meanwhile: a newer pack, or changes to it. */
  refresh(): Promise<void>;
  /** Ends the journal with a signed checkpoint, which it answers, and lets go of everything. */
  close(): Promise<SignedCheckpoint | undefined>;
}

export interface OpenGateOptions {
  readonly config: GateConfig;
  /** The HSM's. */
  readonly pin: string;
  readonly now?: () => number;
  readonly tell?: (event: JournalEvent) => void;
}

/**
 * Opens a gate: its HSM and keys, its journal, and the pack of the session that is on. Whatever is missing
 * ends it with a sentence that says what to do.
 *
 * @example
 * const gate = await openGate({ config: readConfig(file), pin });
 * const reader = watchPcscReaders({ reader: config.reader }, { onCard: (card) => void gate.tap(card) });
 */
export async function openGate({ config, pin, now = Date.now, tell }: OpenGateOptions): Promise<Gate> {
  const { module, token: label, parameters } = config.pkcs11;
  const profile = loadCardProfile(config.cardProfile);
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  const closing: (() => unknown)[] = [];
  let last: SignedCheckpoint | undefined;
  const close = async (): Promise<SignedCheckpoint | undefined> => {
    // What fails to close keeps none of the others open.
    const failures: unknown[] = [];
    for (const each of closing.splice(0).reverse()) {
      try {
        await each();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return last;
  };
  try {
    const token = await openToken({
      module,
      token: label,
      pin,
      ...(parameters === undefined ? {} : { parameters }),
    });
    closing.push(() => {
      token.close();
    });
    const terminalKeys = await openTerminalKeys(token, config.state);
    const { shelf, close: closeShelf } = openPackShelf(config);
    closing.push(closeShelf);
    const session = await sessionOn(shelf, new Date(now()));
    let unlocked = await unlockPack(await shelf.open(session, new Date(now())), token);
    // The journal last: each opening begins a log, and a gate that lacks something tries again and again.
    const journal = await Journal.open({
      file: join(config.state, 'journal.sqlite'),
      gate: config.gate,
      signer: await openSigner(token, 'gate-identity'),
      now,
      ...(tell === undefined ? {} : { tell }),
    });
    closing.push(async () => {
      last = await journal.close();
    });
    recordPack(unlocked.pack, journal, now());

    const lane: Lane = { gate: config.gate, door: config.door, direction: config.direction };
    const journalSession = `${session.event}/${session.session}`;
    const exit: Lane = { ...lane, direction: 'out' };
    const { exitReader } = config;
    const laneOf = ({ reader }: Pick<ArrivedCard, 'reader'>): Lane =>
      exitReader !== undefined && readerIsWanted(reader, exitReader) ? exit : lane;
    const parts = (card: ArrivedCard, record: Journal['record']): TapParts => ({
      lane: laneOf(card),
      session: journalSession,
      profile,
      terminalKey: () => terminalKeys.active(profile.name, new Date(now())),
      eventKey: unlocked.eventKey,
      list: unlocked.pack.list,
      roots: unlocked.roots,
      rules: unlocked.pack.contents.rules,
      journal: { admissionsOf: (whom) => journal.admissionsOf(whom), record },
      now,
      timer: systemTimer,
    });
    const refresh = async (): Promise<void> => {
      const pack = await shelf.open(session, new Date(now()));
      if (pack !== unlocked.pack) unlocked = await unlockPack(pack, token);
      recordPack(pack, journal, now());
    };
    return {
      session,
      journalSession,
      lane,
      laneOf,
      journal,
      token,
      get rules() {
        return unlocked.pack.contents.rules;
      },
      get contents() {
        return unlocked.pack.contents;
      },
      get list() {
        const { list } = unlocked.pack;
        return { version: list.version, issuedAt: list.manifest.issuedAt, count: list.count };
      },
      tap: async (card) => {
        let place: Place | undefined;
        const record = (entry: EntryContent): Place => (place = journal.record(entry));
        const tapped = await tap(card, parts(card, record));
        return place === undefined ? tapped : { ...tapped, place };
      },
      findTicket: async (number) => {
        const { eventKey, pack } = unlocked;
        return pack.list.findTicket(await eventKey.ticketHash(number));
      },
      take: async (bytes) => {
        const taken = await shelf.take(bytes, new Date(now()));
        await refresh();
        return taken;
      },
      refresh,
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}
