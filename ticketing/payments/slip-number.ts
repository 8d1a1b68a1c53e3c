import { randomInt } from 'node:crypto';

const digits = 14;

/**
 * A new slip number: 16 digits, since tills and barcodes take nothing else. The last two check the others
 * (ISO 7064, MOD 97-10, as in bank accounts): no digit changed, and no two exchanged, make another number.
 */
export function newSlipNumber(): string {
  const drawn = Array.from({ length: digits }, () => randomInt(10)).join('');
  return drawn + String(98 - Number((BigInt(drawn) * 100n) % 97n)).padStart(2, '0');
}

/** The number that somebody typed, as it is kept; undefined where it is none. */
export function readSlipNumber(typed: string): string | undefined {
  const plain = typed.normalize('NFKC').replaceAll(/[\s\p{Pd}]/gu, '');
  return /^\d{16}$/.test(plain) && BigInt(plain) % 97n === 1n ? plain : undefined;
}

/** As it is printed: in fours. */
export function shownSlipNumber(number: string): string {
  return number.replaceAll(/.{4}(?=.)/g, '$& ');
}
