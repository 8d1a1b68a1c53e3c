import { describe, expect, it } from 'vitest';
import { applying, binding } from '../../../test/kiosk/sample-tasks.ts';
import { formLines } from './form-lines.ts';
import { notices } from './notices.ts';
import { dayAndTime, yen } from './plain.ts';

describe('plain words', () => {
  it.each([
    ['2027-04-03T09:00:00.000Z', '2027年4月3日（土）18:00', 'Sat 3 Apr 2027, 18:00 (Japan)'],
    ['2027-12-31T15:05:00.000Z', '2028年1月1日（土）0:05', 'Sat 1 Jan 2028, 0:05 (Japan)'],
  ])('say a moment as it is in Japan: %s', (moment, ja, en) => {
    expect(dayAndTime(moment)).toEqual({ ja, en });
  });

  it.each([
    [0, '0円', '¥0'],
    [999, '999円', '¥999'],
    [1000, '1,000円', '¥1,000'],
    [1234567, '1,234,567円', '¥1,234,567'],
  ])('say an amount: %i', (amount, ja, en) => {
    expect(yen(amount)).toEqual({ ja, en });
  });

  it('say all of an application that its holder agrees to', () => {
    const said = formLines(applying).map(({ label, value }) => `${label.en}: ${value.en}`);
    expect(said).toEqual([
      'Event: Spring concert',
      'Session: First night',
      'Starts: Sat 3 Apr 2027, 18:00 (Japan)',
      'Category: S seat',
      'Tickets: 2',
      'Companions enter: each with an own card, to be tied to the ticket beforehand',
      'Price of one: ¥8,000',
      'Total: ¥16,000',
    ]);
  });

  it('say which event and session a binding is for, in both languages', () => {
    expect(formLines(binding).map(({ value }) => value.ja)).toEqual([
      '春の音楽会',
      '初日',
      '2027年4月3日（土）18:00',
    ]);
  });

  it('are there in both languages for all that can come up', () => {
    for (const { title, text } of Object.values(notices)) {
      for (const said of [title, text]) {
        expect(said.ja).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
        expect(said.en).toMatch(/^[\x20-\x7e’]+$/);
      }
    }
  });
});
