// The certificates that the sandbox's authority signs, in the shape of the real profile.
import type { KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import type { Purpose, Validity } from './generations.ts';
import { caName, caNameInJapanese, distributionPointName } from './names.ts';
import { extension, keyIdOf, publicOf, signatureAlgorithm, signed, spkiOf } from './signed.ts';

/** The policies of certificates on a card. */
const policy: Readonly<Record<Purpose, string>> = {
  authentication: '1.2.392.200149.8.5.1.3.30',
  signature: '1.2.392.200149.8.5.1.1.20',
};

/** A certificate as it is to be: whatever is wrong with it is wrong on purpose. */
export interface CertificateDescription {
  readonly serial: bigint;
  readonly issuer: Uint8Array;
  readonly issuerKey: KeyObject;
  readonly subject: Uint8Array;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
}

export function writeCertificate(description: CertificateDescription): Uint8Array {
  const { serial, issuer, issuerKey, subject, validity, publicKey, extensions } = description;
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(serial),
    signatureAlgorithm(issuerKey),
    issuer,
    der.sequence(der.time(validity.notBefore), der.time(validity.notAfter)),
    subject,
    spkiOf(publicKey),
    der.explicit(3, der.sequence(...extensions)),
  );
  return signed(issuerKey, tbs);
}

/** A self-signed root of a purpose. */
export function writeRoot(purpose: Purpose, key: KeyObject, validity: Validity, serial: bigint): Uint8Array {
  return writeCertificate({
    serial,
    issuer: caName(purpose),
    issuerKey: key,
    subject: caName(purpose),
    validity,
    publicKey: publicOf(key),
    extensions: [
      extension('2.5.29.35', authorityKeyIdentifier(key)),
      extension('2.5.29.14', der.octetString(keyIdOf(key))),
      extension('2.5.29.15', der.namedBits(5, 6), true),
      extension('2.5.29.18', directoryName(caNameInJapanese(purpose))),
      extension('2.5.29.19', der.sequence(der.boolean(true)), true),
    ],
  });
}

/** A user's certificate as a card carries it; about 1.5 kB. */
export function writeUserCertificate(
  purpose: Purpose,
  user: Pick<CertificateDescription, 'serial' | 'issuerKey' | 'subject' | 'validity' | 'publicKey'>,
  subjectAltName?: Uint8Array,
): Uint8Array {
  const ocsp = `http://ocsp-${purpose}.sandbox.invalid`;
  return writeCertificate({
    ...user,
    issuer: caName(purpose),
    extensions: [
      extension('2.5.29.35', authorityKeyIdentifier(user.issuerKey)),
      extension('2.5.29.14', der.octetString(keyIdOf(user.publicKey))),
      extension('2.5.29.15', purpose === 'authentication' ? der.namedBits(0) : der.namedBits(0, 1), true),
      ...(purpose === 'authentication'
        ? [extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.2')))]
        : []),
      extension('2.5.29.32', certificatePolicies(policy[purpose]), true),
      ...(subjectAltName === undefined ? [] : [extension('2.5.29.17', subjectAltName)]),
      extension('2.5.29.18', directoryName(caNameInJapanese(purpose))),
      extension('2.5.29.31', crlDistributionPoints(purpose)),
      extension(
        '1.3.6.1.5.5.7.1.1',
        der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), der.implicit(6, der.ia5String(ocsp)))),
      ),
    ],
  });
}

/** A responder that a CA lets sign OCSP answers in its place. */
export function writeResponderCertificate(
  purpose: Purpose,
  responder: Pick<CertificateDescription, 'serial' | 'issuerKey' | 'subject' | 'validity' | 'publicKey'>,
): Uint8Array {
  return writeCertificate({
    ...responder,
    issuer: caName(purpose),
    extensions: [
      extension('2.5.29.35', authorityKeyIdentifier(responder.issuerKey)),
      extension('2.5.29.14', der.octetString(keyIdOf(responder.publicKey))),
      extension('2.5.29.15', der.namedBits(0), true),
      extension('2.5.29.37', der.sequence(der.oid('1.3.6.1.5.5.7.3.9'))),
      extension('1.3.6.1.5.5.7.48.1.5', der.nothing()),
    ],
  });
}

export function authorityKeyIdentifier(issuerKey: KeyObject): Uint8Array {
  return der.sequence(der.implicit(0, der.octetString(keyIdOf(issuerKey))));
}

/** GeneralNames with one directoryName, which is tagged explicitly because a Name is a CHOICE. */
function directoryName(name: Uint8Array): Uint8Array {
  return der.sequence(der.explicit(4, name));
}

function certificatePolicies(id: string): Uint8Array {
  const practice = 'https://www.sandbox.invalid/jpki/policy/statement.html';
  const notice = 'Issued by the sandbox of Kazasu; nothing may rely on it.';
  return der.sequence(
    der.sequence(
      der.oid(id),
      der.sequence(
        der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), der.ia5String(practice)),
        der.sequence(der.oid('1.3.6.1.5.5.7.2.2'), der.sequence(der.utf8String(notice))),
      ),
    ),
  );
}

function crlDistributionPoints(purpose: Purpose): Uint8Array {
  const fullName = der.explicit(0, der.implicit(0, directoryName(distributionPointName(purpose))));
  return der.sequence(der.sequence(fullName));
}
