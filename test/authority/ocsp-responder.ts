// The sandbox's OCSP responder: real requests in, real answers out, for every root of the authority.
import type { KeyObject } from 'node:crypto';
import type { CertificateAuthority } from './certificate-authority.ts';
import { writeResponderCertificate } from './certificates.ts';
import { nameOf } from './names.ts';
import { isOf, readOcspRequest, type AskedCertificate, type OcspRequest } from './ocsp-request.ts';
import { writeOcspError, writeOcspResponse, type OcspStatus } from './ocsp-response.ts';
import type { RevocationRegister } from './revocation-register.ts';
import { publicOf } from './signed.ts';

export interface OcspOptions {
  /** Who signs: the CA itself, or (default) a responder that the CA certified for it. */
  readonly signer?: 'ca' | 'delegated';
}

export interface OcspResponderParts {
  readonly authorities: readonly CertificateAuthority[];
  readonly responderKey: KeyObject;
  readonly revocations: RevocationRegister;
  /** Whether a root ever issued this serial. */
  readonly isIssued: (ca: CertificateAuthority, serial: Uint8Array) => boolean;
  readonly now: () => Date;
}

const day = 86_400_000;
const hour = 3_600_000;

export class OcspResponder {
  readonly #parts: OcspResponderParts;

  constructor(parts: OcspResponderParts) {
    this.#parts = parts;
  }

  answer(request: Uint8Array, options: OcspOptions = {}): Uint8Array {
    let asked: OcspRequest;
    try {
      asked = readOcspRequest(request);
    } catch {
      return writeOcspError(1);
    }
    const [first] = asked.asked;
    const ca = this.#parts.authorities.find((each) => first !== undefined && isOf(first, each));
    if (ca === undefined || asked.asked.some((each) => !isOf(each, ca))) return writeOcspError(6);
    return this.#sign(ca, asked, options.signer ?? 'delegated');
  }

  #sign(ca: CertificateAuthority, request: OcspRequest, signer: 'ca' | 'delegated'): Uint8Array {
    const now = this.#parts.now();
    return writeOcspResponse({
      signerKey: signer === 'ca' ? ca.key : this.#parts.responderKey,
      certificates: signer === 'ca' ? [] : [this.#delegation(ca, now)],
      producedAt: now,
      answers: request.asked.map((each) => ({
        certId: each.certId,
        status: this.#status(ca, each),
        thisUpdate: now,
        nextUpdate: new Date(now.getTime() + 12 * hour),
      })),
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    });
  }

  #status(ca: CertificateAuthority, asked: AskedCertificate): OcspStatus {
    const revoked = this.#parts.revocations.find(ca, asked.serial);
    if (revoked !== undefined) return { kind: 'revoked', ...revoked };
    return { kind: this.#parts.isIssued(ca, asked.serial) ? 'good' : 'unknown' };
  }

  #delegation(ca: CertificateAuthority, now: Date): Uint8Array {
    return writeResponderCertificate(ca.purpose, {
      serial: 2n,
      issuerKey: ca.key,
      subject: nameOf(['C', 'JP'], ['O', 'JPKI'], ['CN', 'OCSP responder of the sandbox']),
      validity: { notBefore: new Date(now.getTime() - day), notAfter: new Date(now.getTime() + 30 * day) },
      publicKey: publicOf(this.#parts.responderKey),
    });
  }
}
