import { TerminalCertificateError } from './terminal-certificate-error.ts';

const DAY = 24 * 60 * 60 * 1000;

/** The first moment of the day that six unpacked BCD digits name (YYMMDD of this century, UTC). */
export function readBcdDate(digits: Uint8Array): Date {
  if (digits.length !== 6 || digits.some((digit) => digit > 9)) {
    throw wrongDate('a date must be six digits, one a byte');
  }
  const [y1 = 0, y2 = 0, m1 = 0, m2 = 0, d1 = 0, d2 = 0] = digits;
  const month = m1 * 10 + m2 - 1;
  const day = d1 * 10 + d2;
  const date = new Date(Date.UTC(2000 + y1 * 10 + y2, month, day));
  // Date rolls over what is not in the calendar (31 April): then another day comes out.
  if (date.getUTCMonth() !== month || date.getUTCDate() !== day) {
    throw wrongDate('a date is not in the calendar');
  }
  return date;
}

/** The six digits of a date's day in UTC. */
export function writeBcdDate(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  if (!(year >= 2000 && year <= 2099)) throw wrongDate('a date must lie in this century');
  const digits = date.toISOString().slice(2, 10).replaceAll('-', '');
  return Uint8Array.from(digits, Number);
}

/** The last millisecond of the day that begins at `date`. */
export function endOfDay(date: Date): Date {
  return new Date(date.getTime() + DAY - 1);
}

function wrongDate(what: string): TerminalCertificateError {
  return new TerminalCertificateError('wrong-structure', `Not a terminal certificate: ${what}.`);
}
