import { describe, expect, it } from 'vitest';
import { VirtualPrinter } from '../../test/printer/virtual-printer.ts';
import { textOf } from '../../test/printer/paper.ts';
import { checkNames } from '../check/check-item.ts';
import { renderSlip, type Slip } from '../receipt/slip.ts';
import { closingSlip, readyCheckSlip, type Closing } from './slips.ts';

const shortForm = '7-4213 K3QF-09XM-T2WA-8HND';
const checkpoint = {
  checkpoint: { gate: 'north-1', epoch: 7, size: 4213, root: new Uint8Array(32) },
  note: '',
  shortForm,
};
const closing: Closing = {
  gate: 'north-1',
  at: Date.UTC(2027, 3, 10, 12, 30),
  session: { ja: '初日', en: 'Opening night' },
  counts: {
    in: 912,
    out: 40,
    inside: 872,
    categories: [{ category: 'S席 {x} | "', in: 912, out: 40, inside: 872 }],
  },
  checkpoint,
};

/** What comes out on paper. */
function onPaper(slip: Slip, copy = false): { text: string[]; largest: string } {
  const printer = new VirtualPrinter();
  printer.receive(renderSlip(slip, { columns: 48, copy }));
  const [paper] = printer.slips;
  if (paper === undefined) throw new Error('Nothing was printed.');
  const spans = paper.lines.flat();
  const size = Math.max(...spans.map(({ high, wide }) => high * wide));
  const large = spans.filter(({ high, wide }) => high * wide === size).map(({ text }) => text.trim());
  return { text: textOf(paper).map((line) => line.trim()), largest: large.join(' ') };
}

describe('the closing slip', () => {
  it('says who came, and in the largest type what to compare the journal with', () => {
    const { text, largest } = onPaper(closingSlip(closing, undefined));
    expect(text).toContain('閉場票');
    expect(text.join('\n')).toContain('north-1');
    expect(text.join('\n')).toContain('2027/04/10 21:30');
    expect(text).toContain('入場 In 912 退場 Out 40 場内 Inside 872');
    // A category's name is text, whatever is in it.
    expect(text).toContain('S席 {x} | ": 912 / 40 / 872');
    expect(text.join('\n')).toContain('Not countersigned yet');
    expect(largest).toContain('7-4213 K3QF-09XM-T2WA-8HND');
  });

  it('says whether it is this very checkpoint that the service countersigned', () => {
    const lines = (countersigned?: string): string => closingSlip(closing, countersigned).lines.join('\n');
    expect(lines(shortForm)).toContain('Countersigned by');
    expect(lines('7-4000 AAAA-AAAA-AAAA-AAAA')).toContain('Not countersigned yet');
  });

  it('says so where the HSM signed nothing', () => {
    const { gate, at, session, counts } = closing;
    const slip = closingSlip({ gate, at, session, counts }, undefined);
    expect(slip.lines.join('\n')).toContain('Not signed');
    expect(onPaper(slip).text).toContain('Closing slip');
  });

  it('is marked when it is printed again', () => {
    expect(onPaper(closingSlip(closing, undefined), true).text.join('\n')).toContain('再発行');
  });
});

describe('the ready check on paper', () => {
  it('has every item, in order, with what to mend', () => {
    const items = checkNames
      .toReversed()
      .map((item) => ({ item, ready: item !== 'printer', text: `About ${item}.` }));
    const { text } = onPaper(readyCheckSlip({ ready: false, items }, 'north-1', closing.at));
    const shown = text.filter((line) => /^(OK|NG) /.test(line));
    expect(shown).toHaveLength(checkNames.length);
    expect(shown.filter((line) => line.startsWith('NG'))).toEqual(['NG プリンター Printer']);
    expect(text.filter((line) => line.startsWith('About '))).toEqual(
      checkNames.map((item) => `About ${item}.`),
    );
    expect(text).toContain('Ready check: not ready');
  });
});
