import { createVerify, type Verify } from 'node:crypto';
import { readName } from '../certificate/name.ts';
import { readKeyUsage } from '../certificate/purpose.ts';
import { ExtensionId } from '../certificate/extensions.ts';
import type { Root } from '../certificate/root.ts';
import { sameBytes } from '../certificate/same-bytes.ts';
import { isEcdsaSignature, signatureAlgorithm, type SignatureAlgorithm } from '../certificate/signature.ts';
import { contextConstructed, DerError, DerReader, Tag } from '../der/der.ts';
import { type ByteSource, ByteWindow } from './byte-window.ts';
import { CrlEntryReader } from './crl-entry-reader.ts';
import { type CrlScope, readCrlScope } from './crl-extensions.ts';
import { refuseRevocation } from './revocation-error.ts';
import { SerialIndex } from './serial-index.ts';

/** A revocation list whose form, kind and signature are right. Whether it counts now is another question. */
export interface Crl extends CrlScope {
  /** Whose key signed it: the list speaks for certificates of that key alone. */
  readonly root: Root;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly index: SerialIndex;
}

interface Head {
  readonly algorithmIdentifier: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly issuer: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Where in the list the signed part begins and ends, its entries begin and end, and all ends. */
  readonly signedStart: number;
  readonly signedEnd: number;
  readonly entriesStart: number;
  readonly entriesEnd: number;
  readonly end: number;
}

const VERSION_2 = 1;
const CRL_SIGN = 1 << 6;

/**
 * Reads a revocation list as a stream, and checks all of it that time does not change: form, kind, issuer,
 * signature. Raises a `RevocationError` that says why a list is none that counts. Memory holds the index
 * and a window of fixed size, never the list.
 *
 * @example
 * const crl = await readCrl(createReadStream('authentication.crl'), roots);
 * crl.index.has(serial);
 */
export async function readCrl(source: ByteSource, roots: readonly Root[]): Promise<Crl> {
  const window = new ByteWindow(source);
  try {
    await window.fill();
    const head = readHead(window.bytes);
    const signers = new SignerSearch(head, roots);
    const index = await readEntries(window, head, signers);
    const { scope, signature } = readTail(window, head, signers);
    const root = signers.whoSigned(signature);
    index.finish();
    return { root, thisUpdate: head.thisUpdate, nextUpdate: head.nextUpdate, ...scope, index };
  } catch (error) {
    if (error instanceof DerError) refuseRevocation('malformed', { cause: error });
    throw error;
  } finally {
    await window.close();
  }
}

function readHead(bytes: Uint8Array): Head {
  const reader = new DerReader(bytes);
  const end = reader.enter(Tag.sequence);
  const signedStart = reader.position;
  const signedEnd = reader.enter(Tag.sequence);
  if (!saysVersion2(reader)) refuseRevocation('wrong-version');
  const algorithmIdentifier = new Uint8Array(reader.whole(Tag.sequence));
  const issuer = new Uint8Array(readName(reader));
  const thisUpdate = new Date(reader.time());
  if (!isTime(reader.nextTag)) refuseRevocation('no-next-update');
  const nextUpdate = new Date(reader.time());
  const hasEntries = reader.nextTag === Tag.sequence;
  const entriesEnd = hasEntries ? reader.enter(Tag.sequence) : reader.position;
  const entriesStart = reader.position;
  // A list without entries leaves them out; and what is inside ends inside.
  if ((hasEntries && entriesEnd === entriesStart) || entriesEnd > signedEnd || signedEnd > end) {
    refuseRevocation('malformed');
  }
  const algorithm = signatureAlgorithm(algorithmIdentifier) ?? refuseRevocation('unsupported-algorithm');
  const marks = { signedStart, signedEnd, entriesStart, entriesEnd, end };
  return { algorithmIdentifier, algorithm, issuer, thisUpdate, nextUpdate, ...marks };
}

function saysVersion2(reader: DerReader): boolean {
  return reader.nextTag === Tag.integer && reader.smallInteger() === VERSION_2;
}

function isTime(tag: number): boolean {
  return tag === Tag.utcTime || tag === Tag.generalizedTime;
}

/** Reads all entries, moving the window over them; leaves it at what follows them. */
async function readEntries(window: ByteWindow, head: Head, signers: SignerSearch): Promise<SerialIndex> {
  const index = new SerialIndex();
  let position = head.entriesStart;
  for (;;) {
    const end = Math.min(window.bytes.length, head.entriesEnd - window.passed);
    const reader = new CrlEntryReader(window.bytes, position - window.passed, end);
    while (reader.hasMore() && reader.holdsElement()) reader.entryInto(index);
    const whole = reader.position === head.entriesEnd - window.passed;
    const stuck = reader.position === position - window.passed;
    // Cut off by the window, and yet it is filled: an entry that is longer than the window.
    const cut = end === window.bytes.length && !window.holdsTheRest;
    if (stuck && !whole) refuseRevocation(cut ? 'too-long' : 'malformed');
    position = window.passed + reader.position;
    signers.pass(window, reader.position);
    await window.fill(reader.position);
    if (whole) return index;
  }
}

/** Extensions, then outside of what is signed the algorithm again, and the signature; and nothing more. */
function readTail(
  window: ByteWindow,
  head: Head,
  signers: SignerSearch,
): { scope: CrlScope; signature: Uint8Array } {
  if (!window.holdsTheRest) refuseRevocation('too-long');
  const reader = new DerReader(window.bytes);
  const end = head.signedEnd - window.passed;
  if (end === 0) refuseRevocation('no-number');
  const outside = reader.open(contextConstructed(0));
  const scope = readCrlScope(reader);
  reader.close(outside);
  if (reader.position !== end) refuseRevocation('malformed');
  signers.pass(window, end);
  const algorithm = reader.whole(Tag.sequence);
  const signature = reader.bitString();
  reader.done();
  if (window.passed + reader.position !== head.end) refuseRevocation('malformed');
  if (!sameBytes(algorithm, head.algorithmIdentifier)) refuseRevocation('algorithm-mismatch');
  return { scope, signature };
}

/** Finds which root of the issuer's name signed: the generations share that name, the signature tells. */
class SignerSearch {
  readonly #head: Head;
  readonly #candidates: readonly { root: Root; verify: Verify }[];

  constructor(head: Head, roots: readonly Root[]) {
    this.#head = head;
    const named = roots.filter((root) => sameBytes(root.name, head.issuer));
    if (named.length === 0) refuseRevocation('unknown-issuer');
    this.#candidates = named
      .filter((root) => root.certificate.keyKind === head.algorithm.keyKind)
      .map((root) => ({ root, verify: createVerify(head.algorithm.hash) }));
  }

  /** Takes in what is signed of the window's first `count` bytes. */
  pass(window: ByteWindow, count: number): void {
    const start = Math.max(0, this.#head.signedStart - window.passed);
    const signed = window.bytes.subarray(start, count);
    for (const { verify } of this.#candidates) verify.update(signed);
  }

  whoSigned(signature: Uint8Array): Root {
    const formed = this.#head.algorithm.keyKind === 'rsa' || isEcdsaSignature(signature);
    const signer = this.#candidates.find(
      ({ root, verify }) => formed && verify.verify(root.certificate.publicKey, signature),
    );
    const root = signer?.root ?? refuseRevocation('bad-signature');
    const usage = root.certificate.extensions.get(ExtensionId.keyUsage);
    if (usage !== undefined && (readKeyUsage(usage.value) & CRL_SIGN) === 0) {
      refuseRevocation('issuer-signs-no-lists');
    }
    return root;
  }
}
