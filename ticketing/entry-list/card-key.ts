import { EntryListError } from './entry-list-error.ts';

// A list holds the key alone, not its SubjectPublicKeyInfo: 256 bytes instead of 294 for each RSA card.
// Both are rebuilt byte for byte, since cards of this PKI have one exponent and one curve.
const p384Head = Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex');
const rsaAlgorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex');
const exponent = Buffer.from('0203010001', 'hex');
/** All that comes before the modulus, for each of the lengths below. */
const rsaHeadLength = 33;
const p384Length = 96;
const shortestModulus = 256;
const longestModulus = 512;

/** A card's public key as a list holds it: the RSA modulus (e = 65537), or x‖y of a P-384 point. */
export function packCardKey(spki: Uint8Array): Uint8Array {
  const packed = cutCardKey(spki);
  if (packed === undefined || Buffer.compare(unpackCardKey(packed), spki) !== 0) {
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
  if (packed.length < shortestModulus || packed.length > longestModulus || ((packed[0] ?? 0) & 0x80) === 0) {
    throw new EntryListError(
      'unknown-content',
      'A pinned key in the list is of no known kind; write the list again.',
    );
  }
  const modulus = derField(0x02, Buffer.concat([Uint8Array.of(0), packed]));
  const key = derField(0x30, Buffer.concat([modulus, exponent]));
  return derField(
    0x30,
    Buffer.concat([rsaAlgorithm, derField(0x03, Buffer.concat([Uint8Array.of(0), key]))]),
  );
}

/** Where the modulus must lie, if it is such a key: whether it is one shows when it is rebuilt. */
function cutCardKey(spki: Uint8Array): Uint8Array | undefined {
  if (spki.length === p384Head.length + p384Length) return spki.subarray(p384Head.length);
  const modulus = spki.subarray(rsaHeadLength, spki.length - exponent.length);
  const fits = modulus.length >= shortestModulus && modulus.length <= longestModulus;
  return fits && ((modulus[0] ?? 0) & 0x80) !== 0 ? modulus : undefined;
}

function derField(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from(head), content]);
}
