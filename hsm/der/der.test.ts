import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as der from '../../test/encoding/der.ts';
import { contextPrimitive, DerError, DerReader, Tag } from './der.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'read';
  } catch (error) {
    if (error instanceof DerError) return error.code;
    throw error;
  }
}

/** Reads one value and the end after it. */
function readOne<T>(bytes: Uint8Array, read: (reader: DerReader) => T): T {
  const reader = new DerReader(bytes);
  const value = read(reader);
  reader.done();
  return value;
}

const wrongHex: readonly (readonly [string, string, (reader: DerReader) => unknown, string])[] = [
  [
    'no bytes',
    '',
    (r) => {
      r.null();
    },
    'truncated',
  ],
  [
    'a tag alone',
    '05',
    (r) => {
      r.null();
    },
    'truncated',
  ],
  ['content that is cut short', '0403 0102', (r) => r.octetString(), 'truncated'],
  ['a length that is cut short', '0482 01', (r) => r.octetString(), 'truncated'],
  [
    'another tag',
    '0400',
    (r) => {
      r.null();
    },
    'unexpected-tag',
  ],
  [
    'bytes after the end',
    '0500 00',
    (r) => {
      r.null();
    },
    'trailing-bytes',
  ],
  [
    'an indefinite length',
    '2480 0401 00 0000',
    (r) => {
      r.skip(0x24);
    },
    'indefinite-length',
  ],
  ['a long length under 128', '04 8101 00', (r) => r.octetString(), 'length-not-minimal'],
  [
    'a length with a leading zero',
    '04 820080' + '00'.repeat(128),
    (r) => r.octetString(),
    'length-not-minimal',
  ],
  ['a length of 2^31', '04 8480000000', (r) => r.octetString(), 'too-long'],
  ['a length of 2^32 - 1', '04 84ffffffff', (r) => r.octetString(), 'too-long'],
  ['a length of 2^40', '04 850100000000', (r) => r.octetString(), 'too-long'],
  ['a length of 127 octets', '04 ff', (r) => r.octetString(), 'too-long'],
  [
    'a tag number in several octets',
    '1f8100',
    (r) => {
      r.skip(0x1f);
    },
    'bad-tag',
  ],
  [
    'the tag 00',
    '0000',
    (r) => {
      r.skip(0);
    },
    'bad-tag',
  ],
  ['a BOOLEAN of 01', '0101 01', (r) => r.boolean(), 'bad-boolean'],
  ['a BOOLEAN of two bytes', '0102 ffff', (r) => r.boolean(), 'bad-boolean'],
  ['an empty BOOLEAN', '0100', (r) => r.boolean(), 'bad-boolean'],
  ['a default of FALSE written', '0101 00', (r) => r.booleanOrFalse(), 'default-written'],
  ['an empty INTEGER', '0200', (r) => r.integer(), 'bad-integer'],
  ['an INTEGER with a needless 00', '0202 007f', (r) => r.integer(), 'bad-integer'],
  ['an INTEGER with a needless FF', '0202 ff80', (r) => r.integer(), 'bad-integer'],
  ['a negative number that must be positive', '0201 ff', (r) => r.positiveInteger(), 'bad-integer'],
  ['a zero that must be positive', '0201 00', (r) => r.positiveInteger(), 'bad-integer'],
  ['a small number of five bytes', '0205 0100000000', (r) => r.smallInteger(), 'bad-integer'],
  ['a small number over 2^31', '0205 0080000000', (r) => r.smallInteger(), 'bad-integer'],
  [
    'a NULL with content',
    '0501 00',
    (r) => {
      r.null();
    },
    'bad-null',
  ],
  ['an empty BIT STRING', '0300', (r) => r.bitString(), 'bad-bit-string'],
  ['a BIT STRING not of whole octets', '0302 0180', (r) => r.bitString(), 'bad-bit-string'],
  ['unused bits that are set', '0302 0181', (r) => r.anyBits(), 'bad-bit-string'],
  ['eight unused bits', '0302 0800', (r) => r.anyBits(), 'bad-bit-string'],
  ['unused bits of nothing', '0301 01', (r) => r.anyBits(), 'bad-bit-string'],
  ['named bits that are not trimmed', '0302 0080', (r) => r.namedBits(), 'bad-bit-string'],
  ['named bits of zeros', '0302 0700', (r) => r.namedBits(), 'bad-bit-string'],
  ['named bits with a zero octet at the end', '0303 0080 00', (r) => r.namedBits(), 'bad-bit-string'],
  ['named bits of four octets', '0305 0000000001', (r) => r.namedBits(), 'bad-bit-string'],
  ['an empty object identifier', '0600', (r) => r.objectIdentifier(), 'bad-object-identifier'],
  ['an arc with leading zeros', '0603 2a8001', (r) => r.objectIdentifier(), 'bad-object-identifier'],
  ['an arc without an end', '0602 2a81', (r) => r.objectIdentifier(), 'bad-object-identifier'],
  ['an identifier of 129 bytes', '068181' + '01'.repeat(129), (r) => r.objectIdentifier(), 'too-long'],
];

describe('the DER reader', () => {
  it.each(wrongHex)('refuses %s', (_, hex, read, code) => {
    expect(codeOf(() => readOne(der.raw(hex), read))).toBe(code);
  });

  it('reads integers as their content, and positive ones without the sign octet', () => {
    expect(readOne(der.integer(0), (r) => r.integer())).toEqual(Uint8Array.of(0));
    expect(readOne(der.integer(-128), (r) => r.integer())).toEqual(Uint8Array.of(0x80));
    expect(readOne(der.integer(0xff00), (r) => r.positiveInteger())).toEqual(Uint8Array.of(0xff, 0));
    expect(readOne(der.integer(2 ** 31 - 1), (r) => r.smallInteger())).toBe(2 ** 31 - 1);
    expect(readOne(der.enumerated(4), (r) => r.smallInteger(Tag.enumerated))).toBe(4);
  });

  it('reads named bits as the powers of two of their numbers', () => {
    expect(readOne(der.namedBits(), (r) => r.namedBits())).toBe(0);
    expect(readOne(der.namedBits(0, 5, 8), (r) => r.namedBits())).toBe(1 + 32 + 256);
  });

  it.each(['0.9', '1.39', '2.5.29.15', '2.999.3', '1.2.392.200149.8.5.1.3.30', `2.25.${2n ** 128n - 1n}`])(
    'reads the object identifier %s',
    (dotted) => {
      expect(readOne(der.oid(dotted), (r) => r.objectIdentifier())).toBe(dotted);
    },
  );

  it('refuses what is left in an element that is closed', () => {
    const reader = new DerReader(der.sequence(der.integer(1), der.nothing()));
    const outside = reader.open(Tag.sequence);
    reader.skip(Tag.integer);
    expect(
      codeOf(() => {
        reader.close(outside);
      }),
    ).toBe('trailing-bytes');
  });

  it('keeps an element within the one that holds it', () => {
    const reader = new DerReader(der.raw('3003 0402 01 02'));
    reader.open(Tag.sequence);
    expect(codeOf(() => reader.octetString())).toBe('truncated');
  });

  it('goes 32 elements deep and no deeper', () => {
    const openAll = (reader: DerReader): void => {
      while (reader.nextTag === Tag.sequence) reader.open(Tag.sequence);
    };
    expect(
      codeOf(() => {
        openAll(new DerReader(nest(32)));
      }),
    ).toBe('read');
    expect(
      codeOf(() => {
        openAll(new DerReader(nest(33)));
      }),
    ).toBe('too-deep');
  });
});

describe('a window on something larger', () => {
  const element = der.octetString(new Uint8Array(300));

  it.each([0, 1, 2, 3, 4, 100, 303])('says that %i bytes do not hold the element', (length) => {
    expect(new DerReader(element, 0, length).holdsElement()).toBe(false);
  });

  it('says that all bytes hold it', () => {
    expect(new DerReader(element).holdsElement()).toBe(true);
  });

  it('shows a header as soon as it is there, and goes in where the content is not', () => {
    expect(new DerReader(element, 0, 3).peekHeader()).toBeUndefined();
    const reader = new DerReader(element, 0, 10);
    expect(reader.peekHeader()).toEqual({ tag: Tag.octetString, headerLength: 4, length: 300 });
    expect(reader.enter(Tag.octetString)).toBe(304);
    expect(reader.position).toBe(4);
  });

  it('refuses a faulty header at once, and not only when all is there', () => {
    expect(codeOf(() => new DerReader(der.raw('3080')).holdsElement())).toBe('indefinite-length');
    expect(codeOf(() => new DerReader(der.raw('3084ffffffff')).peekHeader())).toBe('too-long');
  });
});

describe('any bytes', () => {
  const reads: readonly ((reader: DerReader) => unknown)[] = [
    (r) => r.boolean(),
    (r) => r.booleanOrFalse(),
    (r) => r.integer(),
    (r) => r.positiveInteger(),
    (r) => r.smallInteger(),
    (r) => {
      r.null();
    },
    (r) => r.objectIdentifier(),
    (r) => r.bitString(),
    (r) => r.anyBits(),
    (r) => r.namedBits(),
    (r) => r.time(),
    (r) => r.generalizedTime(),
    (r) => r.open(Tag.sequence),
    (r) => r.enter(Tag.sequence),
    (r) => r.content(contextPrimitive(0)),
    (r) => r.peekHeader(),
    (r) => r.holdsElement(),
  ];
  const tags = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x17, 0x18, 0x30, 0x80];
  const likely = fc
    .tuple(fc.constantFrom(...tags), fc.uint8Array({ maxLength: 24 }))
    .map(([tag, content]) => der.tlv(tag, content));

  it('are read or raise a DerError, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(likely, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        for (const read of reads) codeOf(() => readOne(bytes, read));
      }),
      { numRuns: 2000 },
    );
  });

  it('that are read as a value are what a writer writes for it', () => {
    fc.assert(
      fc.property(likely, (bytes) => {
        if (codeOf(() => readOne(bytes, (r) => r.objectIdentifier())) === 'read') {
          expect(der.oid(readOne(bytes, (r) => r.objectIdentifier()))).toEqual(bytes);
        }
        if (codeOf(() => readOne(bytes, (r) => r.positiveInteger())) === 'read') {
          expect(der.integer(readOne(bytes, (r) => r.positiveInteger()))).toEqual(bytes);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function nest(depth: number): Uint8Array {
  let inner: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i++) inner = der.sequence(inner);
  return inner;
}
