// How a certificate can fail to be DER, or to be a certificate at all.
import * as der from '../encoding/der.ts';
import type { CorpusItem } from './corpus-item.ts';
import { extension, name, names, userCertificate, userExtensions } from './describe-certificate.ts';
import { type CorpusKeys, spkiOf } from './keys.ts';

export function encodingItems(keys: CorpusKeys): CorpusItem[] {
  const malformed = (
    title: string,
    different: Parameters<typeof userCertificate>[1],
    expected: CorpusItem['expected'] = 'malformed',
  ): CorpusItem => ({ title, expected, certificate: userCertificate(keys, different) });
  const good = userExtensions(keys);
  const keyUsage = (value: Uint8Array): Uint8Array[] =>
    Object.values({ ...good, keyUsage: extension('2.5.29.15', true, value) });
  const more = (...extra: readonly Uint8Array[]): Uint8Array[] => [...Object.values(good), ...extra];
  const spki = spkiOf(keys.user);
  return [
    malformed('nothing at all', { finish: () => new Uint8Array() }),
    malformed('zeros, as an empty file of a card has them', { finish: () => new Uint8Array(2000) }),
    malformed('a SET in place of the outer SEQUENCE', {
      finish: (all) => der.concat(der.raw('31'), all.subarray(1)),
    }),
    malformed('one byte after its end', { finish: (all) => der.concat(all, der.raw('00')) }),
    malformed('its last byte missing', { finish: (all) => all.subarray(0, -1) }),
    malformed('the file’s padding of zeros after its end', {
      finish: (all) => der.concat(all, new Uint8Array(500)),
    }),
    malformed('an outer length with a leading zero', {
      finish: (all) => der.concat(der.raw('308300'), all.subarray(2)),
    }),
    malformed('an indefinite outer length', {
      finish: (all) => der.concat(der.raw('3080'), all.subarray(4), der.raw('0000')),
    }),
    malformed('a length of 2^31', { finish: (all) => der.concat(der.raw('308480000000'), all.subarray(4)) }),
    malformed('a tag of several octets', { subject: der.raw('3f8130' + '00') }),
    malformed(
      'more bytes than a certificate has',
      { extensions: more(extension('1.2.3.4', false, new Uint8Array(20_000))) },
      'too-long',
    ),
    malformed('an INTEGER serial with a needless leading zero', { serial: der.raw('0202 0001') }),
    malformed('an empty serial', { serial: der.raw('0200') }),
    malformed('a BOOLEAN that is 01', {
      extensions: more(extension('1.2.3.4', der.raw('010101'), der.nothing())),
    }),
    malformed('a criticality of FALSE, which is the default', {
      extensions: more(extension('1.2.3.4', der.raw('010100'), der.nothing())),
    }),
    malformed('cA FALSE written out', {
      extensions: more(extension('2.5.29.19', true, der.sequence(der.boolean(false)))),
    }),
    malformed('keyUsage with trailing zero bits', { extensions: keyUsage(der.raw('0302 0080')) }),
    malformed('keyUsage with an unused bit set', { extensions: keyUsage(der.raw('0302 0781')) }),
    malformed('keyUsage with a zero byte at its end', { extensions: keyUsage(der.raw('0303 0780 00')) }),
    malformed('keyUsage with a byte after its end', {
      extensions: keyUsage(der.concat(der.namedBits(0), der.raw('00'))),
    }),
    malformed('keyUsage empty', { extensions: keyUsage(new Uint8Array()) }),
    malformed('a signature that is not of whole bytes', {
      finish: (all) => {
        const changed = Uint8Array.from(all);
        changed[all.length - 257] = 1;
        changed[all.length - 1] = (changed.at(-1) ?? 0) & 0xfe;
        return changed;
      },
    }),
    malformed('a list of extensions that is empty', { extensions: [] }),
    malformed('an object identifier with a leading zero in an arc', {
      extensions: more(der.sequence(der.raw('0604 2a 80 03 04'), der.octetString(der.nothing()))),
    }),
    malformed('an object identifier whose last arc has no end', {
      extensions: more(der.sequence(der.raw('0603 2a 03 84'), der.octetString(der.nothing()))),
    }),
    malformed('a name whose value is nested 10,000 deep', { subject: nestedName(10_000) }, 'too-long'),
    malformed('a name whose value is nested 1,000 deep', { subject: nestedName(1_000) }),
    malformed('a name with an empty SET', { subject: der.sequence(der.set()) }),
    malformed('a subject whose value is a string in pieces', {
      subject: der.sequence(
        der.set(der.sequence(der.oid('2.5.4.3'), der.tlv(0x2c, der.utf8String('A'), der.utf8String('B')))),
      ),
    }),
    malformed('something between subject and key', { subject: der.concat(names.user, der.nothing()) }),
    malformed('something after the extensions', {
      uniqueIds: [],
      extensions: undefined,
      spki: der.concat(spki, der.explicit(4, der.nothing())),
    }),
    malformed('a policy qualifier that is not DER inside', {
      extensions: Object.values({ ...good, policies: qualified(der.raw('30 03 0c 05 41')) }),
    }),
    {
      title: 'a policy with the qualifiers that the real ones have',
      expected: 'accepted',
      certificate: userCertificate(keys, {
        extensions: Object.values({
          ...good,
          policies: qualified(der.ia5String('https://www.sandbox.invalid/cps.html')),
        }),
      }),
    },
    {
      title: 'an extension with an object identifier made of a UUID',
      expected: 'accepted',
      certificate: userCertificate(keys, {
        extensions: more(extension('2.25.329800735698586629295641978511506172918', false, der.nothing())),
      }),
    },
    {
      title: 'an unknown extension that is not DER inside: it is opaque',
      expected: 'accepted',
      certificate: userCertificate(keys, {
        extensions: more(extension('1.2.392.200149.99', false, der.raw('308000ff'))),
      }),
    },
    {
      title: 'a subject of two values in one SET, in order',
      expected: 'accepted',
      certificate: userCertificate(keys, {
        subject: der.sequence(
          der.set(
            der.sequence(der.oid('2.5.4.3'), der.utf8String('A')),
            der.sequence(der.oid('2.5.4.5'), der.printableString('B')),
          ),
        ),
      }),
    },
    {
      title: 'a subject of two values in one SET, out of order',
      expected: 'malformed',
      certificate: userCertificate(keys, {
        subject: der.sequence(
          der.tlv(
            0x31,
            der.sequence(der.oid('2.5.4.5'), der.printableString('B')),
            der.sequence(der.oid('2.5.4.3'), der.utf8String('A')),
          ),
        ),
      }),
    },
    {
      title: 'a subject without any attribute',
      expected: 'accepted',
      certificate: userCertificate(keys, { subject: name() }),
    },
  ];
}

function nestedName(depth: number): Uint8Array {
  let value = der.utf8String('A');
  for (let i = 0; i < depth; i++) value = der.sequence(value);
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), value)));
}

function qualified(qualifier: Uint8Array): Uint8Array {
  const practice = der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), qualifier);
  return extension(
    '2.5.29.32',
    true,
    der.sequence(der.sequence(der.oid('1.2.392.200149.8.5.1.3.30'), der.sequence(practice))),
  );
}
