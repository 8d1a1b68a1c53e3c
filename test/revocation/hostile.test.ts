// Bytes made to hurt: they are refused with our own error, and cost no more than reading them once. That
// they take linear time is held to by what they may read, not by a clock.
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { importRoot, type Root } from '../../hsm/certificate/root.ts';
import { WINDOW } from '../../hsm/revocation/byte-window.ts';
import { readCrl } from '../../hsm/revocation/crl-reader.ts';
import { checkOcspAnswer } from '../../hsm/revocation/ocsp-answer.ts';
import { certIdOf } from '../../hsm/revocation/ocsp-request.ts';
import { RevocationError } from '../../hsm/revocation/revocation-error.ts';
import { Authority } from '../authority/authority.ts';
import { signatureAlgorithm } from '../authority/signed.ts';
import * as der from '../encoding/der.ts';

const now = new Date();

let authority: Authority;
let roots: Root[];

beforeAll(async () => {
  authority = await Authority.create({ now: () => now });
  roots = authority.rootCertificates('authentication').map(importRoot);
});

/** Chunks of `bytes` again and again, `total` in all; counts what was taken. */
class Endless {
  taken = 0;
  readonly #chunk: Uint8Array;
  readonly #total: number;

  constructor(chunk: Uint8Array, total: number) {
    this.#chunk = chunk;
    this.#total = total;
  }

  *chunks(first: Uint8Array): Generator<Uint8Array> {
    yield first;
    while (this.taken < this.#total) {
      this.taken += this.#chunk.length;
      yield this.#chunk;
    }
  }
}

function nested(depth: number): Uint8Array {
  let inside = new Uint8Array(0);
  // Built from the inside with buffers that double, or building it would be what takes long.
  const headers: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < depth; i++) {
    const header = der.concat(Uint8Array.of(0x30), der.length(length));
    headers.push(header);
    length += header.length;
  }
  inside = Buffer.concat(headers.reverse());
  return inside;
}

function question(): Parameters<typeof checkOcspAnswer>[1] {
  const [root] = roots;
  if (root === undefined) throw new Error('no root');
  const nonce = new Uint8Array(32);
  return { id: certIdOf(root, Uint8Array.of(1), 'sha256'), root, nonce, at: now };
}

const hostile: readonly (readonly [string, () => Uint8Array])[] = [
  ['nothing at all', () => new Uint8Array(0)],
  ['one byte', () => Uint8Array.of(0x30)],
  ['a length of 2^31', () => der.raw('30 84 80000000')],
  ['a length of 2^32 - 1', () => der.raw('30 84 ffffffff')],
  ['a length of 127 octets', () => der.concat(der.raw('30 ff'), new Uint8Array(127).fill(1))],
  ['2^31 - 1 inside 2^31 - 1', () => der.raw('30 84 7fffffff 30 84 7fffffff 020101')],
  ['10,000 nested sequences', () => nested(10_000)],
  ['100 MB of zeros', () => new Uint8Array(100_000_000)],
];

describe('hostile bytes', () => {
  it.each(hostile)('are no list: %s', async (_, make) => {
    await expect(readCrl(make(), roots)).rejects.toBeInstanceOf(RevocationError);
  });

  it.each(hostile)('are no OCSP answer: %s', (_, make) => {
    expect(() => checkOcspAnswer(make(), question())).toThrow(RevocationError);
  });

  it('are refused as soon as they cannot be a list, however many follow', async () => {
    const zeros = new Endless(new Uint8Array(65_536), 100_000_000);
    await expect(readCrl(zeros.chunks(Uint8Array.of(0)), roots)).rejects.toThrow(RevocationError);
    expect(zeros.taken).toBeLessThanOrEqual(2 * WINDOW);
  });

  it('cannot make an entry grow beyond the window', async () => {
    const key = authority.root('authentication', 2023).key;
    const start = der.concat(
      der.raw('30 84 40000000 30 84 3f000000 020101'),
      signatureAlgorithm(key),
      authority.root('authentication', 2023).name,
      der.time(now),
      der.time(now),
      der.raw('30 84 3e000000 30 84 3d000000'),
    );
    const zeros = new Endless(new Uint8Array(65_536), 1_000_000_000);
    await expect(readCrl(zeros.chunks(start), roots)).rejects.toMatchObject({ code: 'too-long' });
    expect(zeros.taken).toBeLessThanOrEqual(2 * WINDOW);
  });

  it('are refused as lists and answers with our own error alone, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await expect(readCrl(bytes, roots)).rejects.toBeInstanceOf(RevocationError);
        expect(() => checkOcspAnswer(bytes, question())).toThrow(RevocationError);
      }),
    );
  });

  it('are refused where a good list is cut, spliced or doubled anywhere', async () => {
    const good = authority.crl('authentication', 2023);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length), fc.nat(good.length), async (a, b) => {
        const spliced = der.concat(good.subarray(0, a), good.subarray(b));
        fc.pre(a !== b);
        await expect(readCrl(spliced, roots)).rejects.toBeInstanceOf(RevocationError);
      }),
    );
  });
});
