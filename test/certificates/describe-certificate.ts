import { sign, type KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import { type CorpusKeys, keyIdOf, spkiOf } from './keys.ts';

/**
 * A certificate described part by part, each part the element as it is to be written: what is wrong with a
 * part is wrong on purpose.
 */
export interface CertificateDescription {
  /** Nothing for version 1. */
  readonly version: Uint8Array | undefined;
  readonly serial: Uint8Array;
  readonly algorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly notBefore: Uint8Array;
  readonly notAfter: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** What stands between key and extensions: the unique identifiers, as a rule nothing. */
  readonly uniqueIds: readonly Uint8Array[];
  /** The extensions in order; nothing for none at all, not even an empty list. */
  readonly extensions: readonly Uint8Array[] | undefined;
  /** The algorithm outside the signed part; the one inside unless given. */
  readonly outerAlgorithm?: Uint8Array;
  readonly signature: (tbs: Uint8Array) => Uint8Array;
  /** A last change to the whole. */
  readonly finish?: (certificate: Uint8Array) => Uint8Array;
}

export const algorithm = {
  sha256WithRsa: der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nothing()),
  ecdsaWithSha384: der.sequence(der.oid('1.2.840.10045.4.3.3')),
};

/** Writes the certificate that is described. */
export function writeCertificate(described: CertificateDescription): Uint8Array {
  const { version, extensions, outerAlgorithm = described.algorithm, finish } = described;
  const tbs = der.sequence(
    ...(version === undefined ? [] : [version]),
    described.serial,
    described.algorithm,
    described.issuer,
    der.sequence(described.notBefore, described.notAfter),
    described.subject,
    described.spki,
    ...described.uniqueIds,
    ...(extensions === undefined ? [] : [der.explicit(3, der.sequence(...extensions))]),
  );
  const whole = der.sequence(tbs, outerAlgorithm, der.bitString(described.signature(tbs)));
  return finish === undefined ? whole : finish(whole);
}

/** Signs as the key's kind is to sign: RSA with SHA-256, P-384 with SHA-384. */
export function signedBy(key: KeyObject, hash = isRsa(key) ? 'sha256' : 'sha384') {
  return (tbs: Uint8Array): Uint8Array => sign(hash, tbs, key);
}

function algorithmOf(key: KeyObject): Uint8Array {
  return isRsa(key) ? algorithm.sha256WithRsa : algorithm.ecdsaWithSha384;
}

function isRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss';
}

/** Attributes of a name in order, as PrintableString. */
export function name(...attributes: readonly (readonly [oid: string, text: string])[]): Uint8Array {
  return der.sequence(
    ...attributes.map(([oid, text]) => der.set(der.sequence(der.oid(oid), der.printableString(text)))),
  );
}

const C = '2.5.4.6';
const O = '2.5.4.10';
const OU = '2.5.4.11';
const CN = '2.5.4.3';
const CENTRE = 'Japan Agency for Local Authority Information Systems';

/** The names of the two kinds of roots, shared by all generations, and of a user. */
export const names = {
  authentication: name([C, 'JP'], [O, 'JPKI'], [OU, 'JPKI for user authentication'], [OU, CENTRE]),
  signature: name([C, 'JP'], [O, 'JPKI'], [OU, 'JPKI for digital signature'], [OU, CENTRE]),
  user: name([C, 'JP'], [CN, '0123456789ABCDEF0123456789ABCDEF']),
};

/** An extension; `critical` as bytes where it is to be written wrongly. */
export function extension(id: string, critical: boolean | Uint8Array, value: Uint8Array): Uint8Array {
  const flag = critical === true ? [der.boolean(true)] : critical === false ? [] : [critical];
  return der.sequence(der.oid(id), ...flag, der.octetString(value));
}

export const policyOf = {
  authentication: '1.2.392.200149.8.5.1.3.30',
  signature: '1.2.392.200149.8.5.1.1.20',
};

/** The extensions of a good user certificate, by name so that a description can replace or drop one. */
export function userExtensions(keys: CorpusKeys, purpose: 'authentication' | 'signature' = 'authentication') {
  const root = purpose === 'authentication' ? keys.root : keys.signatureRoot;
  const bits = purpose === 'authentication' ? [0] : [0, 1];
  return {
    authorityKey: authorityKey(der.implicit(0, der.octetString(keyIdOf(root)))),
    subjectKey: extension('2.5.29.14', false, der.octetString(keyIdOf(keys.user))),
    keyUsage: extension('2.5.29.15', true, der.namedBits(...bits)),
    policies: extension('2.5.29.32', true, der.sequence(der.sequence(der.oid(policyOf[purpose])))),
    extendedKeyUsage: extension('2.5.29.37', false, der.sequence(der.oid('1.3.6.1.5.5.7.3.2'))),
  } satisfies Record<string, Uint8Array>;
}

export function authorityKey(...parts: readonly Uint8Array[]): Uint8Array {
  return extension('2.5.29.35', false, der.sequence(...parts));
}

/** A good user certificate's description, with what is to be different about this one. */
export function userCertificate(
  keys: CorpusKeys,
  different: Partial<CertificateDescription> = {},
  purpose: 'authentication' | 'signature' = 'authentication',
): CertificateDescription {
  const root = purpose === 'authentication' ? keys.root : keys.signatureRoot;
  const extensions = Object.values(userExtensions(keys, purpose));
  return {
    version: der.explicit(0, der.integer(2)),
    serial: der.integer(0x0102_0304),
    algorithm: algorithm.sha256WithRsa,
    issuer: names[purpose],
    notBefore: der.utcTime('240401000000Z'),
    notAfter: der.utcTime('290401145959Z'),
    subject: names.user,
    spki: spkiOf(keys.user),
    uniqueIds: [],
    extensions: purpose === 'authentication' ? extensions : extensions.slice(0, -1),
    signature: signedBy(root),
    ...different,
  };
}

/** A good root's description, with what is to be different about this one. */
export function rootCertificate(
  key: KeyObject,
  different: Partial<CertificateDescription> = {},
  purpose: 'authentication' | 'signature' = 'authentication',
): CertificateDescription {
  return {
    version: der.explicit(0, der.integer(2)),
    serial: der.integer(0x06d1_8006),
    algorithm: algorithmOf(key),
    issuer: names[purpose],
    notBefore: der.utcTime('230716000000Z'),
    notAfter: der.utcTime('330715145959Z'),
    subject: names[purpose],
    spki: spkiOf(key),
    uniqueIds: [],
    extensions: Object.values(rootExtensions(key)),
    signature: signedBy(key),
    ...different,
  };
}

export function rootExtensions(key: KeyObject) {
  return {
    authorityKey: authorityKey(der.implicit(0, der.octetString(keyIdOf(key)))),
    subjectKey: extension('2.5.29.14', false, der.octetString(keyIdOf(key))),
    keyUsage: extension('2.5.29.15', true, der.namedBits(5, 6)),
    basicConstraints: extension('2.5.29.19', true, der.sequence(der.boolean(true))),
  } satisfies Record<string, Uint8Array>;
}

/** All extensions but one. */
export function without<Name extends string>(all: Record<Name, Uint8Array>, name: Name): Uint8Array[] {
  return Object.entries<Uint8Array>(all).flatMap(([each, value]) => (each === name ? [] : [value]));
}
