/** RFC 5280's reasons by their number; 7 was never given out. */
const REASON_NAMES = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'unspecified',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

export type RevocationReason = (typeof REASON_NAMES)[number];

/** What the reasons mean in this PKI, for people. */
const REASON_WORDS: Readonly<Record<RevocationReason, string>> = {
  unspecified: 'revoked',
  keyCompromise: 'key compromised',
  cACompromise: 'issuer compromised',
  affiliationChanged: 'died or left the country',
  superseded: 'renewed',
  cessationOfOperation: 'lost card or left the country',
  certificateHold: 'lost card',
  removeFromCRL: 'revoked',
  privilegeWithdrawn: 'withdrawn',
  aACompromise: 'issuer compromised',
};

/** Where an answer comes from, and how old it is. */
interface RevocationSource {
  readonly source: 'crl' | 'ocsp';
  /** The thisUpdate of the list or answer that decided. */
  readonly asOf: Date;
}

/**
 * The one answer to "is this certificate revoked?". Only what counts gives `good` or `revoked`; `stale`
 * says that what would cover the certificate is out of date, `unknown` that nothing covers it.
 */
export type Revocation =
  | (RevocationSource & { readonly status: 'good' })
  | (RevocationSource & { readonly status: 'revoked'; readonly reason: RevocationReason; readonly at: Date })
  | { readonly status: 'stale'; readonly since: Date }
  | { readonly status: 'unknown' };

/** The reason with this number; a number that stands for nothing still revokes. */
export function reasonNumbered(number: number): RevocationReason {
  return REASON_NAMES[number] ?? 'unspecified';
}

/** The reason of this name; a name that stands for nothing still revokes. */
export function reasonNamed(name: string): RevocationReason {
  return REASON_NAMES.find((each) => each === name) ?? 'unspecified';
}

/** What a reason means to people, as `renewed` or `lost card`. */
export function reasonInWords(reason: RevocationReason): string {
  return REASON_WORDS[reason];
}
