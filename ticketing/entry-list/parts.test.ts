import { createCipheriv, createHmac, generateKeyPairSync, hkdfSync } from 'node:crypto';
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../test/entry-list/sample.ts';
import { AesGcm } from './aes-gcm.ts';
import { packCardKey, unpackCardKey } from './card-key.ts';
import { CborWriter } from './cbor-writer.ts';
import { RecordSeal } from './record-seal.ts';
import { compareRows, inOrder, orderRows } from './row-order.ts';
import { shortBlock, ShortHmac, wordsOf } from './short-hmac.ts';
import { TagIndex } from './tag-index.ts';
import { TagTable } from './tag-table.ts';
import { checkNewer } from './taken-versions.ts';

const tag = fc.uint8Array({ minLength: 16, maxLength: 16 });
/** Tags that are not spread at all, as no HMAC makes them. */
const crowdedTag = fc
  .array(fc.constantFrom(0, 1, 255), { minLength: 16, maxLength: 16 })
  .map((all) => Uint8Array.from(all));

function sortedRows(tags: readonly Uint8Array[]): Uint8Array {
  const joined = Uint8Array.from(Buffer.concat(tags));
  return inOrder(joined, 16, orderRows(joined, 16, 16), new Uint8Array(joined.length));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('the index of tags', () => {
  it('finds each tag at its row and no other tag, however the tags lie', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof(tag, crowdedTag), { selector: hex, maxLength: 60 }),
        tag,
        (tags, other) => {
          const rows = sortedRows(tags);
          const index = new TagIndex(rows, 16, 16);
          for (const each of tags) {
            const row = index.find(each);
            expect(hex(rows.subarray(row * 16, (row + 1) * 16))).toBe(hex(each));
          }
          if (!tags.some((each) => hex(each) === hex(other))) expect(index.find(other)).toBe(-1);
        },
      ),
    );
  });

  it('finds every one of many, first and last included', () => {
    const tags = Array.from({ length: 20_000 }, (_, number) => bytesOf(`tag ${number}`, 16));
    const index = new TagIndex(sortedRows(tags), 16, 16);
    const found = new Set(tags.map((each) => index.find(each)));
    expect(found.size).toBe(tags.length);
    expect(Math.min(...found)).toBe(0);
    expect(Math.max(...found)).toBe(tags.length - 1);
    expect(index.find(new Uint8Array(16))).toBe(-1);
    expect(index.find(new Uint8Array(16).fill(255))).toBe(-1);
  });
});

describe('the order of rows', () => {
  it('is ascending, and of equal rows the order before, with rows that begin alike too', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(tag, crowdedTag), { maxLength: 80 }), (tags) => {
        const rows = Buffer.concat(tags);
        const order = [...orderRows(rows, 16, 16)];
        const expected = tags.map((_, row) => row).sort((a, b) => compareRows(rows, 16, 16, a, b) || a - b);
        expect(order).toEqual(expected);
        const backwards = Uint32Array.from(tags.keys()).reverse();
        const kept = [...backwards].sort(
          (a, b) => compareRows(rows, 16, 16, a, b) || backwards.indexOf(a) - backwards.indexOf(b),
        );
        expect([...orderRows(rows, 16, 16, backwards)]).toEqual(kept);
      }),
    );
  });
});

describe('the table of what deltas touched', () => {
  it('answers as a Map does, also after it has grown', () => {
    const value = fc.integer({ min: -2, max: 1000 }).filter((each) => each !== 0);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(tag, crowdedTag), value), { maxLength: 300 }), (puts) => {
        const table = new TagTable(16);
        const map = new Map<string, number>();
        for (const [key, each] of puts) {
          table.set(key, each);
          map.set(hex(key), each);
        }
        expect(table.count).toBe(map.size);
        for (const [key] of puts) expect(table.get(key)).toBe(map.get(hex(key)));
        expect(table.get(bytesOf('untouched', 16))).toBe(0);
      }),
    );
  });
});

describe('the writer of CBOR', () => {
  it('writes the same bytes as cborg', () => {
    const number = fc.oneof(fc.nat(70_000), fc.maxSafeNat());
    fc.assert(
      fc.property(
        fc.array(number),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        (numbers, text, bytes) => {
          const out = new CborWriter().array(3).array(numbers.length);
          for (const each of numbers) out.uint(each);
          out.text(text).bytes(bytes);
          expect(hex(out.view(0, out.length))).toBe(hex(encode([numbers, text, bytes])));
        },
      ),
    );
  });

  it('grows as far as it must', () => {
    const out = new CborWriter();
    const text = '席'.repeat(1000);
    for (let round = 0; round < 100; round += 1) out.text(text);
    expect(hex(out.view(out.length - 3003, out.length))).toBe(hex(encode(text)));
  });
});

describe('the HMAC of short messages', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const bytesOfWords = (words: Int32Array): string => {
    const bytes = Buffer.alloc(words.length * 4);
    words.forEach((word, at) => bytes.writeInt32BE(word, at * 4));
    return hex(bytes);
  };

  it("is node's HMAC-SHA-256, message after message and key after key", () => {
    const used = new ShortHmac();
    fc.assert(
      fc.property(key, fc.array(fc.uint8Array({ maxLength: 55 }), { maxLength: 3 }), (each, messages) => {
        used.use(wordsOf(each));
        const out = new Int32Array(8);
        for (const message of messages) {
          used.of(shortBlock(message), out);
          expect(bytesOfWords(out)).toBe(createHmac('sha256', each).update(message).digest('hex'));
        }
      }),
    );
  });

  it('takes no message that is longer than its block', () => {
    expect(() => shortBlock(new Uint8Array(56))).toThrow(RangeError);
  });
});

describe('AES-GCM of a row', () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

  it("is node's AES-128-GCM at every length, text after text under key after key", () => {
    const gcm = new AesGcm();
    const blocks = fc.nat(4).chain((count) => bytes(16 * count));
    const text = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(bytes(16), bytes(12), blocks, text, (key, nonce, associated, plain) => {
        const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(associated);
        const expected = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
        const own = new Uint8Array(Math.ceil(plain.length / 16) * 16 + 16);
        own.set(plain);
        // What lies behind the text, of the row before, must not count.
        own.fill(0xff, plain.length);
        gcm.seal(wordsOf(key), wordsOf(nonce), wordsOf(associated), new DataView(own.buffer), plain.length);
        expect(hex(own.subarray(0, plain.length + 16))).toBe(hex(expected));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the seal of a record', () => {
  it('has the key that HKDF gives', () => {
    const [salt, id, hash] = [bytesOf('salt'), bytesOf('id'), bytesOf('hash')];
    const info = Buffer.concat([Buffer.from('kazasu/record/v1\0'), id]);
    const expected = new Uint8Array(hkdfSync('sha256', hash.subarray(16), salt, info, 16));
    expect(hex(new RecordSeal(salt, id).recordKey(hash))).toBe(hex(expected));
  });
});

describe('a pinned key', () => {
  const spkiOf = (keys: {
    publicKey: { export(options: { format: 'der'; type: 'spki' }): Buffer };
  }): Buffer => keys.publicKey.export({ format: 'der', type: 'spki' });

  it('comes back byte for byte, of RSA and of P-384', () => {
    const rsa = spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const p384 = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
    expect([packCardKey(rsa).length, packCardKey(p384).length]).toEqual([256, 96]);
    const long = spkiOf(generateKeyPairSync('rsa', { modulusLength: 4096 }));
    for (const spki of [rsa, p384, long]) expect(hex(unpackCardKey(packCardKey(spki)))).toBe(hex(spki));
  });

  it('is refused of any other kind', () => {
    const p256 = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
    const ed25519 = spkiOf(generateKeyPairSync('ed25519'));
    const exponent3 = spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }));
    for (const spki of [p256, ed25519, exponent3, new Uint8Array(), bytesOf('noise', 294)]) {
      expect(() => packCardKey(spki)).toThrow(expect.objectContaining({ code: 'cannot-write' }) as Error);
    }
  });
});

describe('the rule of versions', () => {
  const taken = {
    highest: (event: string, session: string) => (event === 'e' && session === 's' ? 7 : undefined),
  };

  it('takes a higher version only, and the first of a session', () => {
    const version = (number: number, session = 's') => ({ event: 'e', session, version: number });
    expect(() => {
      checkNewer(version(8), taken);
      checkNewer(version(1, 'other'), taken);
    }).not.toThrow();
    for (const number of [7, 6, 1]) {
      expect(() => {
        checkNewer(version(number), taken);
      }).toThrow(expect.objectContaining({ code: 'not-newer' }) as Error);
    }
  });
});
