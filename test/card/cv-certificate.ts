import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { readObjects, valuesOf } from './ber.ts';

/** The two kinds of key that the card's international ways of terminal authentication know. */
export type CvKeyKind = 'rsa' | 'ec';

/** id-TA-RSA-v1-5-SHA-256 and id-TA-ECDSA-SHA-384, as their content bytes. */
export const algorithmOf: Readonly<Record<CvKeyKind, Uint8Array>> = {
  rsa: Buffer.from('04007f00070202020102', 'hex'),
  ec: Buffer.from('04007f00070202020204', 'hex'),
};

type CvRole = 'root' | 'document-verifier' | 'terminal';

/** What a card reads in a card-verifiable certificate. */
export interface CvCertificate {
  readonly authorityReference: Uint8Array;
  readonly holderReference: Uint8Array;
  readonly publicKey: KeyObject;
  readonly role: CvRole;
  readonly from: Date;
  /** The day itself still counts. */
  readonly to: Date;
  /** The whole 7F4E: what is signed. */
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads `7F4E … 5F37 …`; `undefined` for anything but a certificate with a key of `kind`. */
export function readCvCertificate(bytes: Uint8Array, kind: CvKeyKind): CvCertificate | undefined {
  const [body, signature, ...more] = readObjects(bytes) ?? [];
  if (body?.tag !== 0x7f4e || signature?.tag !== 0x5f37 || more.length > 0) return undefined;
  const fields = valuesOf(body.value, [0x5f29, 0x42, 0x7f49, 0x5f20, 0x7f4c, 0x5f25, 0x5f24]);
  if (fields === undefined) return undefined;
  const [version, car, key, chr, chat, from, to] = fields;
  const publicKey = readKey(key, kind);
  const role = readRole(chat);
  const [begin, end] = [readDate(from), readDate(to)];
  if (version?.length !== 1 || version[0] !== 0 || !isReference(car) || !isReference(chr)) return undefined;
  if (publicKey === undefined || role === undefined || begin === undefined || end === undefined)
    return undefined;
  return {
    authorityReference: car,
    holderReference: chr,
    publicKey,
    role,
    from: begin,
    to: end,
    body: body.whole,
    signature: signature.value,
  };
}

/** A signature as terminals and their issuers make it: PKCS#1 v1.5, or plain r‖s. */
export function holds(kind: CvKeyKind, key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return kind === 'rsa'
    ? verify('sha256', message, key, signature)
    : signature.length === 96 && verify('sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function isReference(bytes: Uint8Array | undefined): bytes is Uint8Array {
  return bytes !== undefined && bytes.length >= 1 && bytes.length <= 16;
}

function readKey(bytes: Uint8Array | undefined, kind: CvKeyKind): KeyObject | undefined {
  const parts = valuesOf(bytes ?? new Uint8Array(0), kind === 'rsa' ? [0x06, 0x81, 0x82] : [0x06, 0x86]);
  const [algorithm, first = new Uint8Array(0), exponent] = parts ?? [];
  if (algorithm === undefined || Buffer.compare(algorithm, algorithmOf[kind]) !== 0) return undefined;
  if (kind === 'ec') return readPoint(first);
  const odd = (first.at(-1) ?? 0) % 2 === 1;
  if (first.length !== 256 || (first[0] ?? 0) < 0x80 || !odd) return undefined;
  if (Buffer.from(exponent ?? []).toString('hex') !== '010001') return undefined;
  return keyOf({ kty: 'RSA', n: base64url(first), e: 'AQAB' });
}

function readPoint(point: Uint8Array): KeyObject | undefined {
  if (point.length !== 97 || point[0] !== 0x04) return undefined;
  return keyOf({
    kty: 'EC',
    crv: 'P-384',
    x: base64url(point.subarray(1, 49)),
    y: base64url(point.subarray(49)),
  });
}

/** `undefined` where the numbers make no key, such as a point off the curve. */
function keyOf(key: Record<string, string>): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** id-AT, the authentication terminal, with its forty bits of rights, of which the first two tell the role. */
const authenticationTerminal = Buffer.from('04007f000703010202', 'hex');
const roles: readonly CvRole[] = ['terminal', 'document-verifier', 'document-verifier', 'root'];

function readRole(bytes: Uint8Array | undefined): CvRole | undefined {
  const [type, rights] = valuesOf(bytes ?? new Uint8Array(0), [0x06, 0x53]) ?? [];
  if (type === undefined || Buffer.compare(type, authenticationTerminal) !== 0) return undefined;
  return rights?.length === 5 ? roles[(rights[0] ?? 0) >> 6] : undefined;
}

/** Six digits, one a byte: YYMMDD of this century. */
function readDate(bytes: Uint8Array | undefined): Date | undefined {
  if (bytes?.length !== 6 || bytes.some((digit) => digit > 9)) return undefined;
  const digits = bytes.join('');
  const iso = `20${digits.slice(0, 2)}-${digits.slice(2, 4)}-${digits.slice(4)}`;
  const date = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? date : undefined;
}
