// Lists that count, and what they say of a certificate; and those that speak for others.
import { crlNumber } from '../authority/crl.ts';
import { extension } from '../authority/signed.ts';
import * as der from '../encoding/der.ts';
import {
  type CrlCase,
  head,
  later,
  hour,
  list,
  listing,
  point,
  own,
  elsewhere,
  parts,
  tail,
  entry,
} from './crl-kit.ts';

const noneToo = 'our rule wants version 2, and what comes with it';

export const answerCases: readonly CrlCase[] = [
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
];
