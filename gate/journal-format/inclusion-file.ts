import { decodeEntry, type Entry } from './entry.ts';
import { claimedCheckpoint, openCheckpoint, type Checkpoint } from './checkpoint.ts';
import { JournalError } from './journal-error.ts';
import { leafHash, verifyInclusion } from './merkle-tree.ts';
import type { VerifyOptions } from './verify.ts';

/**
 * The proof that one entry is in a journal that a gate signed, as a file of its own: C2SP's tlog-proof.
 * Anyone who has the gate's public key verifies it, without the journal and without the gate.
 *
 *   c2sp.org/tlog-proof@v1
 *   extra <the entry's exact bytes, base64>
 *   index <the entry's number in its log>
 *   <the hashes from the entry's sibling up to below the root, base64, a line each>
 *   (an empty line)
 *   <a signed checkpoint of that log that covers the entry, countersigned where it can be>
 *
 * The format says that nothing in `extra` may be believed unseen: its hash is the leaf that is proven.
 */
const header = 'c2sp.org/tlog-proof@v1';
/** A tree of as many entries as a number can have is not higher. */
const longestPath = 63;

/** What a file proves, and all that it is proven by. */
export interface Inclusion {
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The checkpoint's signed note. */
  readonly note: string;
}

/** What was proven. */
export interface ProvenEntry {
  readonly entry: Entry;
  readonly checkpoint: Checkpoint;
  readonly countersignedBy: readonly string[];
  /** Without the gate's key the proof shows only that the file is not damaged. */
  readonly signatureChecked: boolean;
}

/** Writes the file. */
export function writeInclusion({ bytes, index, path, note }: Inclusion): string {
  const lines = [header, `extra ${base64(bytes)}`, `index ${index}`, ...path.map(base64)];
  return `${lines.join('\n')}\n\n${note}`;
}

/**
 * Verifies a file: that exactly this entry has this number in a log that the gate signed. Throws a
 * `JournalError` with `bad-proof`, or `malformed` where the file is no such proof; a `SealError` where
 * the checkpoint's signature is missing or wrong.
 *
 * @example
 * const { entry, checkpoint } = verifyInclusionFile(text, { keys: [gateKey] });
 */
export function verifyInclusionFile(
  text: string,
  { keys, countersigners }: Pick<VerifyOptions, 'keys' | 'countersigners'> = {},
): ProvenEntry {
  const { bytes, index, path, note } = readInclusion(text);
  const { checkpoint, countersignedBy } =
    keys === undefined
      ? { checkpoint: claimedCheckpoint(note), countersignedBy: [] }
      : openCheckpoint(note, keys, countersigners);
  const { size, root } = checkpoint;
  if (!verifyInclusion({ leaf: leafHash(bytes), index, size, path, root })) {
    throw badProof('the hashes do not lead from the entry to what was signed');
  }
  const entry = decodeEntry(bytes);
  if (entry.number !== index) throw badProof('the entry says that it stands elsewhere');
  return { entry, checkpoint, countersignedBy, signatureChecked: keys !== undefined };
}

function readInclusion(text: string): Inclusion {
  const end = text.indexOf('\n\n');
  const [first, extra = '', number = '', ...hashes] = text.slice(0, Math.max(0, end)).split('\n');
  const [, encoded] = /^extra ([A-Za-z0-9+/=]{1,8192})$/.exec(extra) ?? [];
  const [, digits] = /^index (0|[1-9]\d{0,14})$/.exec(number) ?? [];
  if (first !== header || encoded === undefined || digits === undefined || hashes.length > longestPath) {
    throw malformed();
  }
  const path = hashes.map((line) => decode(line));
  if (path.some((hash) => hash.length !== 32)) throw malformed();
  return { bytes: decode(encoded), index: Number(digits), path, note: text.slice(end + 2) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function decode(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw malformed();
  return Uint8Array.from(bytes);
}

function badProof(why: string): JournalError {
  return new JournalError(
    'bad-proof',
    `The proof does not hold: ${why}. Have the gate’s operator make it again.`,
  );
}

function malformed(): JournalError {
  return new JournalError(
    'malformed',
    'The file is not the proof of a journal’s entry; check that it is whole.',
  );
}
