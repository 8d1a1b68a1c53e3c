// Revocation lists from their descriptions, each with the one answer that it must give about one user
// certificate, and the answer of `openssl verify -crl_check` beside it. Where the two differ, it says why.
import { constants, sign, type KeyObject } from 'node:crypto';
import type { CertificateAuthority } from '../authority/certificate-authority.ts';
import {
  crlExtensions,
  crlNumber,
  issuingDistributionPoint,
  writeCrl,
  writeEntry,
  type CrlDescription,
  type IssuingDistributionPoint,
  type Reason,
} from '../authority/crl.ts';
import { distributionPointName, nameOf } from '../authority/names.ts';
import { extension, signatureAlgorithm, signed } from '../authority/signed.ts';
import * as der from '../encoding/der.ts';
import type { RevocationErrorCode } from '../../hsm/revocation/revocation-error.ts';

/** What the cases are made with. The certificate asked about is one that `ca` signed. */
export interface CrlKit {
  readonly ca: CertificateAuthority;
  /** Another generation: the same name, another key; configured, too. */
  readonly otherGeneration: CertificateAuthority;
  /** The same name, a key that nobody configured. */
  readonly stranger: CertificateAuthority;
  readonly serial: bigint;
  readonly now: Date;
}

export interface CrlCase {
  readonly name: string;
  readonly make: (kit: CrlKit) => Uint8Array;
  /** Where the list does not count: why. Where it does: what it makes of the certificate. */
  readonly expected: RevocationErrorCode | 'good' | 'revoked' | 'unknown';
  readonly openssl: 'good' | 'revoked' | 'refused';
  /** Why openssl's answer is another: only where it is. */
  readonly because?: string;
}

const hour = 3_600_000;

function later(date: Date, by: number): Date {
  return new Date(date.getTime() + by);
}

function list(kit: CrlKit, changes: Partial<CrlDescription> = {}): Uint8Array {
  return writeCrl(describe(kit, changes));
}

function describe(kit: CrlKit, changes: Partial<CrlDescription> = {}): CrlDescription {
  const { ca, now } = kit;
  return {
    issuer: ca.name,
    issuerKey: ca.key,
    thisUpdate: later(now, -hour),
    nextUpdate: later(now, hour),
    revoked: [{ serial: kit.serial + 1n, at: later(now, -2 * hour), reason: 'superseded' }],
    extensions: crlExtensions('authentication', ca.key, 7n),
    ...changes,
  };
}

/** The certificate itself is listed. */
function listing(kit: CrlKit, reason?: Reason, at = later(kit.now, -2 * hour)): Partial<CrlDescription> {
  return { revoked: [{ serial: kit.serial, at, ...(reason === undefined ? {} : { reason }) }] };
}

/** The usual extensions, with this distribution point in place of the usual one. */
function point(value: IssuingDistributionPoint, critical = true): Partial<CrlDescription> {
  return { extensions: [crlNumber(7n), issuingDistributionPoint(value, critical)] };
}

const own = distributionPointName('authentication');
const elsewhere = nameOf(['C', 'JP'], ['CN', 'elsewhere']);

/** A list of parts as given, signed as it stands: for what no description can say. */
function parts(kit: CrlKit, ...given: readonly Uint8Array[]): Uint8Array {
  return signed(kit.ca.key, der.sequence(...given));
}

function head(
  kit: CrlKit,
  times = [der.time(later(kit.now, -hour)), der.time(later(kit.now, hour))],
): Uint8Array[] {
  return [der.integer(1), signatureAlgorithm(kit.ca.key), kit.ca.name, ...times];
}

function tail(kit: CrlKit, ...more: readonly Uint8Array[]): Uint8Array {
  return der.explicit(0, der.sequence(...crlExtensions('authentication', kit.ca.key, 7n), ...more));
}

function entry(kit: CrlKit, ...content: readonly Uint8Array[]): Uint8Array {
  return der.sequence(der.integer(kit.serial), der.time(later(kit.now, -hour)), ...content);
}

/** Signed in a way other than the two that count. */
function signedWith(
  kit: CrlKit,
  algorithm: Uint8Array,
  signature: (tbs: Uint8Array) => Uint8Array,
): Uint8Array {
  const [, , ...rest] = head(kit);
  const tbs = der.sequence(der.integer(1), algorithm, ...rest, tail(kit));
  return der.sequence(tbs, algorithm, der.bitString(signature(tbs)));
}

function pss(key: KeyObject): (tbs: Uint8Array) => Uint8Array {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return (tbs) => sign('sha256', tbs, { key, padding, saltLength: 32 });
}

const noneToo = 'our rule wants version 2, and what comes with it';
const serialRule = 'a serial of this PKI is positive and has at most 20 bytes; openssl lists anything';
const toTheLetter = 'our reader takes DER to the letter; openssl takes BER where it can';

export const crlCases: readonly CrlCase[] = [
  {
    name: 'an ordinary one without the certificate',
    make: (kit) => list(kit),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one that lists nobody',
    make: (kit) => list(kit, { revoked: [] }),
    expected: 'good',
    openssl: 'good',
  },
  ...(
    ['superseded', 'cessationOfOperation', 'affiliationChanged', 'certificateHold', 'keyCompromise'] as const
  ).map((reason): CrlCase => ({
    name: `one that lists it as ${reason}`,
    make: (kit) => list(kit, listing(kit, reason)),
    expected: 'revoked',
    openssl: 'revoked',
  })),
  {
    name: 'one that lists it without a reason',
    make: (kit) => list(kit, listing(kit)),
    expected: 'revoked',
    openssl: 'revoked',
  },
  {
    name: 'one that lists it with a date to come',
    make: (kit) => list(kit, listing(kit, 'superseded', later(kit.now, 100 * hour))),
    expected: 'revoked',
    openssl: 'revoked',
  },
  {
    name: 'one that lists it as removeFromCRL, which belongs in a delta',
    make: (kit) => list(kit, listing(kit, 'removeFromCRL')),
    expected: 'revoked',
    openssl: 'good',
    because: 'in a full list the entry means nothing; we do not let it clear anyone',
  },
  {
    name: 'one that lists it with reason 7, which was never given out',
    make: (kit) => {
      const seven = der.sequence(extension('2.5.29.21', der.enumerated(7)));
      return parts(kit, ...head(kit), der.sequence(entry(kit, seven)), tail(kit));
    },
    expected: 'revoked',
    openssl: 'revoked',
  },
  {
    name: 'one that lists it with an extension of its own, not critical',
    make: (kit) => {
      const more = der.sequence(extension('1.2.3.4', der.nothing()));
      return parts(kit, ...head(kit), der.sequence(entry(kit, more)), tail(kit));
    },
    expected: 'revoked',
    openssl: 'revoked',
  },
  {
    name: 'version 1, which has no extensions',
    make: (kit) => list(kit, { version: null, extensions: [] }),
    expected: 'wrong-version',
    openssl: 'good',
    because: noneToo,
  },
  {
    name: 'a version that does not exist',
    make: (kit) => list(kit, { version: 2 }),
    expected: 'wrong-version',
    openssl: 'good',
    because: noneToo,
  },
  {
    name: 'one without nextUpdate',
    make: (kit) => parts(kit, ...head(kit, [der.time(kit.now)]), tail(kit)),
    expected: 'no-next-update',
    openssl: 'good',
    because: 'without nextUpdate a list would hold for ever; our rule wants it',
  },
  {
    name: 'one that is over',
    make: (kit) => list(kit, { nextUpdate: later(kit.now, -1000) }),
    expected: 'out-of-date',
    openssl: 'refused',
  },
  {
    name: 'one in its last second',
    make: (kit) => list(kit, { nextUpdate: kit.now }),
    expected: 'good',
    openssl: 'refused',
    because: 'our rule includes nextUpdate itself',
  },
  {
    name: 'one in its first second',
    make: (kit) => list(kit, { thisUpdate: kit.now }),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one whose time has not come',
    make: (kit) => list(kit, { thisUpdate: later(kit.now, 1000) }),
    expected: 'not-yet-valid',
    openssl: 'refused',
  },
  {
    name: 'one of another generation, under the same name',
    make: (kit) => list(kit, { ...listing(kit), issuerKey: kit.otherGeneration.key }),
    expected: 'unknown',
    openssl: 'refused',
  },
  {
    name: 'one signed by a stranger of the same name',
    make: (kit) => list(kit, { issuerKey: kit.stranger.key }),
    expected: 'bad-signature',
    openssl: 'refused',
  },
  {
    name: 'one of an issuer nobody configured',
    make: (kit) => list(kit, { issuer: elsewhere }),
    expected: 'unknown-issuer',
    openssl: 'refused',
  },
  {
    name: 'one without a number',
    make: (kit) => list(kit, { extensions: [issuingDistributionPoint({ name: own })] }),
    expected: 'no-number',
    openssl: 'good',
    because: 'openssl keeps no record of numbers, so it misses none',
  },
  {
    name: 'one without any extension',
    make: (kit) => list(kit, { extensions: [] }),
    expected: 'no-number',
    openssl: 'good',
    because: 'openssl keeps no record of numbers, so it misses none',
  },
  {
    name: 'one with a lower number than was seen',
    make: (kit) => list(kit, { extensions: crlExtensions('authentication', kit.ca.key, 4n) }),
    expected: 'number-went-down',
    openssl: 'good',
    because: 'openssl keeps no record of numbers: an old list passes for new',
  },
  {
    name: 'one with a negative number',
    make: (kit) => list(kit, { extensions: [crlNumber(-7n)] }),
    expected: 'malformed',
    openssl: 'good',
    because: 'openssl does not look at the number',
  },
  {
    name: 'one whose number is critical',
    make: (kit) => list(kit, { extensions: [crlNumber(7n, true)] }),
    expected: 'good',
    openssl: 'refused',
    because: 'we understand the number, so it may be critical; openssl does not count it among what it knows',
  },
  {
    name: 'one with an unknown critical extension',
    make: (kit) => list(kit, { extensions: [crlNumber(7n), extension('1.2.3.4', der.nothing(), true)] }),
    expected: 'unknown-critical-extension',
    openssl: 'refused',
  },
  {
    name: 'one with an unknown extension that is not critical',
    make: (kit) => list(kit, { extensions: [crlNumber(7n), extension('1.2.3.4', der.nothing())] }),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one with an unknown critical extension in an entry',
    make: (kit) => {
      const more = der.sequence(extension('1.2.3.4', der.nothing(), true));
      return parts(kit, ...head(kit), der.sequence(entry(kit, more)), tail(kit));
    },
    expected: 'unknown-critical-extension',
    openssl: 'refused',
  },
  {
    name: 'one with the number twice',
    make: (kit) => list(kit, { extensions: [crlNumber(7n), crlNumber(7n)] }),
    expected: 'duplicate-extension',
    openssl: 'good',
    because: 'openssl does not look at the number',
  },
  {
    name: 'one with an extension twice in an entry',
    make: (kit) => {
      const reason = extension('2.5.29.21', der.enumerated(4));
      const entries = der.sequence(entry(kit, der.sequence(reason, reason)));
      return parts(kit, ...head(kit), entries, tail(kit));
    },
    expected: 'duplicate-extension',
    openssl: 'revoked',
    because: 'openssl does not mind an extension given twice in an entry',
  },
  {
    name: 'a delta',
    make: (kit) => list(kit, { extensions: [crlNumber(7n), extension('2.5.29.27', der.integer(6), true)] }),
    expected: 'delta',
    openssl: 'good',
    because: 'openssl takes a delta for a full list, though what it leaves out was listed before',
  },
  {
    name: 'an indirect one',
    make: (kit) => list(kit, point({ name: own, indirect: true })),
    expected: 'indirect',
    openssl: 'refused',
  },
  {
    name: 'one whose entry changes the issuer',
    make: (kit) => {
      const issuer = extension('2.5.29.29', der.sequence(der.explicit(4, elsewhere)), true);
      return parts(kit, ...head(kit), der.sequence(entry(kit, der.sequence(issuer))), tail(kit));
    },
    expected: 'indirect',
    openssl: 'good',
    because: 'openssl reads the entry as another issuer’s, though the list does not say that it is indirect',
  },
  {
    name: 'one for some reasons only',
    make: (kit) => list(kit, point({ name: own, onlySomeReasons: [1, 4] })),
    expected: 'some-reasons-only',
    openssl: 'refused',
  },
  {
    name: 'one for its distribution point',
    make: (kit) => list(kit, point({ name: own })),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one for another distribution point',
    make: (kit) => list(kit, { ...listing(kit), ...point({ name: elsewhere }) }),
    expected: 'unknown',
    openssl: 'refused',
  },
  {
    name: 'one for user certificates only',
    make: (kit) => list(kit, point({ onlyUserCertificates: true })),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one for user certificates of its distribution point',
    make: (kit) => list(kit, { ...listing(kit), ...point({ name: own, onlyUserCertificates: true }) }),
    expected: 'revoked',
    openssl: 'revoked',
  },
  {
    name: 'one for authorities only',
    make: (kit) => list(kit, point({ name: own, onlyCaCertificates: true })),
    expected: 'other-certificates',
    openssl: 'refused',
  },
  {
    name: 'one for attribute certificates only',
    make: (kit) => list(kit, point({ name: own, onlyAttributeCertificates: true })),
    expected: 'other-certificates',
    openssl: 'refused',
  },
  {
    name: 'one without a distribution point, which covers all',
    make: (kit) => list(kit, { ...listing(kit), extensions: [crlNumber(7n)] }),
    expected: 'revoked',
    openssl: 'revoked',
  },
  {
    name: 'one whose distribution point is not critical',
    make: (kit) => list(kit, point({ name: own }, false)),
    expected: 'good',
    openssl: 'good',
  },
  {
    name: 'one whose distribution point says nothing',
    make: (kit) => list(kit, point({})),
    expected: 'malformed',
    openssl: 'good',
    because: 'the standard forbids an empty one, and openssl does not look',
  },
  {
    name: 'one with a distribution point relative to its issuer',
    make: (kit) => {
      const relative = der.explicit(0, der.tlv(0xa1, der.sequence(der.oid('2.5.4.3'), der.utf8String('x'))));
      return list(kit, { extensions: [crlNumber(7n), extension('2.5.29.28', der.sequence(relative), true)] });
    },
    expected: 'relative-distribution-point',
    openssl: 'refused',
  },
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
