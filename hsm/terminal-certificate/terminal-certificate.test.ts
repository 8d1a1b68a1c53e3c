import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import { softwareTerminalKey, type ProfileName } from '../../test/gate-card/software-terminal-key.ts';
import { writeTlv } from '../tlv/tlv.ts';
import { TerminalAuthentication, writeCvBody, writeCvCertificate, type CvFields } from './cv-certificate.ts';
import { writeJpkiBody, writeJpkiCertificate } from './jpki-certificate.ts';
import {
  encodeTerminalCertificate,
  parseTerminalCertificate,
  TerminalCertificateError,
  verifyTerminalCertificate,
  type EacTerminalCertificate,
  type JpkiTerminalCertificate,
  type TerminalCertificate,
  type TerminalCertificateErrorCode,
} from './terminal-certificate.ts';

const profiles = ['jpki-rsa', 'eac-rsa', 'eac-p384'] as const;
const day = 24 * 60 * 60 * 1000;

let authority: Authority;
const issued = new Map<ProfileName, TerminalCertificate>();
let rsa: { publicKey: KeyObject; privateKey: KeyObject };
let p384: { publicKey: KeyObject; privateKey: KeyObject };

beforeAll(async () => {
  authority = await Authority.create();
  for (const profile of profiles) issued.set(profile, softwareTerminalKey(authority, profile).certificate);
  rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
});

function certificateFor(profile: ProfileName): TerminalCertificate {
  const certificate = issued.get(profile);
  if (certificate === undefined) throw new Error('Not issued.');
  return certificate;
}

function verifyAgainst(profile: ProfileName, certificate: TerminalCertificate, at = new Date()): void {
  const { publicKey, keyId } = authority.terminalRoot(profile);
  verifyTerminalCertificate(certificate, { rootKey: publicKey, rootReference: keyId, at });
}

function refusal(act: () => unknown): TerminalCertificateErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof TerminalCertificateError) return error.code;
    throw error;
  }
}

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

describe.each(profiles)('a terminal certificate of the authority, %s', (profile) => {
  it('is accepted with the root key that signed it', () => {
    expect(
      refusal(() => {
        verifyAgainst(profile, certificateFor(profile));
      }),
    ).toBeUndefined();
  });

  it('is accepted where the root is known by its key alone', () => {
    const { publicKey } = authority.terminalRoot(profile);
    verifyTerminalCertificate(certificateFor(profile), { rootKey: publicKey, at: new Date() });
  });

  it('is read back as it was written', () => {
    const bytes = encodeTerminalCertificate(certificateFor(profile));
    expect(toHex(encodeTerminalCertificate(parseTerminalCertificate(bytes)))).toBe(toHex(bytes));
  });

  it('is refused with another root key', () => {
    const rootKey = profile === 'eac-p384' ? p384.publicKey : rsa.publicKey;
    const certificate = certificateFor(profile);
    expect(
      refusal(() => {
        verifyTerminalCertificate(certificate, { rootKey, at: new Date() });
      }),
    ).toBe('bad-signature');
  });

  it('is refused with a root key of the other kind', () => {
    const rootKey = profile === 'eac-p384' ? rsa.publicKey : p384.publicKey;
    const certificate = certificateFor(profile);
    expect(
      refusal(() => {
        verifyTerminalCertificate(certificate, { rootKey, at: new Date() });
      }),
    ).toBe('bad-signature');
  });

  it('is refused where it names another issuer', () => {
    const { publicKey, keyId } = authority.terminalRoot(profile);
    const rootReference = Uint8Array.from(keyId, (byte) => byte ^ 1);
    const trust = { rootKey: publicKey, rootReference, at: new Date() };
    expect(
      refusal(() => {
        verifyTerminalCertificate(certificateFor(profile), trust);
      }),
    ).toBe('wrong-issuer');
  });

  it('is refused with any bit changed', () => {
    const bytes = encodeTerminalCertificate(certificateFor(profile));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        expect(
          refusal(() => {
            verifyAgainst(profile, parseTerminalCertificate(changed));
          }),
        ).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it('is refused cut short anywhere, and with anything after it', () => {
    const bytes = encodeTerminalCertificate(certificateFor(profile));
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        (length, more) => {
          // A chain that is cut between two certificates is a chain; it ends at a key that is no terminal's.
          expect(
            refusal(() => {
              verifyAgainst(profile, parseTerminalCertificate(bytes.subarray(0, length)));
            }),
          ).toBeDefined();
          expect(refusal(() => parseTerminalCertificate(Buffer.concat([bytes, more])))).toBeDefined();
        },
      ),
    );
  });
});

describe('parsing', () => {
  it('throws nothing but its own error, and what it takes has one form', () => {
    const starts = fc.constantFrom(
      '',
      '7f21820233',
      '7f218202335f4e820129',
      '7f21817f7f4e',
      '7f2182012c7f4e820100',
    );
    fc.assert(
      fc.property(starts, fc.uint8Array({ maxLength: 700 }), (start, rest) => {
        const any = Buffer.concat([Buffer.from(start, 'hex'), rest]);
        expect(
          refusal(() => {
            expect(toHex(encodeTerminalCertificate(parseTerminalCertificate(any)))).toBe(toHex(any));
          }),
        ).not.toBe('bad-signature');
      }),
      { numRuns: 1000 },
    );
  });

  it('throws nothing but its own error where one byte of a good one is another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), fc.nat(), fc.nat(255), (profile, place, value) => {
        const changed = Uint8Array.from(encodeTerminalCertificate(certificateFor(profile)));
        changed[place % changed.length] = value;
        refusal(() => parseTerminalCertificate(changed));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a certificate in two blocks', () => {
  it('has the lengths of the card, and is signed over its body alone', () => {
    const { block1, block2, body } = certificateFor('jpki-rsa') as JpkiTerminalCertificate;
    expect([block1.length, block2.length, body.length]).toEqual([307, 261, 297]);
    expect(toHex(block1.subarray(0, 10))).toBe('7f218202335f4e820129');
    expect(toHex(block2.subarray(0, 5))).toBe('5f37820100');
  });

  it('is read back from its fields', () => {
    const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const signature = fc.uint8Array({ minLength: 256, maxLength: 256 });
    fc.assert(
      fc.property(id, id, signature, (issuerKeyId, subjectKeyId, signed) => {
        const body = writeJpkiBody({ issuerKeyId, subjectKeyId, publicKey: rsa.publicKey });
        const read = parseTerminalCertificate(writeJpkiCertificate(body, signed)) as JpkiTerminalCertificate;
        expect(toHex(read.issuerKeyId)).toBe(toHex(issuerKeyId));
        expect(toHex(read.subjectKeyId)).toBe(toHex(subjectKeyId));
        expect(toHex(read.signature)).toBe(toHex(signed));
        expect(read.publicKey.equals(rsa.publicKey)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  const ids = { issuerKeyId: new Uint8Array(16), subjectKeyId: new Uint8Array(16).fill(1) };
  const body = (exponent: string, modulus: Uint8Array): Uint8Array =>
    Buffer.concat([
      ids.issuerKeyId,
      ids.subjectKeyId,
      writeTlv(0x90, Buffer.from(exponent, 'hex')),
      writeTlv(0x91, modulus),
    ]);
  const odd = (length: number): Uint8Array => new Uint8Array(length).fill(0xc3);

  it.each<[string, Uint8Array, TerminalCertificateErrorCode]>([
    ['another exponent', writeJpkiCertificate(body('03', odd(256)), odd(256)), 'wrong-key'],
    ['an even modulus', writeJpkiCertificate(body('010001', odd(256).fill(0xc2)), odd(256)), 'wrong-key'],
    [
      'a modulus with a leading zero',
      writeJpkiCertificate(body('010001', odd(256).fill(0, 0, 1)), odd(256)),
      'wrong-key',
    ],
    ['a shorter modulus', writeJpkiCertificate(body('010001', odd(255)), odd(256)), 'wrong-structure'],
    ['a shorter signature', writeJpkiCertificate(body('010001', odd(256)), odd(255)), 'wrong-structure'],
    ['a body of key ids alone', writeJpkiCertificate(new Uint8Array(32), odd(256)), 'wrong-structure'],
    [
      'bytes after its key',
      writeJpkiCertificate(Buffer.concat([body('010001', odd(256)), odd(1)]), odd(256)),
      'wrong-structure',
    ],
    ['no block 2', writeTlv(0x7f21, writeTlv(0x5f4e, body('010001', odd(256)))), 'wrong-structure'],
  ])('is refused with %s', (_, bytes, code) => {
    expect(refusal(() => parseTerminalCertificate(bytes))).toBe(code);
  });
});

describe('a chain of card-verifiable certificates', () => {
  const reference = fc.uint8Array({ minLength: 1, maxLength: 16 });
  const date = fc.integer({ min: 0, max: 36_000 }).map((days) => new Date(Date.UTC(2000, 0, 1 + days)));

  it('is read back from its fields', () => {
    const octets = fc.uint8Array({ minLength: 1, maxLength: 16 });
    const fields = fc.record({
      authorityReference: reference,
      holderReference: reference,
      role: octets,
      rights: octets,
      validFrom: date,
      validTo: date,
    });
    fc.assert(
      fc.property(fields, fc.boolean(), octets, (given, elliptic, signature) => {
        const publicKey = elliptic ? p384.publicKey : rsa.publicKey;
        const written = writeCvCertificate(writeCvBody({ ...given, publicKey }), signature);
        const { chain } = parseTerminalCertificate(written) as EacTerminalCertificate;
        const [read] = chain;
        if (read === undefined) throw new Error('Nothing was read.');
        for (const name of ['authorityReference', 'holderReference', 'role', 'rights'] as const) {
          expect(toHex(read[name])).toBe(toHex(given[name]));
        }
        expect(read.validFrom).toEqual(given.validFrom);
        expect(read.validTo.getTime()).toBe(given.validTo.getTime() + day - 1);
        expect(read.publicKey.equals(publicKey)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  const today = new Date(Date.UTC(2026, 10, 21));
  const fields = (more: Partial<CvFields> = {}): CvFields => ({
    authorityReference: ascii('JPROOT00001'),
    holderReference: ascii('JPGATE00001'),
    publicKey: p384.publicKey,
    role: Buffer.from('04007f000703010202', 'hex'),
    rights: Uint8Array.of(0, 0, 0, 0, 0),
    validFrom: today,
    validTo: today,
    ...more,
  });
  const signed = (more: Partial<CvFields> = {}): Uint8Array => {
    const body = writeCvBody(fields(more));
    return writeCvCertificate(
      body,
      sign('sha384', body, { key: p384.privateKey, dsaEncoding: 'ieee-p1363' }),
    );
  };
  const verifyAt = (bytes: Uint8Array, at: Date): TerminalCertificateErrorCode | undefined =>
    refusal(() => {
      verifyTerminalCertificate(parseTerminalCertificate(bytes), { rootKey: p384.publicKey, at });
    });

  it('is valid from the first moment of its first day to the last of its last', () => {
    const bytes = signed();
    expect(verifyAt(bytes, today)).toBeUndefined();
    expect(verifyAt(bytes, new Date(today.getTime() + day - 1))).toBeUndefined();
    expect(verifyAt(bytes, new Date(today.getTime() - 1))).toBe('not-yet-valid');
    expect(verifyAt(bytes, new Date(today.getTime() + day))).toBe('expired');
  });

  it('is refused at a moment that is none', () => {
    expect(verifyAt(signed(), new Date(Number.NaN))).toBe('not-yet-valid');
  });

  it('is refused where a terminal signs for another, or a root stands in it', () => {
    const terminal = signed({ holderReference: ascii('JPROOT00001') });
    expect(verifyAt(Buffer.concat([terminal, signed()]), today)).toBe('wrong-structure');
    expect(verifyAt(signed({ rights: Uint8Array.of(0xc0) }), today)).toBe('wrong-structure');
    expect(verifyAt(signed({ rights: Uint8Array.of(0x80) }), today)).toBe('wrong-structure');
  });

  it('is refused where one is not by the one before', () => {
    const verifier = signed({ rights: Uint8Array.of(0x80), holderReference: ascii('JPOTHER0001') });
    expect(verifyAt(Buffer.concat([verifier, signed()]), today)).toBe('wrong-issuer');
  });

  it('is refused beyond four certificates', () => {
    const five = Buffer.concat(Array.from({ length: 5 }, () => signed()));
    expect(refusal(() => parseTerminalCertificate(five))).toBe('wrong-structure');
  });

  const replaced = (from: string, to: string): (() => Uint8Array) => {
    return () => {
      const before = toHex(signed());
      expect(before).toContain(from);
      return Buffer.from(before.replace(from, to), 'hex');
    };
  };
  const algorithm = toHex(TerminalAuthentication.ecdsaSha384);

  it.each<[string, () => Uint8Array, TerminalCertificateErrorCode]>([
    ['another profile version', replaced('5f290100', '5f290101'), 'wrong-structure'],
    [
      'a date that is not in the calendar',
      replaced('5f2506020601010201', '5f2506020600020301'),
      'wrong-structure',
    ],
    ['a date whose digits are none', replaced('5f2506020601010201', '5f250602060101020a'), 'wrong-structure'],
    ['another algorithm', replaced(algorithm, algorithm.replace(/04$/, '05')), 'unknown-algorithm'],
    ['a compressed point', replaced('866104', '866102'), 'wrong-key'],
  ])('is refused with %s', (_, bytes, code) => {
    expect(refusal(() => parseTerminalCertificate(bytes()))).toBe(code);
  });

  it('is refused with a point off the curve', () => {
    const point = Buffer.from('8661' + '04' + '01'.repeat(96), 'hex');
    const good = signed();
    const at = Buffer.from(good).indexOf(Buffer.from('866104', 'hex'));
    const changed = Uint8Array.from(good);
    changed.set(point, at);
    expect(refusal(() => parseTerminalCertificate(changed))).toBe('wrong-key');
  });

  it.each(['20260', '2026-13', 'none'])('writes no date like %s', (text) => {
    expect(refusal(() => writeCvBody(fields({ validFrom: new Date(text) })))).toBe('wrong-structure');
  });
});
