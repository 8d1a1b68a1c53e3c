import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from './command.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const none = new Uint8Array(0);

describe('a command', () => {
  it.each([
    ['00 84 00 00', none, undefined, false],
    ['00 84 00 00 20', none, 32, false],
    ['00 B0 00 00 00', none, 256, false],
    ['00 A4 02 0C 02 000A', bytes('000A'), undefined, false],
    ['80 2A 00 80 02 0102 00', bytes('0102'), 256, false],
    ['00 B0 00 00 00 0000', none, 65_536, true],
    ['00 B0 00 00 00 0200', none, 512, true],
    ['00 82 00 00 00 0002 0102', bytes('0102'), undefined, true],
    ['80 2A 02 80 00 0001 01 0000', bytes('01'), 65_536, true],
  ])('in each of the seven cases is taken apart: %s', (hex, data, le, extended) => {
    expect(parseCommand(bytes(hex))).toMatchObject({ data, le, extended });
  });

  it.each([
    '',
    '00 84 00',
    '00 A4 02 0C 02 00',
    '00 A4 02 0C 02 000A 00 00',
    '00 82 00 00 00 00',
    '00 82 00 00 00 0000 00',
    '00 82 00 00 00 0002 01',
    '00 82 00 00 00 0001 01 00',
    '00 82 00 00 00 0001 01 0000 00',
  ])('whose lengths do not fit its bytes is none: "%s"', (hex) => {
    expect(parseCommand(bytes(hex))).toBeUndefined();
  });

  it('keeps every byte, whatever it is', () => {
    const upTo = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: 1, maxLength });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), upTo(255), (header, data) => {
        const command = parseCommand(Uint8Array.of(...header, data.length, ...data));
        expect(command?.data).toEqual(data);
        expect([command?.cla, command?.ins, command?.p1, command?.p2]).toEqual([...header]);
      }),
    );
  });
});
