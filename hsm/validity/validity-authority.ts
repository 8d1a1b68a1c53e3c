import type { Purpose } from '../certificate/purpose.ts';
import type { RevocationReason } from '../revocation/revocation.ts';

/** How a certificate is named to the authority: by the key that signed it, and its serial. */
export interface CertificateReference {
  /** The subject key identifier of the root that signed it: its generations share one name. */
  readonly issuerKeyId: Uint8Array;
  /** Without leading zeros. */
  readonly serial: Uint8Array;
}

/** A certificate that the authority tells of, with what its serial hash needs. */
export interface FoundCertificate extends CertificateReference {
  /** The issuer's Name, DER with its header. */
  readonly issuer: Uint8Array;
  readonly notAfter: Date;
}

/** What the authority says of one certificate, and when it said so. */
export type Validity =
  | { readonly status: 'good'; readonly asOf: Date }
  | {
      readonly status: 'revoked';
      readonly reason: RevocationReason;
      readonly at: Date;
      readonly asOf: Date;
    }
  | { readonly status: 'unknown'; readonly asOf: Date };

/** The newest certificate that followed on another, and since when. */
export interface Renewal {
  readonly certificate: FoundCertificate;
  readonly since: Date;
}

/**
 * What only the authority (J-LIS) can tell. Its interface to verifiers is not public; whoever has a contract
 * writes an adapter for this port. Answers come in the order asked; nothing is learnt from a question that
 * ends in a `ValidityError`.
 */
export interface ValidityAuthority {
  /** Whether certificates are valid now. The authority charges for each. */
  validity(purpose: Purpose, certificates: readonly CertificateReference[]): Promise<Validity[]>;
  /** ③: the authentication certificate of whoever holds this signature certificate. */
  correspondence(
    signatureCertificates: readonly CertificateReference[],
  ): Promise<(FoundCertificate | undefined)[]>;
  /** What authentication certificates were renewed into. */
  renewals(certificates: readonly CertificateReference[]): Promise<(Renewal | undefined)[]>;
}
