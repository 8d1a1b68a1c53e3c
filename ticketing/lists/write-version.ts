import type { EventKey } from '../../hsm/keys/event-key.ts';
import { encodeWrappedEventKey } from '../../hsm/keys/wrapped-event-key.ts';
import { verifyKey } from '../../hsm/seal/seal.ts';
import {
  changesToList,
  entriesToList,
  revokedCards,
  type ListedTicket,
} from '../bindings/entries-to-list.ts';
import type { PackContents } from '../entry-list/pack-contents.ts';
import type { Entry } from '../entry-list/entry-record.ts';
import { verifyDeltaFile, verifyListFile } from '../entry-list/verify-file.ts';
import { writeDelta, writeEntryList } from '../entry-list/write-entry-list.ts';
import { writePack } from '../entry-list/write-pack.ts';
import type { ServiceKeys } from '../keys/service-keys.ts';
import type { Store } from '../store/store.ts';
import type { PackFacts } from './pack-facts.ts';
import type { SessionToList } from './session-to-list.ts';

/** What writing a version needs of the service. */
export interface VersionWriter {
  readonly store: Store;
  readonly keys: Pick<ServiceKeys, 'listSigner' | 'eventKey' | 'wrapEventKey'>;
}

export interface VersionToWrite {
  readonly session: SessionToList;
  readonly facts: PackFacts;
  readonly version: number;
  readonly issuedAt: Date;
  /** Told how many tickets were read so far. */
  readonly onProgress: (done: number) => Promise<void>;
}

/** A version that a delta leads on from. */
export interface BaseVersion {
  readonly version: number;
  /** SHA-256 of the sealed manifest of its list or delta. */
  readonly manifestDigest: Uint8Array;
}

export interface WrittenVersion {
  readonly file: Uint8Array;
  readonly manifestDigest: Uint8Array;
  /** How many entries it puts in force, or changes. */
  readonly entries: number;
}

/** Ticket numbers are hashed in the token, so many at once. */
const hashedAtOnce = 64;

/**
 * Writes the whole pack of a gate group: every ticket of the session sealed into a list, and the event's key
 * wrapped to each gate.
 */
export async function writeFull(writer: VersionWriter, wanted: VersionToWrite): Promise<WrittenVersion> {
  const { store, keys } = writer;
  const { session, facts, version, issuedAt } = wanted;
  const eventKey = await keys.eventKey(session.event);
  const revoked: Uint8Array[] = [];
  for await (const hash of revokedCards(store, session.id)) revoked.push(hash);
  const list = await writeEntryList({
    event: session.event,
    session: session.name,
    gateGroup: facts.gateGroup,
    version,
    issuedAt,
    validFrom: session.validFrom,
    validUntil: session.validUntil,
    entries: entriesOf(entriesToList(store, session.id), eventKey, wanted.onProgress),
    revoked,
    signer: keys.listSigner,
  });
  const { digest, layer } = verifyListFile(list, [verifyKey(keys.listSigner.publicKey)]);
  const contents = {
    ...session.said,
    wrappedKeys: await wrappedKeys(keys, session.event, facts),
    roots: [...facts.roots],
    crls: [],
  };
  const file = await writePack({ list, contents, issuedAt, signer: keys.listSigner });
  return { file, manifestDigest: digest, entries: layer.tags.count };
}

/** Writes what changed since a version; nothing where nothing did. */
export async function writeChanges(
  { store, keys }: VersionWriter,
  { session, facts, version, issuedAt, onProgress }: VersionToWrite,
  base: BaseVersion,
): Promise<WrittenVersion | undefined> {
  const eventKey = await keys.eventKey(session.event);
  const listed: ListedTicket[] = [];
  const withdrawn: Uint8Array[] = [];
  const revoked: Uint8Array[] = [];
  for await (const change of changesToList(store, session.id, { after: base.version, upTo: version })) {
    withdrawn.push(...change.withdrawn);
    revoked.push(...change.revoked);
    if (change.listed !== undefined) listed.push(change.listed);
    // While nobody had bound it, the ticket had a row of its own.
    if (change.listed?.cards.length !== 0) withdrawn.push(await eventKey.ticketHash(change.number));
  }
  if (listed.length + withdrawn.length + revoked.length === 0) return undefined;
  const file = await writeDelta({
    base: {
      version: base.version,
      digest: base.manifestDigest,
      manifest: { event: session.event, session: session.name, gateGroup: facts.gateGroup },
    },
    version,
    issuedAt,
    written: entriesOf(listed, eventKey, onProgress),
    withdrawn,
    revoked,
    signer: keys.listSigner,
  });
  const { digest, layer } = verifyDeltaFile(file, [verifyKey(keys.listSigner.publicKey)]);
  const entries = layer.tags.count + layer.withdrawn.count + layer.revoked.count;
  return { file, manifestDigest: digest, entries };
}

/** A row for each card, or one for a ticket that nobody has bound: it opens by its number alone. */
async function* entriesOf(
  tickets: Iterable<ListedTicket> | AsyncIterable<ListedTicket>,
  eventKey: EventKey,
  onProgress: (done: number) => Promise<void>,
): AsyncGenerator<Entry> {
  let waiting: ListedTicket[] = [];
  let done = 0;
  const entriesOfWaiting = async (): Promise<Entry[]> => {
    const entries = await Promise.all(waiting.map((ticket) => entriesOfTicket(ticket, eventKey)));
    done += waiting.length;
    waiting = [];
    await onProgress(done);
    return entries.flat();
  };
  for await (const ticket of tickets) {
    waiting.push(ticket);
    if (waiting.length === hashedAtOnce) yield* await entriesOfWaiting();
  }
  yield* await entriesOfWaiting();
}

async function entriesOfTicket({ record, cards }: ListedTicket, eventKey: EventKey): Promise<Entry[]> {
  const ticketHash = await eventKey.ticketHash(record.ticket);
  if (cards.length === 0) return [{ ticketHash, record }];
  return cards.map(({ serialHash, publicKey }) => ({
    serialHash,
    ticketHash,
    record: publicKey === undefined ? record : { ...record, publicKey },
  }));
}

async function wrappedKeys(
  keys: VersionWriter['keys'],
  event: string,
  { recipients }: PackFacts,
): Promise<PackContents['wrappedKeys']> {
  const wrapped = [];
  for (const [fingerprint, recipient] of recipients) {
    wrapped.push({
      recipient: Uint8Array.from(Buffer.from(fingerprint, 'hex')),
      wrapped: encodeWrappedEventKey(await keys.wrapEventKey(event, recipient)),
    });
  }
  return wrapped;
}
