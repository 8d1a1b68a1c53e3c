import { JournalError } from './journal-error.ts';

/**
 * The file in which a journal is handed over, `kazasu/journal/v1`.
 *
 *   "kazasu/journal/v1\n"
 *   records, each:  type (1 byte)  length of the body (4 bytes, big-endian)  body
 *     01  a log begins           body: gate and epoch as the origin has them, "kazasu/journal/v1/<gate>/<epoch>", UTF-8
 *     02  one entry of that log  body: its leaf hash (32 bytes) ‖ its exact bytes
 *     03  a signed checkpoint of that log, a C2SP signed note, UTF-8
 *     04  the same, countersigned by a receiver
 *     7f  the end                body: how many records stand before it (4 bytes, big-endian)
 *
 * Logs stand in the order of their epochs, entries in that of their numbers, checkpoints after the entries
 * of their log. Nothing follows the end. The end tells a file that was cut on its way (a stick pulled out)
 * from a journal whose tail was cut off; it proves nothing: the checkpoints do.
 */
export const journalMagic = 'kazasu/journal/v1\n';

export const recordTypes = {
  log: 0x01,
  entry: 0x02,
  checkpoint: 0x03,
  countersigned: 0x04,
  end: 0x7f,
} as const;
export type RecordType = keyof typeof recordTypes;

/** Far above what an entry or a note has. */
const mostBodyBytes = 64 * 1024;

/** One record's bytes. */
export function record(type: RecordType, body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt8(recordTypes[type]);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** The records of a whole file, one after the other. Throws a `JournalError` where it is not one. */
export function* records(
  file: Uint8Array,
): Generator<{ readonly type: RecordType; readonly body: Uint8Array }> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, journalMagic.length).equals(Buffer.from(journalMagic))) {
    throw malformed('it does not begin as one');
  }
  let at = journalMagic.length;
  for (let count = 0; ; count += 1) {
    if (at + 5 > bytes.length) throw malformed('it is cut off; copy it again');
    const number = bytes.readUInt8(at);
    const length = bytes.readUInt32BE(at + 1);
    const type = typeOf(number);
    if (length > mostBodyBytes) throw malformed('a record in it is too long');
    if (at + 5 + length > bytes.length) throw malformed('it is cut off; copy it again');
    const body = bytes.subarray(at + 5, at + 5 + length);
    at += 5 + length;
    if (type === 'end') {
      if (length !== 4 || body.readUInt32BE() !== count)
        throw malformed('its records are not as many as it says');
      if (at !== bytes.length) throw malformed('something follows its end');
      return;
    }
    yield { type, body };
  }
}

function typeOf(number: number): RecordType {
  for (const [type, value] of Object.entries(recordTypes)) {
    if (value === number) return type as RecordType;
  }
  throw malformed('it has a record of an unknown kind');
}

export function malformed(why: string): JournalError {
  return new JournalError('malformed', `The file is not a journal that was handed over: ${why}.`);
}
