import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificateHead } from '../../hsm/certificate/certificate-head.ts';
import { checkCertificate } from '../../hsm/certificate/check-certificate.ts';
import { CertificateError } from '../../hsm/certificate/refusal.ts';
import { importRoot, RootError } from '../../hsm/certificate/root.ts';
import { DerError, DerReader, Tag } from '../../hsm/der/der.ts';
import { wellFormed } from '../../hsm/der/well-formed.ts';
import * as der from '../encoding/der.ts';
import { AT } from './corpus.ts';
import { countLooks } from './counted-bytes.ts';
import { rootCertificate, userCertificate, writeCertificate } from './describe-certificate.ts';
import { makeCorpusKeys } from './keys.ts';

const keys = await makeCorpusKeys();
const roots = [importRoot(writeCertificate(rootCertificate(keys.root)))];
const rule = { purpose: 'authentication', roots, at: new Date(AT) } as const;
const good = writeCertificate(userCertificate(keys));
const MEGABYTE = 2 ** 20;

/** How many bytes the reader looked at before it was done or gave up. */
function looksOf(bytes: Uint8Array, read: (reader: DerReader) => void): number {
  const counted = countLooks(bytes);
  try {
    read(new DerReader(counted.bytes));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
  }
  return counted.looks();
}

/** What memory for bytes grew by while something was done. */
function bytesTaken(act: () => void): number {
  const before = process.memoryUsage().arrayBuffers;
  act();
  return process.memoryUsage().arrayBuffers - before;
}

function everyParserRefuses(bytes: Uint8Array): void {
  expect(checkCertificate(bytes, rule).verdict).toBe('refused');
  expect(() => importRoot(bytes)).toThrow(RootError);
  expect(() => readCertificateHead(bytes)).toThrow(CertificateError);
}

describe('hostile input', () => {
  it.each([
    ['nothing', () => new Uint8Array()],
    ['100 MB of zeros', () => new Uint8Array(100 * MEGABYTE)],
    ['100 MB of nested sequences', () => new Uint8Array(100 * MEGABYTE).fill(0x30)],
    ['100 MB that look like PEM', () => new Uint8Array(100 * MEGABYTE).fill(0x2d)],
    ['100 MB of blanks', () => new Uint8Array(100 * MEGABYTE).fill(0x20)],
    ['a SEQUENCE that holds 100 MB', () => der.sequence(new Uint8Array(100 * MEGABYTE))],
    ['a length of 2^31', () => der.concat(der.raw('308480000000'), good)],
    ['a length of 2^31 - 1', () => der.concat(der.raw('30847fffffff'), good)],
    ['a length of 2^64', () => der.concat(der.raw('3089010000000000000000'), good)],
    ['10,000 nested sequences', () => nested(10_000)],
    [
      '10,000 nested sequences of no known length',
      () => new Uint8Array(20_000).map((_, i) => (i % 2 ? 0x80 : 0x30)),
    ],
  ])('of %s is refused by every parser, in no memory of its own', (_, make) => {
    const bytes = make();
    expect(
      bytesTaken(() => {
        everyParserRefuses(bytes);
      }),
    ).toBeLessThan(MEGABYTE);
  });

  it('is not looked at where its content is not asked for', () => {
    const large = der.octetString(new Uint8Array(10 * MEGABYTE));
    const looks = looksOf(large, (reader) => {
      reader.skip(Tag.octetString);
    });
    expect(looks).toBeLessThan(16);
  });

  it('costs no more the deeper it is nested: reading stops at the cap', () => {
    expect(looksOf(nested(10_000), wellFormed)).toBe(looksOf(nested(5_000), wellFormed));
  });

  it('of n values costs n times as much as one', () => {
    const list = (n: number): Uint8Array =>
      der.sequence(new Uint8Array(3 * n).map((_, i) => [2, 1, 5][i % 3] ?? 0));
    const [few, many] = [looksOf(list(10_000), wellFormed), looksOf(list(40_000), wellFormed)];
    expect(many / few).toBeGreaterThan(3.9);
    expect(many / few).toBeLessThan(4.1);
  });

  it('of lists side by side and inside each other costs as many looks as it has elements', () => {
    const pairs = der.sequence(
      ...Array.from({ length: 2_000 }, () => der.sequence(der.sequence(der.sequence()))),
    );
    expect(looksOf(pairs, wellFormed)).toBeLessThan(6_001 * 12);
  });

  it('of any bytes is refused, and by nothing but our own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        everyParserRefuses(bytes);
      }),
    );
  });

  it('of a good certificate with a part replaced, put in or taken out is refused', () => {
    const splice = fc.record({
      at: fc.nat(good.length),
      removed: fc.nat(40),
      added: fc.uint8Array({ maxLength: 40 }),
    });
    fc.assert(
      fc.property(splice, ({ at, removed, added }) => {
        const bytes = der.concat(good.subarray(0, at), added, good.subarray(at + removed));
        fc.pre(Buffer.compare(bytes, good) !== 0);
        expect(checkCertificate(bytes, rule).verdict).toBe('refused');
      }),
      { numRuns: 3000 },
    );
  });

  it('of a signed certificate with any extension in it ends in a verdict', () => {
    const ids = ['2.5.29.14', '2.5.29.15', '2.5.29.19', '2.5.29.32', '2.5.29.35', '2.5.29.37', '1.2.3'];
    const value = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.uint8Array({ maxLength: 30 }).map((content) => der.sequence(content)),
    );
    const extension = fc
      .tuple(fc.constantFrom(...ids), fc.boolean(), value)
      .map(([id, critical, bytes]) =>
        der.sequence(der.oid(id), ...(critical ? [der.boolean(true)] : []), der.octetString(bytes)),
      );
    fc.assert(
      fc.property(fc.array(extension, { maxLength: 5 }), (extensions) => {
        const bytes = writeCertificate(userCertificate(keys, { extensions }));
        expect(checkCertificate(bytes, rule).verdict).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });
});

function nested(depth: number): Uint8Array {
  // Built from the inside out, the headers written backwards: concatenation would take quadratic time.
  const headers: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < depth; i++) {
    const header = der.concat(der.raw('30'), der.length(length));
    headers.push(header);
    length += header.length;
  }
  return der.concat(...headers.reverse());
}
