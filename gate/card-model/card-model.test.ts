import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CardModelError } from './card-model-error.ts';
import { airTime, commandTime, loadCardModel, parseCardModel } from './card-model.ts';

const shipped = readFileSync(new URL('./card-model.json', import.meta.url), 'utf8');
const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The model that ships with one of its fields changed. */
function changed(field: string, value: unknown): string {
  return JSON.stringify({ ...(JSON.parse(shipped) as object), [field]: value });
}

describe('the time of a command', () => {
  const model = loadCardModel();

  it('is that of reader, air and card together', () => {
    // Ten bits for each of 5 + 258 bytes at 106 kbit/s, 5 ms of reader and protocol, 3 ms of reading.
    const read = { command: hex('00B08A0000'), received: 258 };
    expect(commandTime(model, read)).toBeCloseTo(5 + 3 + 2630 / 106);
    expect(commandTime(model, read, 848)).toBeCloseTo(5 + 3 + 2630 / 848);
  });

  it.each([
    ['signing', '80 2A 02 97', 250],
    ['checking the proof', '00 82 00 00', 15],
    ['checking the terminal certificate', '80 A2 00 C1', 15],
    ['taking its first block', '80 A2 06 C1', 3],
    ['selecting', '00 A4 04 0C', 3],
  ])('of %s is told by its header', (_, header, milliseconds) => {
    const command = hex(header);
    expect(commandTime(model, { command, received: 2 }) - airTime(model, 6)).toBeCloseTo(5 + milliseconds);
  });

  it('is not told at a rate that the model does not have', () => {
    expect(() => airTime(model, 1, 13)).toThrow(CardModelError);
  });
});

describe('a card model file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kazasu-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('says in so many words that what ships was not measured', () => {
    const model = loadCardModel();
    expect(model.about.join(' ')).toContain('NOT A MEASUREMENT');
    expect(model.unmeasured).toEqual(expect.arrayContaining(model.commands.map(({ name }) => name)));
    expect(model.measured).toBeUndefined();
  });

  it('of a measured card stands where the one that ships does', () => {
    const path = join(folder, 'mine.json');
    const measured = { at: '2026-11-21T09:00:00.000Z', rounds: 20 };
    writeFileSync(path, changed('measured', measured));
    expect(loadCardModel(path)).toEqual({ ...loadCardModel(), measured });
  });

  it.each([
    ['not JSON', '{', 'is not JSON'],
    [
      'a time below zero',
      changed('milliseconds', { activation: -1, perCommand: 5, otherCommand: 3 }),
      'activation',
    ],
    [
      'a header that is none',
      changed('commands', [{ name: 'x', header: 'A', milliseconds: 1 }]),
      'commands.0.header',
    ],
    ['a field too many', changed('colour', 'green'), 'colour'],
    ['no rate at all', changed('air', { kilobitsPerSecond: [], bitsPerByte: 10 }), 'air.kilobitsPerSecond'],
  ])('is refused with %s, and the place is named', (_, text, place) => {
    expect(() => parseCardModel(text, 'mine.json')).toThrow(place);
    expect(() => parseCardModel(text, 'mine.json')).toThrow(CardModelError);
  });

  it('that cannot be read is named', () => {
    expect(() => loadCardModel(join(folder, 'absent.json'))).toThrow(/absent\.json cannot be read/);
  });
});
