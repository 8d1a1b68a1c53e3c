import { CodedError } from '../coded-error.ts';

/** Every reason why a list or an OCSP answer does not count, and the sentence that a person reads. */
const REASONS = {
  malformed: 'It is not written as its standard demands; fetch it again.',
  'too-long':
    'A part of it is longer than any of this PKI; fetch it again, and ask its issuer if that recurs.',
  'wrong-version': 'Only revocation lists of version 2 count.',
  'unsupported-algorithm':
    'It is signed in a way that does not count here: only RSA with SHA-256 and P-384 with SHA-384 do.',
  'algorithm-mismatch': 'It names one signature algorithm inside and another outside.',
  'unknown-issuer': 'No configured root has the name of its issuer; add the root, or remove the list.',
  'bad-signature': 'No configured root signed it: it is forged or damaged; fetch it again.',
  'issuer-signs-no-lists': 'The root that signed it may not sign revocation lists.',
  'bad-serial': 'It names a serial number that is not a positive number of at most 20 bytes.',
  'duplicate-extension': 'It carries the same extension twice.',
  'unknown-critical-extension': 'It demands the understanding of an extension that is not understood here.',
  'no-number': 'The list has no number, so it cannot be told from an older one.',
  'number-went-down': 'A list with a higher number was seen before; this one is older. Fetch the newest.',
  indirect: 'The list speaks for other issuers too (indirect); those do not count here.',
  delta: 'The list holds changes only (delta); fetch the full one.',
  'some-reasons-only': 'The list covers some reasons for revocation only; fetch the full one.',
  'other-certificates': 'The list is for certificates of another kind than users’.',
  'relative-distribution-point': 'The list names its distribution point in a form that is not used here.',
  'no-next-update': 'It does not say until when it holds.',
  'not-yet-valid': 'Its time has not come yet; check the clock.',
  'out-of-date': 'Its time is over; fetch the newest.',
  'not-answered':
    'The responder did not answer; check the network and the address, or use a revocation list.',
  'responder-refused': 'The responder would not answer this request.',
  'wrong-certificate': 'The answer is about another certificate.',
  'wrong-nonce': 'The answer is not to this request: its nonce is missing or another one.',
  'wrong-signer': 'The answer is signed by a key that does not speak for the certificate’s issuer.',
  'responder-may-be-revoked':
    'The responder’s certificate does not say that it needs no revocation check of its own.',
  'record-damaged':
    'The record of list numbers cannot be read; restore it from a backup. Without it an old list could pass for new.',
} as const;

export type RevocationErrorCode = keyof typeof REASONS;

/** Why a revocation list or an OCSP answer does not count. It never revokes anyone. */
export class RevocationError extends CodedError<RevocationErrorCode> {}

/** Ends a check with a refusal. */
export function refuseRevocation(code: RevocationErrorCode, options?: ErrorOptions): never {
  throw new RevocationError(code, REASONS[code], options);
}
