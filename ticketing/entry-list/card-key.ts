import { EntryListError } from './entry-list-error.ts';

// A list holds the key alone, not its SubjectPublicKeyInfo: 256 bytes instead of 294 for each RSA card.
// Both are rebuilt byte for byte, since cards of this PKI have one exponent and one curve.
const p384Head = Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex');
const p384Length = 96;
const rsaAlgorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const exponent = Buffer.from('0203010001', 'hex');
/** All that comes before the modulus, for each of the lengths below. */
const rsaHeadLength = 33;
const shortestModulus = 256;
const longestModulus = 512;

/** A card's public key as a list holds it: the RSA modulus (e = 65537), or x‖y of a P-384 point. */
export function packCardKey(spki: Uint8Array): Uint8Array {
  const packed = cutCardKey(spki);
  if (packed === undefined || !frames(packed, spki)) {
    throw new EntryListError(
      'cannot-write',
      'A pinned key is neither RSA of 2048 to 4096 bits with e = 65537 nor P-384; leave it out of the record.',
    );
  }
  return packed;
}

/** The DER SubjectPublicKeyInfo of a packed key. */
export function unpackCardKey(packed: Uint8Array): Uint8Array {
  if (packed.length === p384Length) return Buffer.concat([p384Head, packed]);
  if (!isModulus(packed)) {
    throw new EntryListError(
      'unknown-content',
      'A pinned key in the list is of no known kind; write the list again.',
    );
  }
  return Buffer.concat([rsaHead(packed.length), packed, exponent]);
}

/** Where the key must lie, if it is such a key: `frames` tells whether it is. */
function cutCardKey(spki: Uint8Array): Uint8Array | undefined {
  if (spki.length === p384Head.length + p384Length) return spki.subarray(p384Head.length);
  const modulus = spki.subarray(rsaHeadLength, Math.max(rsaHeadLength, spki.length - exponent.length));
  return isModulus(modulus) ? modulus : undefined;
}

/** Whether what lies around the key in its SubjectPublicKeyInfo is what unpacking would put there. */
function frames(packed: Uint8Array, spki: Uint8Array): boolean {
  if (packed.length === p384Length) return holdsAt(0, p384Head, spki);
  const head = rsaHead(packed.length);
  return holdsAt(0, head, spki) && holdsAt(head.length + packed.length, exponent, spki);
}

/** By each byte: to cut a part out and compare that costs more, a million times, than the bytes do. */
function holdsAt(at: number, part: Uint8Array, whole: Uint8Array): boolean {
  for (let each = 0; each < part.length; each += 1) if (whole[at + each] !== part[each]) return false;
  return true;
}

function isModulus(bytes: Uint8Array): boolean {
  return bytes.length >= shortestModulus && bytes.length <= longestModulus && ((bytes[0] ?? 0) & 0x80) !== 0;
}

const rsaHeads = new Map<number, Buffer>();

/** Made once for each length of modulus: a list of a million asks for the same one a million times. */
function rsaHead(length: number): Buffer {
  let head = rsaHeads.get(length);
  if (head === undefined) {
    const integer = Buffer.concat([derHead(0x02, length + 1), Uint8Array.of(0)]);
    const inKey = integer.length + length + exponent.length;
    const key = Buffer.concat([derHead(0x30, inKey), integer]);
    const inBits = 1 + key.length + length + exponent.length;
    const bits = Buffer.concat([derHead(0x03, inBits), Uint8Array.of(0), key]);
    const inAll = rsaAlgorithm.length + bits.length + length + exponent.length;
    head = Buffer.concat([derHead(0x30, inAll), rsaAlgorithm, bits]);
    rsaHeads.set(length, head);
  }
  return head;
}

/** Tag and length of a DER field of 256 bytes or more. */
function derHead(tag: number, length: number): Uint8Array {
  return Uint8Array.of(tag, 0x82, length >> 8, length & 0xff);
}
