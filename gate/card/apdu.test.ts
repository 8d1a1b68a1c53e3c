import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedBytes } from '../../test/gate-card/counted-bytes.ts';
import { ApduError, decodeAnswer, decodeCommand, encodeAnswer, encodeCommand, type Command } from './apdu.ts';

const header = fc.uint8Array({ minLength: 4, maxLength: 4 });
const data = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc.constantFrom(255, 256, 307, 4000, 65_535).map((length) => new Uint8Array(length).fill(7)),
);
const expected = fc.oneof(
  fc.integer({ min: 1, max: 65_536 }),
  fc.constantFrom(1, 255, 256, 257, 65_535, 65_536),
);
/** All four cases: neither, expected, data, both. */
const command: fc.Arbitrary<Command> = fc.record(
  { header, data, expected, extended: fc.boolean() },
  { requiredKeys: ['header'] },
);

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function refusal(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof ApduError) return error.code;
    throw error;
  }
}

describe('a command', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(command, (written) => {
        const read = decodeCommand(encodeCommand(written));
        expect(toHex(read.header)).toBe(toHex(written.header));
        expect(toHex(read.data ?? new Uint8Array())).toBe(toHex(written.data ?? new Uint8Array()));
        expect(read.expected).toBe(written.expected);
      }),
    );
  });

  it('has one form: what is read is written as it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 600 }), (any) => {
        let read: Command;
        try {
          read = decodeCommand(any);
        } catch {
          return;
        }
        expect(toHex(encodeCommand(read))).toBe(toHex(any));
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused with its own error alone, and without looking at its data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (any) => {
        const counted = countedBytes(any);
        refusal(() => decodeCommand(counted.bytes));
        expect(counted.looks()).toBeLessThanOrEqual(16);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, Command, string]>([
    ['case 1', { header: hex('00840000') }, '00840000'],
    ['case 2, 256 as 00', { header: hex('00b08a00'), expected: 256 }, '00b08a0000'],
    ['case 2 extended', { header: hex('00b00000'), expected: 257 }, '00b00000000101'],
    ['case 2 extended, 65,536 as 0000', { header: hex('00b00000'), expected: 65_536 }, '00b00000000000'],
    ['case 3', { header: hex('00a4020c'), data: hex('0016') }, '00a4020c020016'],
    ['case 4', { header: hex('802a0297'), data: hex('aabb'), expected: 256 }, '802a029702aabb00'],
    [
      'case 4 extended',
      { header: hex('802a0297'), data: hex('aabb'), expected: 256, extended: true },
      '802a0297000002aabb0100',
    ],
  ])('is written as the standard has it: %s', (_, given, written) => {
    expect(toHex(encodeCommand(given))).toBe(written);
  });

  it('takes the extended form from 256 bytes of data on', () => {
    const written = encodeCommand({ header: hex('00820000'), data: new Uint8Array(256) });
    expect(toHex(written.subarray(0, 7))).toBe('00820000000100');
  });

  it.each<[string, Command]>([
    ['a header of 3 bytes', { header: hex('00a402') }],
    ['65,536 bytes of data', { header: hex('00a4020c'), data: new Uint8Array(65_536) }],
    ['a length that is asked for and cannot be', { header: hex('00b00000'), expected: 65_537 }],
    ['a length that is no whole number', { header: hex('00b00000'), expected: 1.5 }],
  ])('is not written with %s', (_, given) => {
    expect(refusal(() => encodeCommand(given))).toBe('bad-command');
  });

  it.each([
    ['fewer bytes than it says', '00a4020c 05 0016'],
    ['more bytes than it says', '00a4020c 02 0016 00 00'],
    ['an extended length that is cut off', '00b00000 00 01'],
    ['empty extended data', '00b00000 00 0000 0100'],
    ['extended data and half an expected length', '00b00000 00 0001 aa 01'],
  ])('is refused with %s', (_, written) => {
    expect(refusal(() => decodeCommand(hex(written)))).toBe('bad-command');
  });
});

describe('an answer', () => {
  it('is read back as it was written', () => {
    const status = fc.oneof(
      fc.integer({ min: 0x6100, max: 0x6fff }),
      fc.integer({ min: 0x9000, max: 0x9fff }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), status, (sent, word) => {
        const read = decodeAnswer(encodeAnswer({ data: sent, status: word }));
        expect(toHex(read.data)).toBe(toHex(sent));
        expect(read.status).toBe(word);
      }),
    );
  });

  it('is refused with its own error alone, and without looking at its data', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (any) => {
        const counted = countedBytes(any);
        refusal(() => decodeAnswer(counted.bytes));
        expect(counted.looks()).toBeLessThanOrEqual(4);
      }),
    );
  });

  it.each([
    ['no bytes', new Uint8Array()],
    ['one byte', hex('90')],
    ['a status word of 1234', hex('1234')],
    ['a status word of 0000', hex('0000')],
    ['a status word of 6000', hex('6000')],
    ['more bytes than any answer has', new Uint8Array(65_539).fill(0x90)],
  ])('is refused with %s', (_, bytes) => {
    expect(refusal(() => decodeAnswer(bytes))).toBe('bad-answer');
  });
});
