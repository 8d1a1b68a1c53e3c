import type { KeyObject } from 'node:crypto';
import type { CertificateAuthority } from './certificate-authority.ts';
import { writeUserCertificate } from './certificates.ts';
import type { Validity } from './generations.ts';
import { subjectAltNameOf, untilFifthBirthday, type InventedPerson } from './invented-people.ts';
import { opaqueSubject } from './names.ts';
import type { Credential, PersonOptions } from './person.ts';
import { publicOf } from './signed.ts';

const day = 86_400_000;

export interface CredentialOrder {
  readonly serial: bigint;
  readonly privateKey: KeyObject;
  readonly validity: Validity;
  /** Whose attributes a signature certificate carries; an authentication certificate carries none. */
  readonly attributes: InventedPerson;
}

export function issueCredential(ca: CertificateAuthority, order: CredentialOrder): Credential {
  const { serial, privateKey, validity, attributes } = order;
  const subject = opaqueSubject();
  const user = { serial, issuerKey: ca.key, subject, validity, publicKey: publicOf(privateKey) };
  const names = ca.purpose === 'signature' ? subjectAltNameOf(attributes) : undefined;
  const digits = serial.toString(16);
  return {
    purpose: ca.purpose,
    generation: ca.generation,
    certificate: writeUserCertificate(ca.purpose, user, names),
    privateKey,
    serial: Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'),
    caCertificate: ca.certificate,
  };
}

/** How long a new certificate stands: as asked, else from some time ago to the fifth birthday. */
export function credentialValidity(
  root: Validity,
  attributes: InventedPerson,
  options: PersonOptions,
  now: Date,
): Validity {
  if (options.validity !== undefined) return options.validity;
  const today = now.getTime() - (now.getTime() % 1000);
  if (options.expired === true) {
    return { notBefore: new Date(today - 5 * 365 * day), notAfter: new Date(today - day) };
  }
  // A root that has ended issued its last certificates well before.
  const latest = Math.min(today - 100 * day, root.notAfter.getTime() - 200 * day);
  const notBefore = new Date(
    options.notYetValid === true ? today + day : Math.max(root.notBefore.getTime(), latest),
  );
  return { notBefore, notAfter: untilFifthBirthday(attributes, notBefore) };
}
