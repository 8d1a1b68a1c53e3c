// Version, serial, algorithms and dates.
import * as der from '../encoding/der.ts';
import type { CorpusItem } from './corpus-item.ts';
import {
  algorithm,
  type CertificateDescription,
  rootCertificate,
  userCertificate,
  userExtensions,
} from './describe-certificate.ts';
import type { CorpusKeys } from './keys.ts';

export function fieldItems(keys: CorpusKeys): CorpusItem[] {
  const user = (
    title: string,
    expected: CorpusItem['expected'],
    different: Partial<CertificateDescription>,
    at?: string,
  ): CorpusItem => ({
    title,
    expected,
    certificate: userCertificate(keys, different),
    ...(at === undefined ? {} : { at }),
  });
  const until = (notAfter: Uint8Array): Partial<CertificateDescription> => ({ notAfter });
  const shortRoot = rootCertificate(keys.root, {
    notBefore: der.utcTime('250101000000Z'),
    notAfter: der.utcTime('270101000000Z'),
  });
  return [
    user('an ordinary authentication certificate', 'accepted', {}),
    {
      title: 'an ordinary signature certificate',
      expected: 'accepted',
      purpose: 'signature',
      certificate: userCertificate(keys, {}, 'signature'),
      roots: [rootCertificate(keys.signatureRoot, {}, 'signature')],
    },

    user('version 1, without extensions', 'wrong-version', { version: undefined, extensions: undefined }),
    user('no version, but extensions', 'wrong-version', { version: undefined }),
    user('version 1 written out', 'wrong-version', { version: der.explicit(0, der.integer(0)) }),
    user('version 2', 'wrong-version', { version: der.explicit(0, der.integer(1)) }),
    user('version 4', 'wrong-version', { version: der.explicit(0, der.integer(3)) }),
    user('version 3 without extensions', 'key-usage-missing', { extensions: undefined }),

    user('a serial of 1', 'accepted', { serial: der.integer(1) }),
    user('a serial of 20 bytes', 'accepted', { serial: der.integer(new Uint8Array(20).fill(0x7f)) }),
    user('a serial of 20 bytes and the 00 that keeps it positive', 'accepted', {
      serial: der.integer(new Uint8Array(20).fill(0xff)),
    }),
    user('a serial of 21 bytes', 'bad-serial', { serial: der.integer(new Uint8Array(21).fill(0x7f)) }),
    user('a serial of zero', 'bad-serial', { serial: der.integer(0) }),
    user('a negative serial', 'bad-serial', { serial: der.integer(-5) }),

    user('a unique identifier of the issuer', 'unique-identifier', { uniqueIds: [der.raw('8102 0001')] }),
    user('a unique identifier of the subject', 'unique-identifier', { uniqueIds: [der.raw('8202 0001')] }),

    user('another algorithm outside than inside', 'algorithm-mismatch', {
      outerAlgorithm: algorithm.ecdsaWithSha384,
    }),
    user('an algorithm without its NULL outside only', 'algorithm-mismatch', {
      outerAlgorithm: der.sequence(der.oid('1.2.840.113549.1.1.11')),
    }),

    user('its first second', 'accepted', {}, '2024-04-01T00:00:00.000Z'),
    user('the last moment before it', 'not-yet-valid', {}, '2024-03-31T23:59:59.999Z'),
    user('the end of its last second', 'accepted', {}, '2029-04-01T14:59:59.999Z'),
    user('the first moment after it', 'expired', {}, '2029-04-01T15:00:00.000Z'),
    user('an end before its beginning', 'expired', until(der.utcTime('230101000000Z'))),
    user('an end in 2049, as UTCTime', 'accepted', until(der.utcTime('491231235959Z'))),
    user('an end in 2050, as GeneralizedTime', 'accepted', until(der.generalizedTime('20500101000000Z'))),
    user('an end in 2049 as GeneralizedTime', 'malformed', until(der.generalizedTime('20491231235959Z'))),
    user('the year 50 as UTCTime, which is 1950', 'expired', until(der.utcTime('500101000000Z'))),
    user('an end without seconds', 'malformed', until(der.utcTime('2904011459Z'))),
    user('an end with a zone other than Z', 'malformed', until(der.utcTime('290401145959+0900'))),
    user('an end with fractions of a second', 'malformed', until(der.generalizedTime('20500101000000.5Z'))),
    user('an end in a leap second', 'malformed', until(der.utcTime('281231235960Z'))),
    user('an end on 29 February of a leap year', 'accepted', until(der.utcTime('280229000000Z'))),
    user('an end on 29 February of another year', 'malformed', until(der.utcTime('290229000000Z'))),
    user('an end on 31 April', 'malformed', until(der.utcTime('290431000000Z'))),
    user('an end in month 13', 'malformed', until(der.utcTime('291301000000Z'))),
    user('an end at 24 hours', 'malformed', until(der.utcTime('290401240000Z'))),
    user('an end with a letter for a digit', 'malformed', until(der.utcTime('29040114595aZ'))),
    user('an end that is a string', 'malformed', until(der.printableString('290401145959Z'))),

    {
      title: 'a root that has ended',
      expected: 'root-expired',
      certificate: userCertificate(keys),
      roots: [shortRoot],
      at: '2027-06-01T00:00:00Z',
    },
    {
      title: 'a root that has not begun',
      expected: 'root-not-yet-valid',
      certificate: userCertificate(keys),
      roots: [shortRoot],
      at: '2024-06-01T00:00:00Z',
    },
    {
      title: 'an end after its root’s',
      expected: 'accepted',
      certificate: userCertificate(keys),
      roots: [shortRoot],
    },
    user('its extensions in another order', 'accepted', {
      extensions: Object.values(userExtensions(keys)).reverse(),
    }),
  ];
}
