import { createHash } from 'node:crypto';
import type { Signer } from '../keys/signer.ts';
import {
  p256PublicKey,
  p256Spki,
  signatureFromDer,
  signatureToDer,
  verifyP256,
  withLowS,
} from './p256-signature.ts';
import { SealError } from './seal-error.ts';

/** Far more than a checkpoint needs, and than the sixteen signatures that readers must take. */
const mostNoteBytes = 64 * 1024;
const mostSignatures = 64;

/** A key that signs notes, by the name under which it is known. */
export interface NoteKey {
  readonly name: string;
  /** The uncompressed point on P-256, 65 bytes. */
  readonly publicKey: Uint8Array;
}

export interface OpenedNote {
  /** The signed text, its last newline included. */
  readonly text: string;
  /** Those of the given keys whose signature is on it; at least one. */
  readonly signedBy: readonly NoteKey[];
}

/**
 * Signs a text as a C2SP signed note, with ECDSA on P-256 (signature type 0x02: SHA-256 over the text,
 * signature in DER, key id from the SHA-256 of the key's SPKI).
 *
 * @example
 * const note = await signNote('kazasu gate-3/1\n42\n…\n', 'gate-3', signer);
 * const { text } = openNote(note, [{ name: 'gate-3', publicKey: signer.publicKey }]);
 */
export async function signNote(text: string, name: string, signer: Signer): Promise<string> {
  if (!isNoteText(text)) {
    throw new SealError(
      'cannot-seal',
      'A note is text that ends in a newline and has no other control characters; mend the text.',
    );
  }
  return `${text}\n${await signatureLine(text, name, signer)}`;
}

/** Adds one more signature to a note, over the same text: how a receiver countersigns. */
export async function countersignNote(note: string, name: string, signer: Signer): Promise<string> {
  const { text } = parseNote(note);
  return note + (await signatureLine(text, name, signer));
}

/**
 * The text of a signed note, where at least one of the keys signed it. Signatures of keys that are not
 * given are passed over; a wrong one under the name and id of a given key refuses the whole note.
 */
export function openNote(note: string | Uint8Array, keys: readonly NoteKey[]): OpenedNote {
  const { text, signatures } = parseNote(typeof note === 'string' ? note : decodeUtf8(note));
  const message = Buffer.from(text, 'utf8');
  const signedBy = new Set<NoteKey>();
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find((each) => each.name === name && noteKeyId(each.publicKey) === keyId);
    if (key === undefined) continue;
    const plain = signatureFromDer(signature);
    if (plain === undefined || !verifyP256(p256PublicKey(key.publicKey), message, plain)) {
      throw new SealError(
        'bad-signature',
        `The signature of ${name} on the note does not hold; fetch it again.`,
      );
    }
    signedBy.add(key);
  }
  if (signedBy.size === 0) {
    throw new SealError(
      'unknown-key',
      'None of the keys trusted here signed the note; check where it is from.',
    );
  }
  return { text, signedBy: [...signedBy] };
}

/** The form in which a verifier is told a key: name, key id and, in base64, type and SPKI. */
export function noteVerifierKey(key: NoteKey): string {
  const encoded = Buffer.concat([Uint8Array.of(0x02), p256Spki(key.publicKey)]).toString('base64');
  return `${key.name}+${noteKeyId(key.publicKey).toString(16).padStart(8, '0')}+${encoded}`;
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Uint8Array;
}

function noteKeyId(publicKey: Uint8Array): number {
  return createHash('sha256').update(p256Spki(publicKey)).digest().readUInt32BE();
}

async function signatureLine(text: string, name: string, signer: Signer): Promise<string> {
  if (!isKeyName(name)) {
    throw new SealError('cannot-seal', "A note's key name has no spaces, plus signs or control characters.");
  }
  const message = Buffer.from(text, 'utf8');
  const signature = withLowS(await signer.sign(message));
  if (!verifyP256(p256PublicKey(signer.publicKey), message, signature)) {
    throw new SealError('cannot-seal', "The signer's signature does not fit its public key; check the HSM.");
  }
  const keyId = Buffer.alloc(4);
  keyId.writeUInt32BE(noteKeyId(signer.publicKey));
  return `— ${name} ${Buffer.concat([keyId, signatureToDer(signature)]).toString('base64')}\n`;
}

function parseNote(note: string): { text: string; signatures: NoteSignature[] } {
  if (Buffer.byteLength(note) > mostNoteBytes || !isNoteText(note)) throw malformed();
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0) throw malformed();
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > mostSignatures) throw malformed();
  return { text: note.slice(0, blank + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, name, encoded, ...more] = line.split(' ');
  if (dash !== '—' || name === undefined || encoded === undefined || more.length > 0) throw malformed();
  const bytes = Buffer.from(encoded, 'base64');
  if (!isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== encoded) throw malformed();
  return { name, keyId: bytes.readUInt32BE(), signature: bytes.subarray(4) };
}

/** Ends in a newline, has no other control character, and is text that UTF-8 can carry. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && !/[\0-\x09\x0b-\x1f]|\p{Surrogate}/u.test(text);
}

function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\s+\0-\x1f\u0085]|\p{Surrogate}/u.test(name);
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformed(cause);
  }
}

function malformed(cause?: unknown): SealError {
  return new SealError('malformed', 'The bytes are not a signed note; check that the file is whole.', {
    cause,
  });
}
