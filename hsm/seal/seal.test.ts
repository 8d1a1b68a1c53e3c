import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearSigner } from '../../test/entry-list/clear-signer.ts';
import { encodeCanonical } from './canonical-cbor.ts';
import { p256PublicKey, verifyP256, withLowS } from './p256-signature.ts';
import { openSeal, seal, verifyKey } from './seal.ts';
import { SealError } from './seal-error.ts';

const contentType = 'application/vnd.kazasu.test';
const signer = clearSigner();
const keys = signer.verifyKeys;
const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
  return 'accepted';
}

function scalar(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

describe('a seal', () => {
  it('gives back exactly the bytes that were sealed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (payload) => {
        const opened = openSeal(await seal(payload, signer, { contentType }), { keys, contentType });
        expect(Buffer.from(opened.payload)).toEqual(Buffer.from(payload));
      }),
      { numRuns: 50 },
    );
  });

  it('is a COSE_Sign1 as RFC 9052 writes it, its signature over the Sig_structure', async () => {
    const payload = Buffer.from('payload');
    const sealed = await seal(payload, signer, { contentType, keyId: Uint8Array.of(9, 9) });
    const header = encode(
      new Map<number, unknown>([
        [1, -7],
        [3, contentType],
        [4, Uint8Array.of(9, 9)],
      ]),
    );
    const signature = sealed.subarray(-64);
    const expected = encode(new Tagged(18, [header, new Map(), payload, signature]), {
      tagEncoders: {},
    } as object);
    expect(Buffer.from(sealed).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
    const toSign = encode(['Signature1', header, new Uint8Array(), payload]);
    expect(p256.verify(signature, toSign, signer.publicKey)).toBe(true);
  });

  it('is refused with our own error when any one byte is flipped', async () => {
    const sealed = await seal(Buffer.from('what a gate admits by'), signer, { contentType });
    for (let at = 0; at < sealed.length; at += 1) {
      for (const bit of [0x01, 0x80, 0xff]) {
        const flipped = Uint8Array.from(sealed);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        expect(
          codeOf(() => openSeal(flipped, { keys, contentType })),
          `byte ${at}`,
        ).not.toBe('accepted');
      }
    }
  });

  it('is refused at every length but its own', async () => {
    const sealed = await seal(Buffer.from('payload'), signer, { contentType });
    for (let length = 0; length < sealed.length; length += 1) {
      expect(codeOf(() => openSeal(sealed.subarray(0, length), { keys, contentType }))).toBe('malformed');
    }
    const longer = Buffer.concat([sealed, Uint8Array.of(0)]);
    expect(codeOf(() => openSeal(longer, { keys, contentType }))).toBe('malformed');
  });

  it('throws nothing but its own error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(
          codeOf(() => openSeal(Buffer.concat([Uint8Array.of(0xd2), bytes]), { keys, contentType })),
        ).not.toBe('accepted');
      }),
    );
  });

  it('refuses deep nesting and huge lengths without running out of anything', () => {
    const nested = Buffer.concat([Uint8Array.of(0xd2), Buffer.alloc(1_000_000, 0x81), Uint8Array.of(0)]);
    expect(codeOf(() => openSeal(nested, { keys, contentType }))).toBe('malformed');
    const huge = Buffer.from('d2845affffffff00', 'hex');
    expect(codeOf(() => openSeal(huge, { keys, contentType }))).toBe('malformed');
    const manyItems = Buffer.from('d29affffffff', 'hex');
    expect(codeOf(() => openSeal(manyItems, { keys, contentType }))).toBe('malformed');
  });

  it('refuses another content type, another key, and an unsigned header that rides along', async () => {
    const sealed = await seal(Buffer.from('payload'), signer, { contentType });
    expect(codeOf(() => openSeal(sealed, { keys, contentType: 'text/plain' }))).toBe('wrong-content-type');
    expect(codeOf(() => openSeal(sealed, { keys: clearSigner().verifyKeys, contentType }))).toBe(
      'unknown-key',
    );
    const impostor = keys.map(({ keyId }) => ({ keyId, publicKey: clearSigner().publicKey }));
    expect(codeOf(() => openSeal(sealed, { keys: impostor, contentType }))).toBe('bad-signature');
    const [header, payload, signature] = [sealed.subarray(3), Buffer.from('payload'), sealed.subarray(-64)];
    const riding = encodeCanonical([header, new Map([[4, Uint8Array.of(1)]]), payload, signature]);
    expect(codeOf(() => openSeal(Buffer.concat([Uint8Array.of(0xd2), riding]), { keys, contentType }))).toBe(
      'malformed',
    );
  });

  it('refuses a header that is not canonical, has a key twice, or names another algorithm', async () => {
    const keyId = keys[0]?.keyId ?? new Uint8Array();
    const good = new Map<number, unknown>([
      [1, -7],
      [3, contentType],
      [4, keyId],
    ]);
    const canonical = Buffer.from(encodeCanonical(good));
    const headers = [
      encodeCanonical(new Map(good).set(1, -35)),
      encodeCanonical(new Map(good).set(5, 0)),
      // The key 1 twice, in a map that says it has four.
      Buffer.concat([Uint8Array.of(0xa4, 0x01, 0x26), canonical.subarray(1)]),
      // The number 1 in two bytes.
      Buffer.concat([Uint8Array.of(0xa3, 0x18, 0x01), canonical.subarray(2)]),
      // Keys out of order.
      Buffer.concat([Uint8Array.of(0xa3), canonical.subarray(3), Uint8Array.of(0x01, 0x26)]),
    ];
    for (const header of headers) {
      const payload = Buffer.from('payload');
      const signature = withLowS(
        await signer.sign(encodeCanonical(['Signature1', header, new Uint8Array(), payload])),
      );
      const sealed = Buffer.concat([
        Uint8Array.of(0xd2),
        encodeCanonical([header, new Map(), payload, signature]),
      ]);
      expect(codeOf(() => openSeal(sealed, { keys, contentType }))).toBe('malformed');
    }
  });

  it('is not made where the signer answers for another key', async () => {
    const broken = {
      publicKey: clearSigner().publicKey,
      sign: (message: Uint8Array) => signer.sign(message),
    };
    await expect(seal(Buffer.from('x'), broken, { contentType })).rejects.toMatchObject({
      code: 'cannot-seal',
    });
  });
});

describe('a P-256 signature', () => {
  const key = p256PublicKey(signer.publicKey);
  const byNoble = (message: Uint8Array, signature: Uint8Array): boolean => {
    try {
      return p256.verify(signature, message, signer.publicKey, { lowS: true });
    } catch {
      return false;
    }
  };

  it('is judged alike by node’s crypto and by noble, whatever is done to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(63),
        fc.nat(255),
        async (message, at, flip) => {
          const good = withLowS(await signer.sign(message));
          const mutated = Uint8Array.from(good);
          mutated[at] = (mutated[at] ?? 0) ^ flip;
          expect(verifyP256(key, message, good)).toBe(true);
          expect(byNoble(message, good)).toBe(true);
          expect(verifyP256(key, message, mutated)).toBe(byNoble(message, mutated));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is refused by both with r or s zero, at or above the order, or with the high s', async () => {
    const message = Buffer.from('message');
    const good = withLowS(await signer.sign(message));
    const [r, s] = [good.subarray(0, 32), good.subarray(32)];
    const highS = scalar(n - BigInt(`0x${Buffer.from(s).toString('hex')}`));
    const edges = [0n, n, n + 1n, 2n ** 256n - 1n].map(scalar);
    const bad = [...edges.map((edge) => [edge, s]), ...edges.map((edge) => [r, edge]), [r, highS], [s, r]];
    for (const parts of bad) {
      const signature = Buffer.concat(parts);
      expect(verifyP256(key, message, signature)).toBe(false);
      expect(byNoble(message, signature)).toBe(false);
    }
    expect(Buffer.from(withLowS(Buffer.concat([r, highS])))).toEqual(Buffer.from(good));
  });

  it('is refused by both at any other length', async () => {
    const message = Buffer.from('message');
    const good = withLowS(await signer.sign(message));
    for (const signature of [
      new Uint8Array(),
      good.subarray(0, 63),
      Buffer.concat([good, Uint8Array.of(0)]),
    ]) {
      expect(verifyP256(key, message, signature)).toBe(false);
      expect(byNoble(message, signature)).toBe(false);
    }
  });

  it('has no key that is not a point on the curve', () => {
    const off = Uint8Array.from(signer.publicKey);
    off[64] = (off[64] ?? 0) ^ 1;
    for (const point of [
      off,
      signer.publicKey.subarray(0, 64),
      Buffer.alloc(65),
      p256.getPublicKey(scalar(7n)),
    ]) {
      expect(codeOf(() => verifyKey(point))).toBe('bad-key');
    }
  });

  it('names its key by the first 8 bytes of the SHA-256 of the point', () => {
    const digest = createHash('sha256').update(signer.publicKey).digest();
    expect(Buffer.from(verifyKey(signer.publicKey).keyId)).toEqual(digest.subarray(0, 8));
  });
});
