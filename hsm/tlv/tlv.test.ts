import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedBytes } from '../../test/gate-card/counted-bytes.ts';
import { DEEPEST_TLV, TlvError, TlvReader, writeTlv, type TlvErrorCode } from './tlv.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** Tags as ISO 7816 uses them, of one, two and three octets. */
const tag = fc.oneof(
  fc.integer({ min: 1, max: 0xfe }).filter((octet) => (octet & 0x1f) !== 0x1f),
  fc
    .tuple(
      fc.constantFrom(0x1f, 0x3f, 0x5f, 0x7f, 0x9f, 0xbf, 0xdf, 0xff),
      fc.integer({ min: 0x1f, max: 0x7f }),
    )
    .map(([first, second]) => first * 0x100 + second),
  fc
    .tuple(
      fc.constantFrom(0x5f, 0x7f),
      fc.integer({ min: 0x81, max: 0xff }),
      fc.integer({ min: 0, max: 0x7f }),
    )
    .map(([first, second, third]) => first * 0x10000 + second * 0x100 + third),
);

const content = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(127, 128, 255, 256, 1000).map((length) => new Uint8Array(length).fill(0xa5)),
);

/** Walks through whatever elements there are, as deep as it is let. */
function walk(reader: TlvReader): number {
  let elements = 0;
  for (let next = reader.peekTag(); next !== undefined; next = reader.peekTag()) {
    elements += 1;
    const isConstructed = (next > 0xffff ? next >> 16 : next > 0xff ? next >> 8 : next) & 0x20;
    if (isConstructed) elements += walk(reader.inside(next));
    else reader.value(next);
  }
  reader.done();
  return elements;
}

function codeOf(act: () => unknown): TlvErrorCode | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof TlvError) return error.code;
    throw error;
  }
}

describe('BER-TLV', () => {
  it('reads back what is written', () => {
    fc.assert(
      fc.property(tag, content, (written, value) => {
        const reader = new TlvReader(writeTlv(written, value));
        expect(reader.peekTag()).toBe(written);
        expect(Buffer.compare(reader.value(written), value)).toBe(0);
        reader.done();
      }),
    );
  });

  it('reads back elements one after the other, and inside others', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, content), { maxLength: 8 }), (elements) => {
        const written = writeTlv(0x7f21, ...elements.map(([each, value]) => writeTlv(each, value)));
        const outer = new TlvReader(written);
        const inner = outer.inside(0x7f21);
        outer.done();
        for (const [each, value] of elements) {
          expect(Buffer.compare(inner.whole(each), writeTlv(each, value))).toBe(0);
        }
        inner.done();
      }),
    );
  });

  it('throws nothing but its own error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        codeOf(() => walk(new TlvReader(any)));
      }),
      { numRuns: 2000 },
    );
  });

  it('looks at each byte a bounded number of times, whatever the bytes', () => {
    const nested = (depth: number): Uint8Array =>
      depth === 0 ? bytes('0500') : writeTlv(0x30, nested(depth - 1), nested(depth - 1));
    const wild = fc.uint8Array({ maxLength: 500 });
    const tame = fc.integer({ min: 0, max: DEEPEST_TLV }).map(nested);
    fc.assert(
      fc.property(fc.oneof(wild, tame), (any) => {
        const counted = countedBytes(any);
        codeOf(() => walk(new TlvReader(counted.bytes)));
        expect(counted.looks()).toBeLessThanOrEqual(10 * any.length + 10);
      }),
    );
  });

  it.each<[string, string, TlvErrorCode]>([
    ['a length in a longer form than it needs', '4281 7f', 'length-not-minimal'],
    ['a two-byte length that fits one', '42 8200ff', 'length-not-minimal'],
    ['an indefinite length', '3080 0000', 'indefinite-length'],
    ['a length of three bytes', '42 83010000', 'too-long'],
    ['a length that reaches beyond the end', '42 05 0102', 'truncated'],
    ['a length that is cut off', '42 82 01', 'truncated'],
    ['a tag that is cut off', '7f', 'truncated'],
    ['tag 00', '0000', 'bad-tag'],
    ['a long tag that has a short form', '5f1e 00', 'bad-tag'],
    ['a long tag with leading zeros', '5f80 20 00', 'bad-tag'],
    ['a tag of four octets', '5f818181 01 00', 'bad-tag'],
  ])('refuses %s', (_, hex, code) => {
    expect(codeOf(() => walk(new TlvReader(bytes(hex))))).toBe(code);
  });

  it('refuses another element than the one asked for', () => {
    expect(codeOf(() => new TlvReader(bytes('42 00')).value(0x5f20))).toBe('unexpected-tag');
  });

  it('refuses what is left over', () => {
    const reader = new TlvReader(bytes('42 00 42 00'));
    reader.value(0x42);
    expect(
      codeOf(() => {
        reader.done();
      }),
    ).toBe('trailing-bytes');
  });

  it('refuses an element whose content ends beyond what holds it', () => {
    expect(codeOf(() => walk(new TlvReader(bytes('30 03 04 02 aa bb'))))).toBe('truncated');
  });

  it('refuses elements that are nested too deeply', () => {
    let element = bytes('0500');
    for (let depth = 0; depth <= DEEPEST_TLV; depth += 1) element = writeTlv(0x30, element);
    expect(codeOf(() => walk(new TlvReader(element)))).toBe('too-deep');
  });

  it('writes no tag that it would not read', () => {
    expect(codeOf(() => writeTlv(0x5f1e))).toBe('bad-tag');
  });

  it('writes nothing that is too long to read', () => {
    expect(codeOf(() => writeTlv(0x42, new Uint8Array(0x10000)))).toBe('too-long');
  });
});
