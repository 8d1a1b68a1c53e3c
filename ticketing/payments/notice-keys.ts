import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { PaymentError } from './payment-error.ts';

/** What is signed before the body, so that a signature for another use of the same key is none of a notice. */
const purpose = 'kazasu/payment-notice/v1\n';

/**
 * A payment company's public key, PEM: Ed25519, which signs the bytes as they are, or P-256, with SHA-256
 * and DER; nothing where it is neither.
 */
export function readNoticeKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    const isKnown = type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1');
    return isKnown ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes that a payment company signs for a notice. */
export function signedNotice(body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(purpose), body]);
}

/** Refuses a notice that none of these keys signed. A notice that comes again changes nothing, so it needs no date. */
export function requireNoticeSignature(
  body: Uint8Array,
  signature: string,
  keys: readonly KeyObject[],
): void {
  const bytes = Buffer.from(signature, 'base64');
  const signed = signedNotice(body);
  const holds = keys.some((key) =>
    verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key, bytes),
  );
  if (holds) return;
  throw new PaymentError(
    'wrong-signature',
    'No payment company that is known here signed this notice; see the keys under "payments" in the configuration.',
  );
}
