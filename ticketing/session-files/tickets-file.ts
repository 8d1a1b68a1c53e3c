import { once } from 'node:events';
import { createReadStream, type ReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { wrongFields } from '../../hsm/program/wrong-fields.ts';
import { entryFlags, type EntryRecord } from '../entry-list/entry-record.ts';
import { nameField } from '../entry-list/signed-fields.ts';
import { TicketingError } from '../ticketing-error.ts';
import { hexBytes, isoTime } from './fields.ts';

const card = z.strictObject({
  /** The card's serial hash under the event's key: never its serial. */
  serialHash: hexBytes(32),
  /** Its public key as it was verified at the binding, DER SubjectPublicKeyInfo in base64: the pinned key. */
  publicKey: z
    .base64()
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .optional(),
  /** When the card was bound to the ticket. */
  boundAt: isoTime,
});

const line = z.strictObject({
  ticket: nameField,
  category: nameField,
  seat: z.exactOptional(nameField),
  zone: z.exactOptional(nameField),
  doors: z.exactOptional(z.array(nameField).min(1).max(64)),
  window: z.exactOptional(z.strictObject({ from: isoTime, until: isoTime })),
  party: z.exactOptional(
    z.strictObject({
      id: nameField,
      size: z.int().min(1).max(1000),
      role: z.enum(['representative', 'companion']),
    }),
  ),
  admits: z.exactOptional(z.int().min(2).max(1000)),
  flags: z.exactOptional(z.array(z.enum(entryFlags)).min(1)),
  /** The cards that open the ticket; none where nobody has bound one yet. */
  cards: z.array(card).max(16).default([]),
  /** Cards that were bound and must be refused with their own word. */
  revoked: z.array(hexBytes(32)).max(64).default([]),
});

/** A ticket and the cards that are bound to it. */
export interface TicketLine {
  readonly record: EntryRecord;
  readonly cards: readonly z.output<typeof card>[];
  readonly revoked: readonly Uint8Array[];
}

const longestLine = 64 * 1024;

/**
 * Reads tickets from a file of one JSON object a line, one at a time, so that a million need no memory. The
 * first line that is wrong ends it, with its number: a list with holes in it would turn people away.
 *
 * @example
 * for await (const { record, cards } of readTickets('tickets.ndjson')) …
 */
export async function* readTickets(path: string): AsyncGenerator<TicketLine> {
  const stream = await openStream(path);
  let number = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
    number += 1;
    if (text.trim() !== '') yield parseLine(text, `${path}, line ${number}`);
  }
}

/** How many tickets a file has, for a progress bar. */
export async function countLines(path: string): Promise<number> {
  let count = 0;
  for await (const text of createInterface({ input: await openStream(path), crlfDelay: Infinity })) {
    if (text.trim() !== '') count += 1;
  }
  return count;
}

async function openStream(path: string): Promise<ReadStream> {
  const stream = createReadStream(path);
  try {
    await once(stream, 'ready');
  } catch (cause) {
    throw new TicketingError('file-unreadable', `The tickets file ${path} cannot be read.`, { cause });
  }
  return stream;
}

function parseLine(text: string, where: string): TicketLine {
  if (text.length > longestLine) {
    throw new TicketingError('file-wrong', `${where} is longer than any ticket; split it.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new TicketingError('file-wrong', `${where} is not JSON.`, { cause });
  }
  const checked = line.safeParse(json);
  if (!checked.success) {
    throw new TicketingError('file-wrong', `${where} is wrong:\n${wrongFields(checked.error)}`);
  }
  const { cards, revoked, ...record } = checked.data;
  return { record, cards, revoked };
}
