import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../../test/authority/authority.ts';
import { crlExtensions, type RevokedEntry } from '../../test/authority/crl.ts';
import type { Generation } from '../../test/authority/generations.ts';
import { importRoot, type Root } from '../certificate/root.ts';
import { WINDOW } from './byte-window.ts';
import { readCrl } from './crl-reader.ts';

let authority: Authority;
let roots: Root[];

beforeAll(async () => {
  authority = await Authority.create();
  roots = authority.rootCertificates('authentication').map(importRoot);
});

function crl(revoked: readonly RevokedEntry[], generation: Generation = 2023): Uint8Array {
  return authority.crl('authentication', generation, { revoked });
}

function* inChunks(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function bytesOf(serial: bigint): Uint8Array {
  const digits = serial.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}

describe('reading a revocation list', () => {
  it.each([2015, 2019, 2023, 'next'] as const)(
    'tells which of the roots of one name signed it: %s',
    async (generation) => {
      const { root } = await readCrl(crl([], generation), roots);
      const { certificate } = authority.root('authentication', generation);
      expect(Buffer.from(root.certificate.der)).toEqual(Buffer.from(certificate));
    },
  );

  it('reads the same whatever the chunks it comes in', async () => {
    const at = new Date('2026-03-04T05:06:07Z');
    const list = crl([
      { serial: 0x0102030405n, at, reason: 'superseded' },
      { serial: 0x80n, at },
      { serial: (1n << 159n) + 1n, at, reason: 'certificateHold' },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), async (sizes) => {
        const { index } = await readCrl(inChunks(list, sizes), roots);
        expect(index.size).toBe(3);
        expect(index.find(bytesOf(0x0102030405n))).toEqual({ reason: 4, at: at.getTime() / 1000 });
        expect(index.find(bytesOf(0x80n))).toEqual({ reason: 0, at: at.getTime() / 1000 });
        expect(index.has(bytesOf((1n << 159n) + 1n))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('reads back every entry that was written, whatever its serial, date and reason', async () => {
    const entries = fc.array(
      fc.record({
        serial: fc.bigInt({ min: 1n, max: (1n << 160n) - 1n }),
        at: fc.date({ min: new Date('1950-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        reason: fc.constantFrom(
          'superseded' as const,
          'cessationOfOperation' as const,
          'removeFromCRL' as const,
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(entries, async (revoked) => {
        const { index } = await readCrl(crl(revoked), roots);
        const first = new Map(revoked.toReversed().map((each) => [each.serial, each]));
        for (const [serial, { at }] of first) {
          expect(index.find(bytesOf(serial))?.at).toBe(Math.floor(at.getTime() / 1000));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('reads a list of many windows', async () => {
    const at = new Date('2026-01-01');
    const count = 20_000;
    const revoked = Array.from({ length: count }, (_, i) => ({ serial: BigInt(90_000_000 + 7 * i), at }));
    const list = crl(revoked);
    expect(list.length).toBeGreaterThan(WINDOW);
    const { index } = await readCrl(list, roots);
    expect(index.size).toBe(count);
    expect(index.has(bytesOf(90_000_000n + 7n * 12_345n))).toBe(true);
    expect(index.has(bytesOf(90_000_001n))).toBe(false);
  });

  it('says what the list says of itself', async () => {
    const key = authority.root('authentication', 2023).key;
    const [thisUpdate, nextUpdate] = [new Date('2026-01-02T03:04:05Z'), new Date('2051-01-02T03:04:05Z')];
    const extensions = crlExtensions('authentication', key, (1n << 159n) + 5n);
    const list = authority.crl('authentication', 2023, { thisUpdate, nextUpdate, extensions });
    const read = await readCrl(list, roots);
    expect(read).toMatchObject({ number: (1n << 159n) + 5n, thisUpdate, nextUpdate });
    expect(read.distributionPoint).toHaveLength(1);
  });

  it('passes on what a source itself fails with', async () => {
    function* broken(): Generator<Uint8Array> {
      yield new Uint8Array(0);
      throw new Error('the stick was pulled out');
    }
    await expect(readCrl(broken(), roots)).rejects.toThrow('the stick was pulled out');
  });
});
