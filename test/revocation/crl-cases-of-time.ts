// Lists by their time, their signer, their number, and what they demand to be understood.
import { crlExtensions, crlNumber, issuingDistributionPoint } from '../authority/crl.ts';
import { extension } from '../authority/signed.ts';
import * as der from '../encoding/der.ts';
import { type CrlCase, head, listing, later, list, own, elsewhere, parts, tail, entry } from './crl-kit.ts';

export const timeCases: readonly CrlCase[] = [
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
];
