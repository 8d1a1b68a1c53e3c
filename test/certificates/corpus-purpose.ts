// The key in a certificate, and what it is for.
import * as der from '../encoding/der.ts';
import type { CorpusItem } from './corpus-item.ts';
import {
  type CertificateDescription,
  extension,
  policyOf,
  rootCertificate,
  userCertificate,
  userExtensions,
  without,
} from './describe-certificate.ts';
import { type CorpusKeys, spkiOf } from './keys.ts';

const RSA = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nothing());
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const EMAIL = '1.3.6.1.5.5.7.3.4';
const ANY_USE = '2.5.29.37.0';
const ANY_POLICY = '2.5.29.32.0';

export function purposeItems(keys: CorpusKeys): CorpusItem[] {
  const good = userExtensions(keys);
  const user = (
    title: string,
    expected: CorpusItem['expected'],
    different: Partial<CertificateDescription>,
  ): CorpusItem => ({ title, expected, certificate: userCertificate(keys, different) });
  const withKey = (title: string, expected: CorpusItem['expected'], spki: Uint8Array): CorpusItem =>
    user(title, expected, { spki });
  const having = (
    title: string,
    expected: CorpusItem['expected'],
    replaced: Partial<Record<keyof typeof good, Uint8Array>>,
    ...more: readonly Uint8Array[]
  ): CorpusItem =>
    user(title, expected, { extensions: [...Object.values({ ...good, ...replaced }), ...more] });
  const lacking = (title: string, expected: CorpusItem['expected'], name: keyof typeof good): CorpusItem => {
    return user(title, expected, { extensions: without(good, name) });
  };
  const keyUsage = (bits: readonly number[], critical = true): Uint8Array =>
    extension('2.5.29.15', critical, der.namedBits(...bits));
  const policies = (oids: readonly string[], critical = true): Uint8Array =>
    extension('2.5.29.32', critical, der.sequence(...oids.map((each) => der.sequence(der.oid(each)))));
  const uses = (oids: readonly string[], critical = false): Uint8Array =>
    extension('2.5.29.37', critical, der.sequence(...oids.map((each) => der.oid(each))));
  const constraints = (content: Uint8Array, critical = true): Uint8Array =>
    extension('2.5.29.19', critical, content);
  const signature = (
    title: string,
    expected: CorpusItem['expected'],
    bits: readonly number[],
  ): CorpusItem => ({
    title,
    expected,
    purpose: 'signature',
    certificate: userCertificate(
      keys,
      { extensions: [keyUsage(bits), policies([policyOf.signature])] },
      'signature',
    ),
    roots: [rootCertificate(keys.signatureRoot, {}, 'signature')],
  });
  const modulus = Buffer.from(spkiOf(keys.user).subarray(33, 33 + 256));
  const point = spkiOf(keys.userP384).subarray(-97);

  return [
    withKey('RSA-3072', 'accepted', spkiOf(keys.rsa3072)),
    withKey('RSA-1024', 'unsupported-key', spkiOf(keys.rsa1024)),
    withKey('RSA with exponent 3', 'unsupported-key', spkiOf(keys.rsaExponent3)),
    withKey('RSA with exponent 1', 'unsupported-key', rsaKey(der.integer(modulus), der.integer(1))),
    withKey('RSA built by hand', 'accepted', rsaKey(der.integer(modulus), der.integer(65_537))),
    withKey('RSA of 4,096 bits', 'accepted', rsaKey(der.integer(odd(512)), der.integer(65_537))),
    withKey('RSA of 4,104 bits', 'unsupported-key', rsaKey(der.integer(odd(513)), der.integer(65_537))),
    withKey(
      'RSA of 2,047 bits',
      'unsupported-key',
      rsaKey(der.integer(halved(modulus)), der.integer(65_537)),
    ),
    withKey(
      'RSA with an even modulus',
      'unsupported-key',
      rsaKey(der.integer(flippedAtItsEnd(modulus)), der.integer(65_537)),
    ),
    withKey(
      'RSA with a negative modulus',
      'unsupported-key',
      rsaKey(der.tlv(0x02, modulus), der.integer(65_537)),
    ),
    withKey(
      'RSA without its NULL',
      'unsupported-key',
      der.sequence(
        der.sequence(der.oid('1.2.840.113549.1.1.1')),
        der.bitString(spkiOf(keys.user).subarray(24)),
      ),
    ),
    withKey(
      'RSA with a byte after the key',
      'malformed',
      der.sequence(RSA, der.bitString(der.concat(spkiOf(keys.user).subarray(24), der.raw('00')))),
    ),
    withKey('a key that is for RSASSA-PSS', 'unsupported-key', spkiOf(keys.rsaPss)),
    withKey('P-384 under an RSA root', 'accepted', spkiOf(keys.userP384)),
    withKey('P-256', 'unsupported-key', spkiOf(keys.p256)),
    withKey(
      'P-384, the point compressed',
      'unsupported-key',
      p384Key(der.concat(der.raw(((point.at(-1) ?? 0) & 1) === 1 ? '03' : '02'), point.subarray(1, 49))),
    ),
    withKey(
      'P-384, the point in hybrid form',
      'unsupported-key',
      p384Key(der.concat(der.raw(((point.at(-1) ?? 0) & 1) === 1 ? '07' : '06'), point.subarray(1))),
    ),
    withKey('P-384, not on the curve', 'unsupported-key', p384Key(flippedAtItsEnd(point))),
    withKey(
      'P-384, a coordinate past the field',
      'unsupported-key',
      p384Key(der.concat(der.raw('04'), new Uint8Array(48).fill(0xff), point.subarray(49))),
    ),
    withKey('P-384, the point at infinity', 'unsupported-key', p384Key(der.raw('00'))),

    lacking('no keyUsage', 'key-usage-missing', 'keyUsage'),
    having('keyUsage not critical', 'key-usage-not-critical', { keyUsage: keyUsage([0], false) }),
    having('keyUsage of a signature certificate', 'wrong-key-usage', { keyUsage: keyUsage([0, 1]) }),
    having('keyUsage with keyEncipherment too', 'wrong-key-usage', { keyUsage: keyUsage([0, 2]) }),
    having('keyUsage with decipherOnly too', 'wrong-key-usage', { keyUsage: keyUsage([0, 8]) }),
    having('keyUsage with keyCertSign too', 'wrong-key-usage', { keyUsage: keyUsage([0, 5]) }),
    having('keyUsage of nothing', 'wrong-key-usage', { keyUsage: keyUsage([]) }),
    having('keyUsage with a bit that nobody defined', 'wrong-key-usage', { keyUsage: keyUsage([0, 12]) }),
    having('keyUsage twice', 'duplicate-extension', {}, keyUsage([0])),
    having('subject key identifier twice', 'duplicate-extension', {}, good.subjectKey),
    having(
      'an unknown extension twice',
      'duplicate-extension',
      {},
      extension('1.2.3', false, der.nothing()),
      extension('1.2.3', false, der.nothing()),
    ),

    lacking('no policy', 'policy-missing', 'policies'),
    having('policies not critical', 'policy-not-critical', {
      policies: policies([policyOf.authentication], false),
    }),
    having('the signature’s policy', 'wrong-policy', { policies: policies([policyOf.signature]) }),
    having('anyPolicy alone', 'wrong-policy', { policies: policies([ANY_POLICY]) }),
    having('anyPolicy and the right one', 'accepted', {
      policies: policies([ANY_POLICY, policyOf.authentication]),
    }),
    having('another policy and the right one', 'accepted', {
      policies: policies(['1.2.3', policyOf.authentication]),
    }),
    having('the right policy twice', 'duplicate-policy', {
      policies: policies([policyOf.authentication, policyOf.authentication]),
    }),
    having('another policy twice', 'duplicate-policy', {
      policies: policies(['1.2.3', policyOf.authentication, '1.2.3']),
    }),
    having('policies, but none', 'malformed', { policies: policies([]) }),

    having('cA absent in basicConstraints', 'accepted', {}, constraints(der.sequence())),
    having('cA TRUE', 'is-authority', {}, constraints(der.sequence(der.boolean(true)))),
    having('a path length without cA', 'malformed', {}, constraints(der.sequence(der.integer(0)))),

    lacking('no extended key usage', 'accepted', 'extendedKeyUsage'),
    having('clientAuth among others, critical', 'accepted', {
      extendedKeyUsage: uses([EMAIL, CLIENT_AUTH], true),
    }),
    having('extended key usage without clientAuth', 'wrong-extended-key-usage', {
      extendedKeyUsage: uses([EMAIL]),
    }),
    having('any extended key usage', 'wrong-extended-key-usage', { extendedKeyUsage: uses([ANY_USE]) }),
    having('extended key usage, but none', 'malformed', { extendedKeyUsage: uses([]) }),

    having(
      'an unknown critical extension',
      'unknown-critical-extension',
      {},
      extension('1.2.3', true, der.nothing()),
    ),
    having(
      'critical name constraints',
      'unknown-critical-extension',
      {},
      extension('2.5.29.30', true, der.sequence()),
    ),
    having(
      'an unknown extension that is not critical',
      'accepted',
      {},
      extension('1.2.3', false, der.nothing()),
    ),
    having('a subject key identifier that is not DER', 'accepted', {
      subjectKey: extension('2.5.29.14', false, der.raw('ff')),
    }),

    signature('a signature certificate without nonRepudiation', 'wrong-key-usage', [0]),
    signature('a signature certificate without digitalSignature', 'wrong-key-usage', [1]),
    {
      title: 'an authentication certificate where a signature is asked for',
      expected: 'wrong-key-usage',
      purpose: 'signature',
      certificate: userCertificate(keys),
    },
  ];
}

function rsaKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  return der.sequence(RSA, der.bitString(der.sequence(modulus, exponent)));
}

function p384Key(point: Uint8Array): Uint8Array {
  const named = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.3.132.0.34'));
  return der.sequence(named, der.bitString(point));
}

function odd(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xff);
}

/** The lowest bit changed: makes an odd number even. */
function flippedAtItsEnd(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
}

/** The same length, the highest bit clear. */
function halved(modulus: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(modulus);
  changed[0] = 0x7f;
  return changed;
}
