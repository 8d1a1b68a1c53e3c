// With what a certificate is signed, and how its signature is written.
import { constants, createHash, privateEncrypt, sign, type KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import type { CorpusItem } from './corpus-item.ts';
import {
  algorithm,
  authorityKey,
  type CertificateDescription,
  rootCertificate,
  signedBy,
  userCertificate,
  userExtensions,
} from './describe-certificate.ts';
import { type CorpusKeys, keyIdOf } from './keys.ts';

const SHA256_INFO = '3031300d060960864801650304020105000420';

export function signatureItems(keys: CorpusKeys): CorpusItem[] {
  const root = rootCertificate(keys.root);
  const nextRoot = rootCertificate(keys.nextRoot);
  const user = (
    title: string,
    expected: CorpusItem['expected'],
    different: Partial<CertificateDescription>,
    roots: readonly CertificateDescription[] = [root],
  ): CorpusItem => ({ title, expected, certificate: userCertificate(keys, different), roots });
  const pointingAtNext = {
    extensions: Object.values({
      ...userExtensions(keys),
      authorityKey: authorityKey(der.implicit(0, der.octetString(keyIdOf(keys.nextRoot)))),
    }),
  };
  const underNext = { algorithm: algorithm.ecdsaWithSha384, ...pointingAtNext };

  return [
    user('signed by a stranger under the right name', 'bad-signature', {
      signature: signedBy(keys.stranger),
    }),
    user('signed by its own key', 'bad-signature', { signature: signedBy(keys.user) }),
    user('a signature of zeros', 'bad-signature', { signature: () => new Uint8Array(256) }),
    user('an empty signature', 'bad-signature', { signature: () => new Uint8Array() }),
    user('a signature one byte short', 'bad-signature', {
      signature: (tbs) => sign('sha256', tbs, keys.root).subarray(1),
    }),
    user('a signature with a zero before it', 'bad-signature', {
      signature: (tbs) => der.concat(der.raw('00'), sign('sha256', tbs, keys.root)),
    }),
    user('SHA-1 named SHA-256', 'bad-signature', { signature: signedBy(keys.root, 'sha1') }),
    user('PSS named PKCS#1', 'bad-signature', {
      signature: (tbs) => sign('sha256', tbs, { key: keys.root, padding: constants.RSA_PKCS1_PSS_PADDING }),
    }),
    user('a DigestInfo without its NULL', 'bad-signature', {
      signature: (tbs) => pkcs1(keys.root, '302f300b0609608648016503040201 0420', tbs),
    }),
    user('a DigestInfo with bytes after it', 'bad-signature', {
      signature: (tbs) => pkcs1(keys.root, SHA256_INFO, tbs, '00'),
    }),
    user('the one right DigestInfo', 'accepted', { signature: (tbs) => pkcs1(keys.root, SHA256_INFO, tbs) }),

    user('SHA-1 with RSA', 'unsupported-algorithm', {
      algorithm: der.sequence(der.oid('1.2.840.113549.1.1.5'), der.nothing()),
      signature: signedBy(keys.root, 'sha1'),
    }),
    user('SHA-512 with RSA', 'unsupported-algorithm', {
      algorithm: der.sequence(der.oid('1.2.840.113549.1.1.13'), der.nothing()),
      signature: signedBy(keys.root, 'sha512'),
    }),
    user('SHA-256 with RSA, without the NULL', 'unsupported-algorithm', {
      algorithm: der.sequence(der.oid('1.2.840.113549.1.1.11')),
    }),
    user('RSASSA-PSS', 'unsupported-algorithm', {
      algorithm: pssAlgorithm(),
      signature: (tbs) =>
        sign('sha256', tbs, { key: keys.root, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }),
    }),
    user(
      'SHA-256 on P-384',
      'unsupported-algorithm',
      {
        ...underNext,
        algorithm: der.sequence(der.oid('1.2.840.10045.4.3.2')),
        signature: signedBy(keys.nextRoot, 'sha256'),
      },
      [nextRoot],
    ),
    user(
      'SHA-384 on P-384 with a NULL',
      'unsupported-algorithm',
      {
        ...underNext,
        algorithm: der.sequence(der.oid('1.2.840.10045.4.3.3'), der.nothing()),
        signature: signedBy(keys.nextRoot),
      },
      [nextRoot],
    ),
    user('an RSA key under a P-384 root', 'accepted', { ...underNext, signature: signedBy(keys.nextRoot) }, [
      nextRoot,
    ]),
    user(
      'RSA named, P-384 used',
      'bad-signature',
      {
        ...pointingAtNext,
        signature: signedBy(keys.nextRoot, 'sha256'),
      },
      [nextRoot],
    ),
    user('P-384 named, RSA used', 'bad-signature', {
      algorithm: algorithm.ecdsaWithSha384,
      signature: signedBy(keys.root, 'sha384'),
    }),
    user(
      'an ECDSA signature with bytes after it',
      'bad-signature',
      {
        ...underNext,
        signature: (tbs) => der.concat(sign('sha384', tbs, keys.nextRoot), der.raw('00')),
      },
      [nextRoot],
    ),
    user(
      'an ECDSA signature as plain r and s',
      'bad-signature',
      {
        ...underNext,
        signature: (tbs) => sign('sha384', tbs, { key: keys.nextRoot, dsaEncoding: 'ieee-p1363' }),
      },
      [nextRoot],
    ),
    user(
      'an ECDSA signature with a longer length than it needs',
      'bad-signature',
      {
        ...underNext,
        signature: (tbs) => longForm(sign('sha384', tbs, keys.nextRoot)),
      },
      [nextRoot],
    ),
    user(
      'an ECDSA signature of zeros',
      'bad-signature',
      {
        ...underNext,
        signature: () => der.sequence(der.integer(0), der.integer(0)),
      },
      [nextRoot],
    ),
  ];
}

/** A PKCS#1 block with a DigestInfo of one's own making. */
function pkcs1(key: KeyObject, info: string, tbs: Uint8Array, after = ''): Uint8Array {
  const digest = createHash('sha256').update(tbs).digest();
  const block = der.concat(der.raw(info), digest, der.raw(after));
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, block);
}

function pssAlgorithm(): Uint8Array {
  const sha256 = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nothing());
  const mgf = der.sequence(der.oid('1.2.840.113549.1.1.8'), sha256);
  return der.sequence(
    der.oid('1.2.840.113549.1.1.10'),
    der.sequence(der.explicit(0, sha256), der.explicit(1, mgf), der.explicit(2, der.integer(32))),
  );
}

/** The outer length in two octets where one would do. */
function longForm(signature: Uint8Array): Uint8Array {
  return der.concat(der.raw('3081'), signature.subarray(1));
}
