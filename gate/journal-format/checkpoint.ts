import { createHash } from 'node:crypto';
import type { Signer } from '../../hsm/keys/signer.ts';
import { openNote, signNote, type NoteKey } from '../../hsm/seal/signed-note.ts';
import { JournalError } from './journal-error.ts';

/**
 * A checkpoint says of one log how many entries it has and what their root is: the body of C2SP's
 * tlog-checkpoint, signed as a C2SP signed note with the gate's identity key (ECDSA P-256, 0x02). The
 * origin names gate and boot epoch, and is the signature's key name too, as that format wants it.
 */
export interface Checkpoint {
  readonly gate: string;
  readonly epoch: number;
  readonly size: number;
  readonly root: Uint8Array;
}

const originHead = 'kazasu/journal/v1/';

/** The name of a log: no two logs of a gate have the same. */
export function originOf({ gate, epoch }: Pick<Checkpoint, 'gate' | 'epoch'>): string {
  return `${originHead}${gate}/${epoch}`;
}

/** The text that is signed: origin, size, root in base64, a line each. */
export function checkpointText(checkpoint: Checkpoint): string {
  const root = Buffer.from(checkpoint.root).toString('base64');
  return `${originOf(checkpoint)}\n${checkpoint.size}\n${root}\n`;
}

/** Reads exactly what `checkpointText` writes: no extension lines, no other form of a number. */
export function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', size = '', root = '', ...rest] = text.split('\n');
  const [, gate, epoch] = /^kazasu\/journal\/v1\/([^/\s+]{1,128})\/([1-9]\d{0,14})$/u.exec(origin) ?? [];
  if (gate === undefined || epoch === undefined || !/^(0|[1-9]\d{0,14})$/u.test(size)) throw malformed();
  const bytes = Uint8Array.from(Buffer.from(root, 'base64'));
  const checkpoint = { gate, epoch: Number(epoch), size: Number(size), root: bytes };
  if (bytes.length !== 32 || rest.join() !== '' || checkpointText(checkpoint) !== text) throw malformed();
  return checkpoint;
}

/**
 * The signed note of a checkpoint.
 *
 * @example
 * const note = await signCheckpoint({ gate: 'north-1', epoch: 7, size, root }, signer);
 */
export async function signCheckpoint(checkpoint: Checkpoint, signer: Signer): Promise<string> {
  return signNote(checkpointText(checkpoint), originOf(checkpoint), signer);
}

/** What a note's text says, whoever signed it or not: to know whose signature to ask for. */
export function claimedCheckpoint(note: string): Checkpoint {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw malformed();
  return parseCheckpointText(note.slice(0, end + 1));
}

/**
 * The checkpoint of a note that one of the gate's keys (points, 65 bytes) signed; else throws, a
 * `SealError` for the signature. `countersigners` that signed it too are named.
 */
export function openCheckpoint(
  note: string,
  keys: readonly Uint8Array[],
  countersigners: readonly NoteKey[] = [],
): { readonly checkpoint: Checkpoint; readonly countersignedBy: readonly string[] } {
  const checkpoint = claimedCheckpoint(note);
  const name = originOf(checkpoint);
  openNote(
    note,
    keys.map((publicKey) => ({ name, publicKey })),
  );
  const others = countersigners.filter((key) => isSignedBy(note, key));
  return { checkpoint, countersignedBy: others.map((key) => key.name) };
}

/** Whether this key signed the note, whoever else did. */
export function isSignedBy(note: string, key: NoteKey): boolean {
  try {
    return openNote(note, [key]).signedBy.length > 0;
  } catch {
    return false;
  }
}

/**
 * Short enough to be read out from the closing slip and compared: epoch and size, then the first 80 bits
 * of a hash over the whole checkpoint, in letters that are not mistaken for each other.
 *
 * @example
 * shortForm(checkpoint) // '7-4213 K3QF-09XM-T2WA-8HND'
 */
export function shortForm(checkpoint: Checkpoint): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const digest = createHash('sha256').update(checkpointText(checkpoint)).digest();
  let bits = BigInt(`0x${digest.subarray(0, 10).toString('hex')}`);
  let code = '';
  for (let n = 0; n < 16; n += 1) {
    code = (letters[Number(bits % 32n)] ?? '') + code;
    bits /= 32n;
  }
  return `${checkpoint.epoch}-${checkpoint.size} ${(code.match(/.{4}/g) ?? []).join('-')}`;
}

function malformed(): JournalError {
  return new JournalError(
    'bad-checkpoint',
    "The text is not a checkpoint of a gate's journal; fetch it again from the gate.",
  );
}
