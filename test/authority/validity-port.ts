// The sandbox's authority behind the port by which programs ask it, without a network between.
import { X509Certificate } from 'node:crypto';
import type {
  CertificateReference,
  FoundCertificate,
  Renewal,
  Validity,
  ValidityAuthority,
} from '../../hsm/validity/validity-authority.ts';
import type { Purpose } from '../../hsm/certificate/purpose.ts';
import { reasonNamed } from '../../hsm/revocation/revocation.ts';
import type { Authority, Holder } from './authority.ts';
import type { Credential } from './person.ts';

/**
 * @example
 * const applications = new Applications({ authority: validityPort(authority), … });
 */
export function validityPort(authority: Authority): ValidityAuthority {
  const find = (purpose: Purpose, { issuerKeyId, serial }: CertificateReference): Holder | undefined => {
    const ca = authority.rootWithKey(purpose, issuerKeyId);
    return ca && authority.holder(ca, serial);
  };
  const validityOf = (purpose: Purpose, reference: CertificateReference): Validity => {
    const asOf = authority.now();
    const found = find(purpose, reference);
    if (found === undefined) return { status: 'unknown', asOf };
    const ca = authority.root(purpose, found.credential.generation);
    const revoked = authority.revocation(ca, found.credential.serial);
    if (revoked === undefined) return { status: 'good', asOf };
    return { status: 'revoked', reason: reasonNamed(revoked.reason), at: revoked.at, asOf };
  };
  const described = new Map<Credential, FoundCertificate>();
  const describe = (credential: Credential): FoundCertificate => {
    const known = described.get(credential);
    if (known !== undefined) return known;
    const ca = authority.root(credential.purpose, credential.generation);
    const notAfter = new Date(new X509Certificate(credential.certificate).validTo);
    const found = { issuerKeyId: ca.keyId, serial: credential.serial, issuer: ca.name, notAfter };
    described.set(credential, found);
    return found;
  };
  const renewalOf = (reference: CertificateReference): Renewal | undefined => {
    let renewal: Renewal | undefined;
    let person = find('authentication', reference)?.person;
    while (person !== undefined) {
      const next = authority.renewalOf(person);
      if (next !== undefined) renewal = { certificate: describe(next.person.authentication), since: next.at };
      person = next?.person;
    }
    return renewal;
  };
  return {
    validity: (purpose, certificates) =>
      Promise.resolve(certificates.map((each) => validityOf(purpose, each))),
    correspondence: (certificates) =>
      Promise.resolve(
        certificates.map((each) => {
          const found = find('signature', each);
          return found && describe(found.person.authentication);
        }),
      ),
    renewals: (certificates) => Promise.resolve(certificates.map(renewalOf)),
  };
}
