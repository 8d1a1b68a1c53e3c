// A second reader of entry lists and deltas, written from ticketing/entry-list/FORMAT.md alone. It imports
// nothing of ours: where it and the first reader agree, the document is enough.
import { createDecipheriv, createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import { readCbor, type Cbor } from './cbor.ts';

export interface StrangersFile {
  readonly manifest: Map<string | number, Cbor>;
  /** SHA-256 of the sealed manifest. */
  readonly digest: Buffer;
  readonly sections: Map<string, Uint8Array>;
  readonly id: Buffer;
}

const kinds = new Map([
  ['KZSLIST1', 'application/vnd.kazasu.entry-list'],
  ['KZSDELT1', 'application/vnd.kazasu.entry-list-delta'],
]);

/** Opens a file that was sealed by the given P-256 point. */
export function readFile(bytes: Uint8Array, point: Uint8Array): StrangersFile {
  const contentType = kinds.get(Buffer.from(bytes.subarray(0, 8)).toString('latin1'));
  if (contentType === undefined) throw new Error('neither a list nor a delta');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8);
  const sealed = bytes.subarray(12, 12 + length);
  const manifest = whole(openSealed(sealed, point, contentType));
  if (!(manifest instanceof Map)) throw new Error('no manifest');
  const sections = new Map<string, Uint8Array>();
  let at = 12 + length;
  for (const head of list(manifest.get('sections'))) {
    const [name, size, digest] = list(head);
    if (typeof name !== 'string' || typeof size !== 'number') throw new Error('no section');
    const section = bytes.subarray(at, at + size);
    if (!sha256(section).equals(bytesOf(digest))) throw new Error(`section ${name} is damaged`);
    sections.set(name, section);
    at += size;
  }
  if (at !== bytes.length) throw new Error('bytes are left over');
  return { manifest, digest: sha256(sealed), sections, id: idOf(manifest) };
}

/** The record that a hash opens in this file alone. */
export function findRecord(file: StrangersFile, hash: Uint8Array): Map<string | number, Cbor> | undefined {
  const row = rowOf(section(file, 'tags'), 16, hash.subarray(0, 16));
  if (row === undefined) return undefined;
  const extracted = hmac(salt(file), hash.subarray(16));
  const info = Buffer.concat([Buffer.from('kazasu/record/v1\0'), file.id, Uint8Array.of(1)]);
  return openRow(file, row, hmac(extracted, info).subarray(0, 16));
}

/** The record that a ticket number's hash leads to in this file alone. */
export function findTicketRecord(
  file: StrangersFile,
  hash: Uint8Array,
): Map<string | number, Cbor> | undefined {
  const tickets = section(file, 'tickets');
  const ticketRow = rowOf(tickets, 28, hash.subarray(0, 8));
  if (ticketRow === undefined) return undefined;
  const linkKey = hmac(salt(file), Buffer.concat([Buffer.from('kazasu/ticket-link/v1\0'), file.id]));
  const mask = hmac(linkKey, hash.subarray(16));
  const masked = tickets.subarray(ticketRow * 28 + 8, ticketRow * 28 + 28);
  const link = Buffer.from(masked.map((byte, at) => byte ^ (mask[at] ?? 0)));
  return openRow(file, link.readUInt32BE(), link.subarray(4));
}

/** Whether a section of tags (`revoked`, `withdrawn`) has the tag of a hash. */
export function hasTag(file: StrangersFile, name: string, hash: Uint8Array): boolean {
  return rowOf(section(file, name), 16, hash.subarray(0, 16)) !== undefined;
}

/** The DER SubjectPublicKeyInfo of a pinned key, by node's own means. */
export function pinnedKey(packed: Uint8Array): Buffer {
  const part = (from: number, to: number): string =>
    Buffer.from(packed.subarray(from, to)).toString('base64url');
  const jwk =
    packed.length === 96
      ? { kty: 'EC', crv: 'P-384', x: part(0, 48), y: part(48, 96) }
      : { kty: 'RSA', n: part(0, packed.length), e: 'AQAB' };
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
}

function openSealed(sealed: Uint8Array, point: Uint8Array, contentType: string): Uint8Array {
  if (sealed[0] !== 0xd2) throw new Error('not a COSE_Sign1');
  const [headerBytes, unprotected, payload, signature] = list(whole(sealed.subarray(1))).map((each) => each);
  const header = whole(bytesOf(headerBytes));
  if (!(header instanceof Map) || !(unprotected instanceof Map) || unprotected.size > 0)
    throw new Error('no header');
  const keyId = sha256(point).subarray(0, 8);
  if (header.get(1) !== -7 || header.get(3) !== contentType || !keyId.equals(bytesOf(header.get(4)))) {
    throw new Error('another kind or key');
  }
  const part = (from: number): string => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }, format: 'jwk' });
  const toVerify = Buffer.concat([
    Uint8Array.of(0x84, 0x6a),
    Buffer.from('Signature1'),
    byteString(bytesOf(headerBytes)),
    byteString(new Uint8Array()),
    byteString(bytesOf(payload)),
  ]);
  if (!verify('sha256', toVerify, { key, dsaEncoding: 'ieee-p1363' }, bytesOf(signature))) {
    throw new Error('the signature does not hold');
  }
  return bytesOf(payload);
}

function openRow(file: StrangersFile, row: number, key: Uint8Array): Map<string | number, Cbor> {
  const size = Number(file.manifest.get('recordSize'));
  const sealed = section(file, 'records').subarray(row * size, (row + 1) * size);
  const tag = section(file, 'tags').subarray(row * 16, (row + 1) * 16);
  const decipher = createDecipheriv('aes-128-gcm', key, tag.subarray(0, 12));
  decipher.setAAD(Buffer.concat([file.id, tag]));
  decipher.setAuthTag(sealed.subarray(size - 16));
  const plain = Buffer.concat([decipher.update(sealed.subarray(0, size - 16)), decipher.final()]);
  const { value, end } = readCbor(plain);
  if (!(value instanceof Map) || plain.subarray(end).some((byte) => byte !== 0)) throw new Error('no record');
  return value;
}

function idOf(manifest: Map<string | number, Cbor>): Buffer {
  const texts = ['format', 'event', 'session', 'gateGroup'].map((key) => text(textOf(manifest.get(key))));
  return sha256(Buffer.concat([Uint8Array.of(0x85), ...texts, head(0x00, Number(manifest.get('version')))]));
}

function rowOf(rows: Uint8Array, length: number, key: Uint8Array): number | undefined {
  for (let at = 0; at < rows.length; at += length) {
    if (Buffer.compare(rows.subarray(at, at + key.length), key) === 0) return at / length;
  }
  return undefined;
}

function section(file: StrangersFile, name: string): Uint8Array {
  const found = file.sections.get(name);
  if (found === undefined) throw new Error(`there is no section ${name}`);
  return found;
}

function salt(file: StrangersFile): Uint8Array {
  return bytesOf(file.manifest.get('salt'));
}

function whole(bytes: Uint8Array): Cbor {
  const { value, end } = readCbor(bytes);
  if (end !== bytes.length) throw new Error('bytes after a value');
  return value;
}

function list(value: Cbor | undefined): Cbor[] {
  if (!Array.isArray(value)) throw new Error('not an array');
  return value;
}

function textOf(value: Cbor | undefined): string {
  if (typeof value !== 'string') throw new Error('not text');
  return value;
}

function bytesOf(value: Cbor | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new Error('not bytes');
  return value;
}

function byteString(bytes: Uint8Array): Buffer {
  return Buffer.concat([head(0x40, bytes.length), bytes]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([head(0x60, bytes.length), bytes]);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of(major | value);
  if (value < 0x100) return Buffer.of(major | 24, value);
  if (value < 0x10000) return Buffer.of(major | 25, value >> 8, value & 0xff);
  const long = Buffer.alloc(5, major | 26);
  long.writeUInt32BE(value, 1);
  return long;
}

function hmac(key: Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
