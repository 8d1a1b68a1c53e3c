import type { Root } from '../../hsm/certificate/root.ts';
import { encodeWrappedEventKey } from '../../hsm/keys/wrapped-event-key.ts';
import { keyFingerprint } from '../../hsm/keys/transport-key.ts';
import type { EventKey } from '../../hsm/keys/event-key.ts';
import { openEventKey, wrapEventKey } from '../../hsm/keys/event-keys.ts';
import type { Recipient } from '../../hsm/keys/recipient.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import type { Token } from '../../hsm/token/token.ts';
import type { Entry } from '../entry-list/entry-record.ts';
import { writeEntryList } from '../entry-list/write-entry-list.ts';
import { writePack } from '../entry-list/write-pack.ts';
import type { SessionFile } from './session-file.ts';
import type { TicketLine } from './tickets-file.ts';

export interface PackToExport {
  readonly session: SessionFile;
  readonly tickets: AsyncIterable<TicketLine>;
  /** Above that of any pack that a gate has taken for this session. */
  readonly version: number;
  /** The transport keys of the gates that may open the list. */
  readonly gates: readonly Recipient[];
  readonly roots: readonly Root[];
  readonly issuedAt: Date;
  readonly onProgress?: (done: number) => void;
}

/**
 * Makes the pack of a session: seals the tickets into an entry list, wraps the event's key to each gate, and
 * signs all of it in the ticketing service's token.
 *
 * @example
 * const pack = await exportPack(token, { session, tickets: readTickets(file), version: 3, gates, roots, issuedAt });
 */
export async function exportPack(token: Token, pack: PackToExport): Promise<Uint8Array> {
  const { session, version, issuedAt } = pack;
  const signer = await openSigner(token, 'list-signing');
  const eventKey = await openEventKey(token, session.event);
  const revoked: Uint8Array[] = [];
  const list = await writeEntryList({
    event: session.event,
    session: session.session,
    gateGroup: session.gateGroup,
    version,
    issuedAt,
    validFrom: session.validFrom,
    validUntil: session.validUntil,
    entries: entriesOf(pack.tickets, eventKey, revoked),
    // Read after the last entry, when all of them are known.
    revoked,
    signer,
    ...(pack.onProgress === undefined ? {} : { onProgress: pack.onProgress }),
  });
  const wrappedKeys = [];
  for (const gate of pack.gates) {
    const wrapped = await wrapEventKey(token, session.event, gate);
    wrappedKeys.push({
      recipient: Uint8Array.from(keyFingerprint(gate.publicKey)),
      wrapped: encodeWrappedEventKey(wrapped),
    });
  }
  const { texts, startsAt, rules, receipt } = session;
  const roots = pack.roots.map(({ certificate }) => certificate.der);
  const contents = { texts, startsAt, rules, wrappedKeys, roots, crls: [], receipt };
  return writePack({ list, contents, issuedAt, signer });
}

/** A row for each card, or one for a ticket that nobody has bound: it opens by its number alone. */
async function* entriesOf(
  tickets: AsyncIterable<TicketLine>,
  eventKey: EventKey,
  revoked: Uint8Array[],
): AsyncGenerator<Entry> {
  for await (const { record, cards, revoked: lost } of tickets) {
    revoked.push(...lost);
    const ticketHash = await eventKey.ticketHash(record.ticket);
    if (cards.length === 0) yield { ticketHash, record };
    for (const { serialHash, publicKey } of cards) {
      yield {
        serialHash,
        ticketHash,
        record: publicKey === undefined ? record : { ...record, publicKey },
      };
    }
  }
}
