/** Where an entry stands in a gate's journal. */
export interface EntryPlace {
  readonly epoch: number;
  readonly number: number;
}

// Damm's quasigroup of order 10: one wrong digit, or two neighbours exchanged, never gives the same digit.
const damm = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
];

/**
 * The short code on a receipt by which staff find its journal entry: epoch, number and a check digit.
 *
 * @example
 * entryCode({ epoch: 1, number: 572 }) // '1-572-…'
 */
export function entryCode({ epoch, number }: EntryPlace): string {
  return `${epoch}-${number}-${checkDigit(`${epoch}${number}`)}`;
}

/** The entry that a code names; `undefined` where it was mistyped. */
export function entryOfCode(code: string): EntryPlace | undefined {
  const match = /^(\d{1,10})-(\d{1,15})-(\d)$/.exec(code.normalize('NFKC').trim());
  if (match === null) return undefined;
  const place = { epoch: Number(match[1]), number: Number(match[2]) };
  return entryCode(place) === match[0] ? place : undefined;
}

function checkDigit(digits: string): string {
  let interim = '0';
  for (const digit of digits) interim = damm[Number(interim)]?.[Number(digit)] ?? '0';
  return interim;
}
