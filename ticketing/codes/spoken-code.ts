import { randomInt } from 'node:crypto';

/** 32 signs that nobody mistakes for each other when they are read out or written down: no 0, O, 1, I. */
const signs = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** Of x⁵ + x² + 1, over which the signs are the elements of a field. */
const reduction = 0b100101;
/** Beyond it two places of a code would weigh the same in its check sign. */
const mostSigns = 31;

/**
 * A new code of so many signs, 5 bits each, drawn by the system's generator, the last of them a check: one
 * wrong sign, or any two exchanged, never make another code. Shown in groups of four.
 *
 * @example
 * newSpokenCode(16); // 'K7PM-2XWA-9RTC-HU4V', 75 random bits
 */
export function newSpokenCode(length: number): string {
  if (!Number.isInteger(length) || length < 5 || length > mostSigns) {
    throw new TypeError('A spoken code has 5 to 31 signs.');
  }
  const drawn = Array.from({ length: length - 1 }, () => randomInt(signs.length));
  return grouped([...drawn, checkOf(drawn)].map((sign) => signs[sign]).join(''));
}

/**
 * The code that someone typed or read out, as it is shown: case, spaces and dashes do not matter. Nothing
 * where it is not a code of this length, or its check sign tells that it was mistyped.
 */
export function readSpokenCode(text: string, length: number): string | undefined {
  if (text.length > 4 * length) return undefined;
  const plain = text.toUpperCase().replaceAll(/[\s‐-―ー−-]/gu, '');
  const values = Array.from(plain, (sign) => signs.indexOf(sign));
  if (values.length !== length || values.includes(-1)) return undefined;
  return values.at(-1) === checkOf(values.slice(0, -1)) ? grouped(plain) : undefined;
}

/** Each sign times its own power of x, summed: no two places weigh the same. */
function checkOf(values: readonly number[]): number {
  return values.reduce((sum, value) => timesX(sum ^ value), 0);
}

function timesX(value: number): number {
  const doubled = value << 1;
  return doubled < signs.length ? doubled : doubled ^ reduction;
}

function grouped(plain: string): string {
  return plain.replaceAll(/(.{4})(?=.)/g, '$1-');
}
