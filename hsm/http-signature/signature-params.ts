import { HttpSignatureError } from './http-signature-error.ts';

/** What a signature says of itself. */
export interface SignatureParams {
  /** The covered components, in the order in which they are signed. */
  readonly covered: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
  /** Seconds since 1970; the signature holds up to and with it. */
  readonly expires: number;
  /** Never the same twice for one key. */
  readonly nonce: string;
  /** The fingerprint of the key: SHA-256 of its SPKI, in hexadecimal. */
  readonly keyId: string;
}

/** One value of Signature-Input: its label, and what the signature covers as it was written. */
export interface ReadParams extends SignatureParams {
  readonly label: string;
  /** The exact text that is signed as `@signature-params`. */
  readonly text: string;
}

/** What the signature is for: a request signed for another use of the same key is never one of ours. */
const tag = 'kazasu-gate';

const parameters =
  /^created=(0|[1-9]\d{0,11});expires=(0|[1-9]\d{0,11});nonce="([A-Za-z0-9_-]{22,64})";alg="ecdsa-p256-sha256";keyid="([0-9a-f]{64})";tag="kazasu-gate"$/;
const member = /^([a-z*][a-z0-9_.*-]{0,31})=(\(([^()]*)\);(.*))$/s;
const component = /^"(@?[a-z][a-z-]{0,63})"$/;

/** Writes `@signature-params`: the one form that `readParams` takes. */
export function writeParams({ covered, created, expires, nonce, keyId }: SignatureParams): string {
  const list = covered.map((name) => `"${name}"`).join(' ');
  return `(${list});created=${created};expires=${expires};nonce="${nonce}";alg="ecdsa-p256-sha256";keyid="${keyId}";tag="${tag}"`;
}

/**
 * Reads Signature-Input. RFC 9421 leaves much open (several signatures, parameters in any order, others
 * beside them); here there is one signature in one form, so that two readers never see two things.
 */
export function readParams(signatureInput: string): ReadParams {
  const [, label = '', text = '', list = '', rest = ''] = member.exec(signatureInput) ?? [];
  const [, created = '', expires = '', nonce = '', keyId = ''] = parameters.exec(rest) ?? [];
  const covered = list.split(' ').map((each) => component.exec(each)?.[1] ?? '');
  if (keyId === '' || covered.includes('')) {
    throw new HttpSignatureError(
      'malformed',
      'Signature-Input is not one signature with created, expires, nonce, alg, keyid and tag, in this order; sign the request so.',
    );
  }
  return { label, text, covered, created: Number(created), expires: Number(expires), nonce, keyId };
}

/** Reads Signature: r‖s under the label of Signature-Input. */
export function readSignature(field: string, label: string): Uint8Array {
  const encoded = /^=:([A-Za-z0-9+/]{86}==):$/.exec(field.startsWith(label) ? field.slice(label.length) : '');
  const bytes = Buffer.from(encoded?.[1] ?? '', 'base64');
  if (bytes.length === 64 && bytes.toString('base64') === encoded?.[1]) return bytes;
  throw new HttpSignatureError(
    'malformed',
    'Signature is not the 64 bytes of one P-256 signature under the label of Signature-Input; sign the request so.',
  );
}
