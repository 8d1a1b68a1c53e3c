import { describe, expect, it } from 'vitest';
import { isJobAnswer, isStatusAnswer, stateOf } from './printer-answers.ts';
import { printerStates, printerStatus } from './printer-state.ts';

describe('what a printer answers', () => {
  it.each<[string, [number, number, number, number], string]>([
    ['nothing set', [0x12, 0x12, 0x12, 0x12], 'ready'],
    ['the cash drawer’s pin', [0x16, 0x12, 0x12, 0x12], 'ready'],
    ['paper near its end', [0x12, 0x12, 0x12, 0x1e], 'paper-low'],
    ['paper at its end', [0x1a, 0x32, 0x12, 0x7e], 'paper-out'],
    ['an open cover, also without paper', [0x1a, 0x36, 0x12, 0x7e], 'cover-open'],
    ['a stuck cutter', [0x1a, 0x52, 0x1a, 0x12], 'cutter-error'],
    ['a fault that it does not get out of', [0x1a, 0x52, 0x32, 0x12], 'error'],
    ['a head that must cool down', [0x1a, 0x12, 0x52, 0x12], 'error'],
    ['somebody feeding paper', [0x1a, 0x1a, 0x12, 0x12], 'offline'],
  ])('is understood: %s', (_, answers, state) => {
    expect(answers.every(isStatusAnswer)).toBe(true);
    expect(stateOf(answers)).toBe(state);
  });

  it('to a job and to a question is never mixed up, nor with flow control', () => {
    for (let byte = 0; byte < 256; byte += 1) expect(isJobAnswer(byte) && isStatusAnswer(byte)).toBe(false);
    for (const flow of [0x11, 0x13]) expect(isJobAnswer(flow) || isStatusAnswer(flow)).toBe(false);
  });
});

describe('a printer’s state', () => {
  it.each(printerStates)('has words in both languages: %s', (state) => {
    const { says } = printerStatus(state);
    expect(says.ja).toMatch(/。$/);
    expect(says.en).toMatch(/\.$/);
  });
});
