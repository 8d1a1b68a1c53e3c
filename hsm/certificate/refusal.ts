import { CodedError } from '../coded-error.ts';

/**
 * Every reason not to accept a certificate, and the sentence that a person reads. The sentences name no
 * serial, name or key, so they can be shown and logged.
 */
const REASONS = {
  'too-long': 'These bytes are longer than any certificate of this PKI; read the card again.',
  malformed: 'The certificate is not written as its standard demands; read the card again.',
  'wrong-version': 'Only version 3 certificates count.',
  'bad-serial': 'The serial number is not a positive number of at most 20 bytes.',
  'unsupported-algorithm':
    'The certificate is signed in a way that does not count here: only RSA with SHA-256 and P-384 with SHA-384 do.',
  'algorithm-mismatch': 'The certificate names one signature algorithm inside and another outside.',
  'unique-identifier': 'The certificate carries a unique identifier, which this PKI does not use.',
  'unsupported-key':
    'The key in the certificate is not RSA of 2048 to 4096 bits with exponent 65537, nor a point on P-384.',
  'duplicate-extension': 'The certificate carries the same extension twice.',
  'unknown-critical-extension':
    'The certificate demands the understanding of an extension that is not understood here.',
  'self-issued':
    'This is the certificate of an authority, or links two of them; a user certificate is needed.',
  'unknown-issuer':
    'No configured root has the name of this certificate’s issuer; add the root, or turn it down.',
  'unknown-issuer-key':
    'A root of that name is configured, but not the key that this certificate says signed it; add that root.',
  'bad-signature': 'No configured root signed this certificate: it is forged or damaged.',
  'not-yet-valid': 'The certificate is not valid yet; check the clock.',
  expired: 'The certificate has expired; its holder can have it renewed at the municipal office.',
  'root-not-yet-valid': 'The root that signed this certificate is not valid yet; check the clock.',
  'root-expired':
    'The root that signed this certificate has expired; its holder needs a renewed certificate.',
  'key-usage-missing': 'The certificate does not say what its key is for.',
  'key-usage-not-critical': 'The certificate states the use of its key, but does not mark that as critical.',
  'wrong-key-usage': 'The key in the certificate is for another use.',
  'policy-missing': 'The certificate does not say under which policy it was issued.',
  'policy-not-critical': 'The certificate names its policy, but does not mark that as critical.',
  'duplicate-policy': 'The certificate names the same policy twice.',
  'wrong-policy': 'The certificate was issued under another policy: it is of another kind.',
  'is-authority': 'The certificate lets its holder issue certificates; a user certificate is needed.',
  'wrong-extended-key-usage': 'The certificate limits its key to uses that authentication is not among.',
} as const;

export type RefusalCode = keyof typeof REASONS;

/** Why a certificate does not count. */
export class CertificateError extends CodedError<RefusalCode> {}

/** The sentence for a code. */
export function reasonFor(code: RefusalCode): string {
  return REASONS[code];
}

/** All codes, for those who must answer to each. */
export const refusalCodes = Object.keys(REASONS) as readonly RefusalCode[];

/** Ends a check with a refusal. */
export function refuse(code: RefusalCode, options?: ErrorOptions): never {
  throw new CertificateError(code, REASONS[code], options);
}
