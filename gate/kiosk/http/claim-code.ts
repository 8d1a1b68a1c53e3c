import { KioskError } from '../kiosk-error.ts';

/**
 * The code in what a visitor typed, or had scanned: the code itself, or a link whose last part it is. Throws
 * a `KioskError`, which does not repeat it.
 *
 * @example
 * claimCodeIn('https://tickets.example/claim#7Q2M-XX91') // '7Q2M-XX91'
 */
export function claimCodeIn(typed: string): string {
  const text = typed
    .normalize('NFKC')
    .replaceAll(/\s/g, '')
    .replaceAll(/\p{Pd}/gu, '-');
  const code = /^https?:\/\//i.test(text) ? (text.split(/[/#=]/).at(-1) ?? '') : text;
  if (/^[A-Za-z0-9-]{4,100}$/.test(code)) return code;
  throw new KioskError('claim-shape', 'That is no code of a ticket; type it as it was sent to you.');
}
