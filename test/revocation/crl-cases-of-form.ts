// Lists by their form: serials, algorithms, DER to the letter.
import { sign } from 'node:crypto';
import { writeEntry } from '../authority/crl.ts';
import * as der from '../encoding/der.ts';
import { type CrlCase, head, later, hour, list, parts, tail, signedWith, pss } from './crl-kit.ts';

const serialRule = 'a serial of this PKI is positive and has at most 20 bytes; openssl lists anything';
const toTheLetter = 'our reader takes DER to the letter; openssl takes BER where it can';

export const formCases: readonly CrlCase[] = [
  {
    name: 'one that names serial 0',
    make: (kit) => list(kit, { revoked: [{ serial: 0n, at: kit.now }] }),
    expected: 'bad-serial',
    openssl: 'good',
    because: serialRule,
  },
  {
    name: 'one that names a negative serial',
    make: (kit) => list(kit, { revoked: [{ serial: -5n, at: kit.now }] }),
    expected: 'bad-serial',
    openssl: 'good',
    because: serialRule,
  },
  {
    name: 'one that names a serial of 21 bytes',
    make: (kit) => list(kit, { revoked: [{ serial: 1n << 160n, at: kit.now }] }),
    expected: 'bad-serial',
    openssl: 'good',
    because: serialRule,
  },
  {
    name: 'one that names a serial of 20 bytes after a 00',
    make: (kit) => list(kit, { revoked: [{ serial: 1n << 159n, at: kit.now }] }),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one that names other algorithms inside and outside',
    make: (kit) =>
      list(kit, { innerAlgorithm: der.sequence(der.oid('1.2.840.113549.1.1.13'), der.nothing()) }),
    expected: 'unsupported-algorithm',
    openssl: 'good',
    because: 'openssl goes by the algorithm outside of what is signed',
  },
  {
    name: 'one that names RSA inside and ECDSA outside',
    make: (kit) => {
      const tbs = der.sequence(...head(kit), tail(kit));
      const outside = der.sequence(der.oid('1.2.840.10045.4.3.3'));
      return der.sequence(tbs, outside, der.bitString(sign('sha256', tbs, kit.ca.key)));
    },
    expected: 'algorithm-mismatch',
    openssl: 'refused',
  },
  {
    name: 'one signed with SHA-512',
    make: (kit) =>
      signedWith(kit, der.sequence(der.oid('1.2.840.113549.1.1.13'), der.nothing()), (tbs) =>
        sign('sha512', tbs, kit.ca.key),
      ),
    expected: 'unsupported-algorithm',
    openssl: 'good',
    because: 'this PKI signs with SHA-256; our rule takes no other for RSA',
  },
  {
    name: 'one signed with SHA-1',
    make: (kit) =>
      signedWith(kit, der.sequence(der.oid('1.2.840.113549.1.1.5'), der.nothing()), (tbs) =>
        sign('sha1', tbs, kit.ca.key),
      ),
    expected: 'unsupported-algorithm',
    openssl: 'good',
    because:
      'openssl does not hold lists to the strength that it wants of certificates; our rule takes no SHA-1',
  },
  {
    name: 'one signed with RSA-PSS',
    make: (kit) => {
      const sha256 = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nothing());
      const mgf = der.sequence(der.oid('1.2.840.113549.1.1.8'), sha256);
      const salt = der.explicit(2, der.integer(32));
      const parameters = der.sequence(der.explicit(0, sha256), der.explicit(1, mgf), salt);
      return signedWith(kit, der.sequence(der.oid('1.2.840.113549.1.1.10'), parameters), pss(kit.ca.key));
    },
    expected: 'unsupported-algorithm',
    openssl: 'good',
    because: 'this PKI signs with PKCS#1 v1.5; our rule takes no PSS',
  },
  {
    name: 'one whose algorithm has no NULL',
    make: (kit) =>
      signedWith(kit, der.sequence(der.oid('1.2.840.113549.1.1.11')), (tbs) =>
        sign('sha256', tbs, kit.ca.key),
      ),
    expected: 'unsupported-algorithm',
    openssl: 'good',
    because: toTheLetter,
  },
  {
    name: 'one with something after its end',
    make: (kit) => der.concat(list(kit), Uint8Array.of(0)),
    expected: 'malformed',
    openssl: 'good',
    because: toTheLetter,
  },
  {
    name: 'one with something after what is signed',
    make: (kit) => parts(kit, ...head(kit), tail(kit), der.nothing()),
    expected: 'malformed',
    openssl: 'refused',
  },
  {
    name: 'one whose list of entries is there and empty',
    make: (kit) => parts(kit, ...head(kit), der.sequence(), tail(kit)),
    expected: 'malformed',
    openssl: 'good',
    because: toTheLetter,
  },
  {
    name: 'one that writes a date before 2050 as GeneralizedTime',
    make: (kit) => {
      const times = [der.generalizedTime(later(kit.now, -hour)), der.generalizedTime(later(kit.now, hour))];
      return parts(kit, ...head(kit, times), tail(kit));
    },
    expected: 'malformed',
    openssl: 'good',
    because: toTheLetter,
  },
  {
    name: 'one whose date has no seconds',
    make: (kit) => {
      const text = der.utcTime(
        `${later(kit.now, -hour).toISOString().slice(2, 16).replaceAll(/[-:T]/g, '')}Z`,
      );
      return parts(kit, ...head(kit, [text, der.time(later(kit.now, hour))]), tail(kit));
    },
    expected: 'malformed',
    openssl: 'refused',
  },
  {
    name: 'one that says critical with a TRUE of 01',
    make: (kit) => {
      const critical = der.sequence(der.oid('1.2.3.4'), der.raw('010101'), der.octetString(der.nothing()));
      return parts(kit, ...head(kit), tail(kit, critical));
    },
    expected: 'malformed',
    openssl: 'refused',
  },
  {
    name: 'one that writes critical FALSE, which is the default',
    make: (kit) => {
      const written = der.sequence(der.oid('1.2.3.4'), der.boolean(false), der.octetString(der.nothing()));
      return parts(kit, ...head(kit), tail(kit, written));
    },
    expected: 'malformed',
    openssl: 'good',
    because: toTheLetter,
  },
  {
    name: 'one with a length longer than it must be',
    make: (kit) => {
      const { serial, now } = kit;
      const short = writeEntry({ serial, at: now });
      const long = der.concat(Uint8Array.of(0x30, 0x81, short.length - 2), short.subarray(2));
      return parts(kit, ...head(kit), der.tlv(0x30, long), tail(kit));
    },
    expected: 'malformed',
    openssl: 'revoked',
    because: toTheLetter,
  },
  {
    name: 'one of indefinite length',
    make: (kit) => {
      const whole = list(kit);
      return der.concat(Uint8Array.of(0x30, 0x80), whole.subarray(4), Uint8Array.of(0, 0));
    },
    expected: 'malformed',
    openssl: 'good',
    because: toTheLetter,
  },
  {
    name: 'one that ends early',
    make: (kit) => list(kit).slice(0, -1),
    expected: 'malformed',
    openssl: 'refused',
  },
];
