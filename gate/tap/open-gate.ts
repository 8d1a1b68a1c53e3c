import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import { openTerminalKeys } from '../../hsm/keys/terminal-keys.ts';
import { openToken } from '../../hsm/token/token.ts';
import { loadCardProfile } from '../card/profile.ts';
import type { GateConfig } from '../config/config.ts';
import type { JournalEvent } from '../journal/journal-event.ts';
import { Journal } from '../journal/journal.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import type { ArrivedCard } from '../reader/reader.ts';
import { systemTimer } from '../reader/timer.ts';
import { recordPack, sessionOn, unlockPack } from './session-pack.ts';
import { tap, type TapParts, type Tapped } from './tap.ts';

/** A gate that is ready for cards. */
export interface Gate {
  /** What it admits to. */
  readonly session: { readonly event: string; readonly session: string; readonly entries: number };
  tap(card: ArrivedCard): Promise<Tapped>;
  /** Takes over what another program has taken meanwhile: a newer pack, or changes to it. */
  refresh(): Promise<void>;
  /** Ends the journal with a signed checkpoint and lets go of everything. */
  close(): Promise<void>;
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
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).reverse()) await each();
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
    const journal = await Journal.open({
      file: join(config.state, 'journal.sqlite'),
      gate: config.gate,
      signer: await openSigner(token, 'gate-identity'),
      now,
      ...(tell === undefined ? {} : { tell }),
    });
    closing.push(() => journal.close());
    recordPack(unlocked.pack, journal, now());

    const parts = (): TapParts => ({
      lane: { gate: config.gate, door: config.door, direction: config.direction },
      session: `${session.event}/${session.session}`,
      profile,
      terminalKey: () => terminalKeys.active(profile.name, new Date(now())),
      eventKey: unlocked.eventKey,
      list: unlocked.pack.list,
      roots: unlocked.roots,
      rules: unlocked.pack.contents.rules,
      journal,
      now,
      timer: systemTimer,
    });
    return {
      session: { ...session, entries: unlocked.pack.list.manifest.count },
      tap: (card) => tap(card, parts()),
      refresh: async () => {
        const pack = await shelf.open(session, new Date(now()));
        if (pack !== unlocked.pack) unlocked = await unlockPack(pack, token);
        recordPack(pack, journal, now());
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
