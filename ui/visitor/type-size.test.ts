import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnEms, pieces, widthInEms } from './type-size.ts';

describe('the size of what the visitor reads', () => {
  it('takes a full-width character for one em and any other for less', () => {
    expect(widthInEms('番号')).toBe(2);
    expect(widthInEms('A1')).toBeCloseTo(1.2);
    expect(widthInEms('ｱ')).toBeLessThan(1);
  });

  it('makes a short text fill its column, and sets a long one in two lines', () => {
    expect(columnEms('どうぞ', 9)).toBe(3);
    expect(columnEms('マイナンバーカードをかざしてください', 9)).toBeCloseTo(10.8);
  });

  it('loses nothing of a text that it takes to pieces', () => {
    const words = fc.constantFrom('係員へ', 'お声がけください', 'My Number Card', 'Please', ' ');
    fc.assert(
      fc.property(fc.array(words), (all) => {
        expect(pieces(all.join('')).join('')).toBe(all.join(''));
      }),
    );
    expect(pieces('係員へお声がけください')[1]).toBe('お声がけください');
  });
});
