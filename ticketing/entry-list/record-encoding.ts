import { decodeCanonicalPrefix } from '../../hsm/seal/canonical-cbor.ts';
import { packCardKey, unpackCardKey } from './card-key.ts';
import type { CborWriter } from './cbor-writer.ts';
import { EntryListError } from './entry-list-error.ts';
import { mostRecordBytes } from './limits.ts';
import {
  entryFlags,
  type EntryFlag,
  type EntryParty,
  type EntryRecord,
  type EntryWindow,
} from './entry-record.ts';

/** The keys of a record's map, as FORMAT.md names them. */
const field = {
  ticket: 1,
  seat: 2,
  zone: 3,
  category: 4,
  doors: 5,
  window: 6,
  party: 7,
  admits: 8,
  flags: 9,
  cardKey: 10,
} as const;

const mostTextBytes = 240;
const mostDoors = 64;
const mostPeople = 10_000;
const roles = ['companion', 'representative'] as const;

/** Appends the record to what the writer holds. A million of these are written for one list. */
export function encodeRecord(record: EntryRecord, out: CborWriter): void {
  const start = out.length;
  const { seat, zone, doors, window, party, admits, flags, publicKey } = record;
  out.map(2 + countGiven(record));
  writeText(field.ticket, record.ticket, out);
  if (seat !== undefined) writeText(field.seat, seat, out);
  if (zone !== undefined) writeText(field.zone, zone, out);
  writeText(field.category, record.category, out);
  if (doors !== undefined) writeDoors(doors, out);
  if (window !== undefined) writeWindow(window, out);
  if (party !== undefined) writeParty(party, out);
  if (admits !== undefined) writeCount(field.admits, admits, 2, out);
  if (flags !== undefined) writeFlags(flags, out);
  if (publicKey !== undefined) out.uint(field.cardKey).bytes(packCardKey(publicKey));
  if (out.length - start > mostRecordBytes)
    throw cannotWrite('A record is longer than 4096 bytes; shorten its texts.');
}

const optionalFields = ['seat', 'zone', 'doors', 'window', 'party', 'admits', 'flags', 'publicKey'] as const;

function countGiven(record: EntryRecord): number {
  let count = 0;
  for (const name of optionalFields) if (record[name] !== undefined) count += 1;
  return count;
}

/** The record that an opened row holds: canonical CBOR, then zeros up to the row's length. */
export function decodeRecord(plain: Uint8Array): EntryRecord {
  const { value, length } = decodeOrRefuse(plain);
  if (!(value instanceof Map) || plain.subarray(length).some((byte) => byte !== 0)) throw unknownContent();
  const fields = new Map<unknown, unknown>(value);
  const take = (key: number): unknown => {
    const found = fields.get(key);
    fields.delete(key);
    return found;
  };
  const record: EntryRecord = {
    ticket: readText(take(field.ticket)),
    ...given('seat', take(field.seat), readText),
    ...given('zone', take(field.zone), readText),
    category: readText(take(field.category)),
    ...given('doors', take(field.doors), readDoors),
    ...given('window', take(field.window), readWindow),
    ...given('party', take(field.party), readParty),
    ...given('admits', take(field.admits), (each) => readCount(each, 2)),
    ...given('flags', take(field.flags), readFlags),
    ...given('publicKey', take(field.cardKey), readCardKey),
  };
  if (fields.size > 0) throw unknownContent();
  return record;
}

function given<Name extends string, Value>(
  name: Name,
  value: unknown,
  read: (value: unknown) => Value,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: read(value) } as Record<Name, Value>);
}

function writeText(key: number, text: string, out: CborWriter): void {
  out.uint(key);
  writeBareText(text, out);
}

function writeBareText(text: string, out: CborWriter): void {
  const before = out.length;
  out.text(text);
  if (text === '' || out.length - before > mostTextBytes + 2) {
    throw cannotWrite('A text of a record is empty or longer than 240 bytes; mend it.');
  }
}

function writeDoors(doors: readonly string[], out: CborWriter): void {
  if (doors.length === 0 || doors.length > mostDoors) {
    throw cannotWrite('A record names 1 to 64 doors, or leaves them out where any door will do.');
  }
  out.uint(field.doors).array(doors.length);
  for (const door of doors) writeBareText(door, out);
}

function writeWindow(window: EntryWindow, out: CborWriter): void {
  const [from, until] = [window.from, window.until].map((each) => Math.floor(each.getTime() / 1000));
  if (from === undefined || until === undefined || !(from >= 0 && from <= until)) {
    throw cannotWrite("A record's window ends before it begins; mend it.");
  }
  out.uint(field.window).array(2).uint(from).uint(until);
}

function writeParty(party: EntryParty, out: CborWriter): void {
  out.uint(field.party).array(3);
  writeBareText(party.id, out);
  checkCount(party.size, 1);
  out.uint(party.size).uint(roles.indexOf(party.role));
}

function writeCount(key: number, count: number, least: number, out: CborWriter): void {
  checkCount(count, least);
  out.uint(key).uint(count);
}

function checkCount(count: number, least: number): void {
  if (!Number.isInteger(count) || count < least || count > mostPeople) {
    throw cannotWrite(`A count of people in a record is not between ${least} and ${mostPeople}; mend it.`);
  }
}

function writeFlags(flags: readonly EntryFlag[], out: CborWriter): void {
  const bits = flags.reduce((sum, flag) => sum | (1 << entryFlags.indexOf(flag)), 0);
  if (bits === 0) throw cannotWrite('A record without flags leaves them out.');
  out.uint(field.flags).uint(bits);
}

function readText(value: unknown): string {
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > mostTextBytes)
    throw unknownContent();
  return value;
}

function readDoors(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > mostDoors) throw unknownContent();
  return value.map(readText);
}

function readWindow(value: unknown): EntryWindow {
  const [from, until] = readTuple(value, 2).map(readSeconds);
  if (from === undefined || until === undefined || from > until) throw unknownContent();
  return { from, until };
}

function readParty(value: unknown): EntryParty {
  const [id, size, roleNumber] = readTuple(value, 3);
  const role = typeof roleNumber === 'number' ? roles[roleNumber] : undefined;
  if (role === undefined) throw unknownContent();
  return { id: readText(id), size: readCount(size, 1), role };
}

function readTuple(value: unknown, length: number): unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw unknownContent();
  return value as unknown[];
}

function readSeconds(value: unknown): Date {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 8.64e12)
    throw unknownContent();
  return new Date(value * 1000);
}

function readCount(value: unknown, least: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > mostPeople) {
    throw unknownContent();
  }
  return value;
}

function readFlags(value: unknown): EntryFlag[] {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value >= 1 << entryFlags.length) {
    throw unknownContent();
  }
  return entryFlags.filter((_, bit) => (value & (1 << bit)) !== 0);
}

function readCardKey(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw unknownContent();
  return unpackCardKey(value);
}

function decodeOrRefuse(plain: Uint8Array): { value: unknown; length: number } {
  try {
    return decodeCanonicalPrefix(plain);
  } catch (cause) {
    throw unknownContent(cause);
  }
}

function unknownContent(cause?: unknown): EntryListError {
  const sentence = 'A record holds what this gate does not know; update the gate or write the list again.';
  return new EntryListError('unknown-content', sentence, { cause });
}

function cannotWrite(sentence: string): EntryListError {
  return new EntryListError('cannot-write', sentence);
}
