// Who issued a certificate, and how it says so.
import type { KeyObject } from 'node:crypto';
import * as der from '../encoding/der.ts';
import type { CorpusItem } from './corpus-item.ts';
import {
  authorityKey,
  type CertificateDescription,
  extension,
  name,
  names,
  rootCertificate,
  rootExtensions,
  signedBy,
  userCertificate,
  userExtensions,
  without,
} from './describe-certificate.ts';
import { type CorpusKeys, keyIdOf } from './keys.ts';

export function issuerItems(keys: CorpusKeys): CorpusItem[] {
  const good = userExtensions(keys);
  const root = rootCertificate(keys.root);
  const olderRoot = rootCertificate(keys.olderRoot, { serial: der.integer(0x0133_c349) });
  const nextRoot = rootCertificate(keys.nextRoot);
  const user = (
    title: string,
    expected: CorpusItem['expected'],
    different: Partial<CertificateDescription>,
    roots: readonly CertificateDescription[] = [root],
  ): CorpusItem => ({ title, expected, certificate: userCertificate(keys, different), roots });
  const pointing = (...parts: readonly Uint8Array[]): Partial<CertificateDescription> => ({
    extensions: Object.values({ ...good, authorityKey: authorityKey(...parts) }),
  });
  const keyId = (key: KeyObject): Uint8Array => der.implicit(0, der.octetString(keyIdOf(key)));
  const issuerName = (of: Uint8Array): Uint8Array => der.implicit(1, der.sequence(der.explicit(4, of)));
  const serial = (value: number): Uint8Array => der.implicit(2, der.integer(value));

  return [
    user('the newest of three roots with one name', 'accepted', {}, [olderRoot, nextRoot, root]),
    user(
      'an older of three roots with one name',
      'accepted',
      {
        ...pointing(keyId(keys.olderRoot)),
        signature: signedBy(keys.olderRoot),
      },
      [root, nextRoot, olderRoot],
    ),
    user(
      'no key identifier: the signature tells which of three roots',
      'accepted',
      {
        extensions: without(good, 'authorityKey'),
        signature: signedBy(keys.olderRoot),
      },
      [root, nextRoot, olderRoot],
    ),
    user('two roots with one key identifier: the signature tells', 'accepted', {}, [
      rootCertificate(keys.stranger, { extensions: Object.values({ ...rootExtensions(keys.root) }) }),
      root,
    ]),
    user(
      'the key identifier of another root than signed',
      'bad-signature',
      {
        signature: signedBy(keys.olderRoot),
      },
      [root, olderRoot],
    ),
    user('a key identifier of no configured root', 'unknown-issuer-key', pointing(keyId(keys.stranger))),
    user('a key identifier where the root has none', 'unknown-issuer-key', {}, [
      rootCertificate(keys.root, {
        extensions: [rootExtensions(keys.root).keyUsage, rootExtensions(keys.root).basicConstraints],
      }),
    ]),
    user('no root configured', 'unknown-issuer', {}, []),
    user('an issuer of another name', 'unknown-issuer', { issuer: names.signature }),
    user('the issuer’s name written with another kind of string', 'unknown-issuer', {
      issuer: der.sequence(
        ...['C=JP', 'O=JPKI'].map((each) => {
          const [type = '', text = ''] = each.split('=');
          return der.set(der.sequence(der.oid(type === 'C' ? '2.5.4.6' : '2.5.4.10'), der.utf8String(text)));
        }),
      ),
    }),
    user('an empty issuer', 'unknown-issuer', { issuer: name() }),

    user(
      'key, name and serial of its root',
      'accepted',
      pointing(keyId(keys.root), issuerName(names.authentication), serial(0x06d1_8006)),
    ),
    user(
      'name and serial of its root alone',
      'accepted',
      pointing(issuerName(names.authentication), serial(0x06d1_8006)),
    ),
    user('an empty key identifier extension', 'accepted', pointing()),
    user(
      'a name of its root that is another',
      'unknown-issuer-key',
      pointing(keyId(keys.root), issuerName(names.signature), serial(0x06d1_8006)),
    ),
    user(
      'a serial of its root that is another',
      'unknown-issuer-key',
      pointing(keyId(keys.root), issuerName(names.authentication), serial(0x06d1_8007)),
    ),
    user(
      'a name of its root without a serial',
      'malformed',
      pointing(keyId(keys.root), issuerName(names.authentication)),
    ),
    user('a serial of its root without a name', 'malformed', pointing(keyId(keys.root), serial(0x06d1_8006))),
    user(
      'a name of its root that is not a directory name',
      'unknown-issuer-key',
      pointing(
        keyId(keys.root),
        der.implicit(1, der.sequence(der.implicit(6, der.ia5String('http://a')))),
        serial(0x06d1_8006),
      ),
    ),
    user('a critical key identifier', 'unknown-critical-extension', {
      extensions: Object.values({
        ...good,
        authorityKey: extension('2.5.29.35', true, der.sequence(keyId(keys.root))),
      }),
    }),

    { title: 'the root itself', expected: 'self-issued', certificate: root, roots: [root] },
    {
      title: 'a link certificate between two generations',
      expected: 'self-issued',
      certificate: rootCertificate(keys.root, { signature: signedBy(keys.olderRoot) }),
      roots: [olderRoot],
    },
  ];
}
