import fc from 'fast-check';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  extension,
  userCertificate,
  userExtensions,
  writeCertificate,
} from '../../test/certificates/describe-certificate.ts';
import { makeCorpusKeys } from '../../test/certificates/keys.ts';
import * as der from '../../test/encoding/der.ts';
import { parseCertificate } from './certificate.ts';
import { type PersonalAttributes, readPersonalAttributes } from './personal-attributes.ts';
import { CertificateError } from './refusal.ts';

const keys = await makeCorpusKeys();

function attribute(number: number, text: string | Uint8Array): Uint8Array {
  const value = typeof text === 'string' ? der.utf8String(text) : text;
  return der.implicit(0, der.sequence(der.oid(`1.2.392.200149.8.5.5.${number}`), der.explicit(0, value)));
}

const everybody = {
  name: attribute(1, '架空花子'),
  birthDate: attribute(4, '420000229'),
  sex: attribute(3, '2'),
  address: attribute(5, '架空県かざす市見本町1丁目2番3号'),
  nameSubstitutes: attribute(2, '0000'),
  addressSubstitutes: attribute(6, '0000000000000000'),
};

function read(names: readonly Uint8Array[]): PersonalAttributes | undefined | string {
  return readValue(der.sequence(...names));
}

function readValue(value: Uint8Array): PersonalAttributes | undefined | string {
  const extensions = [...Object.values(userExtensions(keys)), extension('2.5.29.17', false, value)];
  const certificate = parseCertificate(writeCertificate(userCertificate(keys, { extensions })));
  try {
    return readPersonalAttributes(certificate);
  } catch (error) {
    if (error instanceof CertificateError) return error.code;
    throw error;
  }
}

function changed(different: Partial<typeof everybody>): PersonalAttributes | undefined | string {
  return read(Object.values({ ...everybody, ...different }));
}

describe('the personal attributes of a signature certificate', () => {
  it('are name, address, birth date and sex', () => {
    expect(read(Object.values(everybody))).toEqual({
      name: '架空花子',
      address: '架空県かざす市見本町1丁目2番3号',
      birthDate: '2000-02-29',
      sex: 'female',
      nameHasSubstitutes: false,
      addressHasSubstitutes: false,
    });
  });

  it('say where characters were replaced', () => {
    expect(changed({ nameSubstitutes: attribute(2, '0010') })).toMatchObject({ nameHasSubstitutes: true });
    expect(changed({ addressSubstitutes: attribute(6, '1') })).toMatchObject({ addressHasSubstitutes: true });
  });

  it('know no birth date where the register does not know it whole', () => {
    expect(changed({ birthDate: attribute(4, '000000000') })).toMatchObject({ birthDate: undefined });
    expect(changed({ birthDate: attribute(4, '319480000') })).toMatchObject({ birthDate: undefined });
    expect(changed({ birthDate: attribute(4, '319490229') })).toMatchObject({ birthDate: undefined });
  });

  it('are not there in other certificates', () => {
    expect(readPersonalAttributes(parseCertificate(writeCertificate(userCertificate(keys))))).toBeUndefined();
    expect(read([der.implicit(6, der.ia5String('https://www.sandbox.invalid'))])).toBeUndefined();
  });

  it.each([
    ['a birth date in another form', { birthDate: attribute(4, '2000-02-29') }],
    ['a sex that is none of three', { sex: attribute(3, '9') }],
    ['a name that is no text', { name: attribute(1, der.integer(1)) }],
    ['a name that is not UTF-8', { name: attribute(1, der.tlv(0x0c, der.raw('ff'))) }],
    ['two names', { nameSubstitutes: attribute(1, 'B') }],
    ['no name', { name: der.implicit(6, der.ia5String('a')) }],
    [
      'bytes after a value',
      {
        name: der.implicit(
          0,
          der.sequence(der.oid('1.2.3'), der.explicit(0, der.utf8String('A')), der.nothing()),
        ),
      },
    ],
  ])('are refused with %s', (_, different) => {
    expect(changed(different)).toBe('malformed');
  });

  it('are read from any bytes, or refused by our own error', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }).map((each) => der.sequence(each)),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        expect(readValue(value)).toSatisfy((answer) => answer === undefined || answer === 'malformed');
      }),
      { numRuns: 300 },
    );
  });

  it('are read by nothing in hsm and gate: it is for the application flow alone', async () => {
    const importing: string[] = [];
    for (const room of ['hsm', 'gate']) {
      const folder = new URL(`../../${room}/`, import.meta.url).pathname;
      for (const file of await readdir(folder, { recursive: true })) {
        if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
        if ((await readFile(join(folder, file), 'utf8')).includes('/personal-attributes.ts'))
          importing.push(file);
      }
    }
    expect(importing).toEqual([]);
  });
});
