import type { CertificateAuthority } from './certificate-authority.ts';
import { crlExtensions, writeCrl, type CrlDescription, type Reason } from './crl.ts';
import type { Ledger } from './ledger.ts';

export interface Revocation {
  readonly reason: Reason;
  readonly at: Date;
}

const lifetime = 2 * 86_400_000;

/** Who is revoked, and the CRLs that say so: one per root, its number one higher each time. */
export class RevocationRegister {
  readonly #ledger: Ledger;
  readonly #keep: () => void;
  readonly #issued = new Map<string, { bytes: Uint8Array; at: number }>();

  constructor(ledger: Ledger, keep: () => void) {
    this.#ledger = ledger;
    this.#keep = keep;
  }

  revoke(ca: CertificateAuthority, serial: Uint8Array, { reason, at }: Revocation): void {
    this.release(ca, serial);
    this.#ledger.revocations.push({ ca: caId(ca), serial: hex(serial), reason, at: at.toISOString() });
    this.#keep();
  }

  release(ca: CertificateAuthority, serial: Uint8Array): void {
    this.#ledger.revocations = this.#ledger.revocations.filter(
      (each) => each.ca !== caId(ca) || each.serial !== hex(serial),
    );
    this.#issued.delete(caId(ca));
    this.#keep();
  }

  find(ca: CertificateAuthority, serial: Uint8Array): Revocation | undefined {
    const found = this.#ledger.revocations.find(
      (each) => each.ca === caId(ca) && each.serial === hex(serial),
    );
    return found === undefined ? undefined : { reason: found.reason as Reason, at: new Date(found.at) };
  }

  /** The CRL in force: a new one when something changed or half a day went by. */
  crl(ca: CertificateAuthority, now: Date): Uint8Array {
    const issued = this.#issued.get(caId(ca));
    if (issued !== undefined && now.getTime() - issued.at < lifetime / 4) return issued.bytes;
    const number = (this.#ledger.crlNumbers[caId(ca)] ?? 0) + 1;
    const bytes = writeCrl(this.#describe(ca, now, number));
    this.#ledger.crlNumbers[caId(ca)] = number;
    this.#issued.set(caId(ca), { bytes, at: now.getTime() });
    this.#keep();
    return bytes;
  }

  /** A CRL made for the occasion, wrong as the overrides say; the one in force stays. */
  crlWith(ca: CertificateAuthority, now: Date, overrides: Partial<CrlDescription>): Uint8Array {
    const number = (this.#ledger.crlNumbers[caId(ca)] ?? 0) + 1;
    return writeCrl({ ...this.#describe(ca, now, number), ...overrides });
  }

  #describe(ca: CertificateAuthority, now: Date, number: number): CrlDescription {
    return {
      issuer: ca.name,
      issuerKey: ca.key,
      thisUpdate: now,
      nextUpdate: new Date(now.getTime() + lifetime),
      revoked: this.#ledger.revocations
        .filter((each) => each.ca === caId(ca))
        .map((each) => ({
          serial: BigInt(`0x${each.serial}`),
          at: new Date(each.at),
          reason: each.reason as Reason,
        })),
      extensions: crlExtensions(ca.purpose, ca.key, BigInt(number)),
    };
  }
}

/** How a root is called in the ledger and in URLs: `authentication-2023`. */
export function caId(ca: Pick<CertificateAuthority, 'purpose' | 'generation'>): string {
  return `${ca.purpose}-${ca.generation}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
