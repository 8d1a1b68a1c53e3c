import { ApduError } from './apdu-error.ts';

export { ApduError } from './apdu-error.ts';

/** A command to a card, ISO 7816-4. */
export interface Command {
  /** CLA INS P1 P2. */
  readonly header: Uint8Array;
  /** At most 65,535 bytes; left out, never empty, where there are none. */
  readonly data?: Uint8Array;
  /** Ne: how many bytes of answer are asked for, 1 to 65,536; left out where none are. */
  readonly expected?: number;
  /** Lengths in the extended form even where the short one would do. */
  readonly extended?: boolean;
  /** It holds a PIN: the bytes that were made of it are wiped once they are sent. */
  readonly secret?: boolean;
}

/** A card's answer. */
export interface Answer {
  readonly data: Uint8Array;
  /** SW1 SW2 as one number: 0x9000. */
  readonly status: number;
}

const HEADER_LENGTH = 4;
const SHORT_DATA = 255;
const SHORT_EXPECTED = 256;
const LONGEST_DATA = 65_535;
const MOST_EXPECTED = 65_536;

/**
 * Writes a command: short where its lengths allow it, extended where they do not.
 *
 * @example
 * encodeCommand({ header: Uint8Array.of(0x00, 0xb0, 0x8a, 0x00), expected: 256 }); // 00 B0 8A 00 00
 */
export function encodeCommand(command: Command): Uint8Array {
  const { header, data = new Uint8Array(), expected = 0, extended = false } = command;
  if (header.length !== HEADER_LENGTH) throw badCommand('its header must have 4 bytes');
  if (data.length > LONGEST_DATA) throw badCommand('it has more than 65,535 bytes of data');
  if (!Number.isInteger(expected) || expected < 0 || expected > MOST_EXPECTED) {
    throw badCommand('it asks for a length that cannot be said');
  }
  const long = extended || data.length > SHORT_DATA || expected > SHORT_EXPECTED;
  const lengths = long ? extendedLengths(data.length, expected) : shortLengths(data.length, expected);
  return Buffer.concat([header, lengths.before, data, lengths.after]);
}

interface Lengths {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

function shortLengths(sent: number, expected: number): Lengths {
  return {
    before: sent === 0 ? Uint8Array.of() : Uint8Array.of(sent),
    // 256 wraps to the 00 that stands for it.
    after: expected === 0 ? Uint8Array.of() : Uint8Array.of(expected & 0xff),
  };
}

function extendedLengths(sent: number, expected: number): Lengths {
  const le = Uint8Array.of((expected >> 8) & 0xff, expected & 0xff);
  if (sent > 0) {
    return { before: Uint8Array.of(0, sent >> 8, sent & 0xff), after: expected === 0 ? Uint8Array.of() : le };
  }
  return { before: expected === 0 ? Uint8Array.of() : Uint8Array.of(0, ...le), after: Uint8Array.of() };
}

/** Reads a command as {@link encodeCommand} writes it; raises an `ApduError` at anything else. */
export function decodeCommand(bytes: Uint8Array): Command {
  if (bytes.length < HEADER_LENGTH) throw badCommand('it has fewer than 4 bytes');
  const header = bytes.slice(0, HEADER_LENGTH);
  const body = bytes.subarray(HEADER_LENGTH);
  if (body.length === 0) return { header };
  const first = body[0] ?? 0;
  if (body.length === 1) return { header, expected: first === 0 ? SHORT_EXPECTED : first };
  if (first !== 0) return { header, ...shortBody(body, first) };
  return { header, ...extendedBody(body), extended: true };
}

function shortBody(body: Uint8Array, length: number): Omit<Command, 'header'> {
  const data = body.slice(1, 1 + length);
  if (body.length === 1 + length) return { data };
  if (body.length !== 2 + length) throw badCommand('its length and its data disagree');
  const le = body.at(-1) ?? 0;
  return { data, expected: le === 0 ? SHORT_EXPECTED : le };
}

function extendedBody(body: Uint8Array): Omit<Command, 'header'> {
  if (body.length < 3) throw badCommand('its extended length is cut off');
  const length = twoBytes(body, 1);
  if (body.length === 3) return { expected: length === 0 ? MOST_EXPECTED : length };
  if (length === 0) throw badCommand('its extended data is empty');
  const data = body.slice(3, 3 + length);
  if (body.length === 3 + length) return { data };
  if (body.length !== 5 + length) throw badCommand('its length and its data disagree');
  const le = twoBytes(body, body.length - 2);
  return { data, expected: le === 0 ? MOST_EXPECTED : le };
}

function twoBytes(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}

/** Reads an answer: data and a status word of ISO 7816's two families, 6xxx (60 aside) and 9xxx. */
export function decodeAnswer(bytes: Uint8Array): Answer {
  if (bytes.length < 2) throw badAnswer('it has no status word');
  if (bytes.length > MOST_EXPECTED + 2) throw badAnswer('it is longer than any answer can be');
  const status = twoBytes(bytes, bytes.length - 2);
  const family = status >> 12;
  if ((family !== 0x6 && family !== 0x9) || status >> 8 === 0x60) {
    throw badAnswer('its status word is none');
  }
  return { data: bytes.subarray(0, -2), status };
}

/** Writes an answer. */
export function encodeAnswer({ data, status }: Answer): Uint8Array {
  return Buffer.concat([data, Uint8Array.of(status >> 8, status & 0xff)]);
}

function badCommand(what: string): ApduError {
  return new ApduError('bad-command', `Not a command for a card: ${what}.`);
}

function badAnswer(what: string): ApduError {
  return new ApduError('bad-answer', `Not an answer of a card: ${what}.`);
}
