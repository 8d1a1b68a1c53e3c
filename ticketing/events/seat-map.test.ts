import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from './csv-lines.ts';
import { readSeatMap, seatsOf } from './seat-map.ts';
import { positionsOf } from './seat-order.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const head = 'label,category,zone,doors,flags,x,y';

/** 1階A列1番,S席 as Shift_JIS has it. */
const shiftJis = Buffer.from('6c6162656c2c63617465676f72790d0a318a4b4197f13194d42c5390c80d0a', 'hex');

describe('a seat map', () => {
  it('is read with all that a seat has', () => {
    const map = `${head}\nA-1,S,arena,north; east,wheelchair-space,1.5,2\n"B, ""1""",A,,,,,\n`;
    expect(readSeatMap(bytesOf(map))).toEqual({
      seats: [
        {
          label: 'A-1',
          category: 'S',
          zone: 'arena',
          doors: ['north', 'east'],
          flags: ['wheelchair-space'],
          x: 1.5,
          y: 2,
        },
        { label: 'B, "1"', category: 'A' },
      ],
    });
  });

  it.each([
    ['UTF-8', bytesOf('label,category\n1階A列1番,S席\n')],
    ['UTF-8 with the mark of spreadsheets', bytesOf('\uFEFFlabel,category\r\n1階A列1番,S席\r\n')],
    ['Shift_JIS', shiftJis],
  ])('is read in %s', (_, bytes) => {
    expect(readSeatMap(bytes)).toEqual({ seats: [{ label: '1階A列1番', category: 'S席' }] });
  });

  it('is taken whole or not at all, with a line for each that is wrong', () => {
    const map = [
      'label,category,flags,x',
      'A-1,S,,1',
      'A-1,S,,2',
      ',S,,3',
      'A-2,S,seat-of-honour,4',
      'A-3,S,,far',
      'A-4,S',
      'A-5,"S"x,,5',
    ].join('\n');
    expect(() => seatsOf(bytesOf(map))).toThrow(expect.objectContaining({ code: 'seat-map-wrong' }));
    const read = readSeatMap(bytesOf(map));
    expect('wrong' in read ? read.wrong.map(({ line }) => line) : []).toEqual([3, 4, 5, 6, 7, 8]);
  });

  it.each([
    ['nothing', ''],
    ['an unknown column', 'label,category,colour\nA-1,S,red'],
    ['no category', 'label\nA-1'],
    ['a column twice', 'label,category,label\nA-1,S,A-2'],
  ])('is refused with %s', (_, text) => {
    expect(readSeatMap(bytesOf(text))).toHaveProperty('wrong');
  });

  it('is refused where it is in no known encoding', () => {
    expect(() => readSeatMap(Uint8Array.of(0xff, 0xfd, 0x80))).toThrow(
      expect.objectContaining({ code: 'seat-map-wrong' }),
    );
  });
});

describe('CSV', () => {
  it('reads back whatever was written', () => {
    const table = fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 4 }));
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(table, ends, (rows, end) => {
        const text = rows
          .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + end)
          .join('');
        const read = [...readCsv(text)];
        expect(read.map(({ cells }) => cells)).toEqual(rows);
        expect(read.every(({ wrong }) => wrong === undefined)).toBe(true);
      }),
    );
  });

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a') }), (text) => {
        for (const { cells } of readCsv(text)) expect(cells.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the order of seats', () => {
  it('has neighbours where only the last number differs, by one', () => {
    const labels = ['1階 A列 1番', '1階 A列 2番', '1階 A列 4番', '1階 A列 5番', '1階 B列 6番', 'Box', 'Box'];
    const seats = labels.map((label) => ({ label, category: 'S' }));
    expect(positionsOf(seats)).toEqual([0, 1, 3, 4, 6, 8, 10]);
  });

  it('has no neighbours across categories and zones', () => {
    expect(
      positionsOf([
        { label: 'A-1', category: 'S' },
        { label: 'A-2', category: 'A' },
        { label: 'A-3', category: 'A', zone: 'east' },
      ]),
    ).toEqual([0, 2, 4]);
  });
});
