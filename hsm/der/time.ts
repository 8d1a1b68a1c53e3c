import { refuseDer } from './der-error.ts';

const MILLISECONDS_A_DAY = 86_400_000;

/**
 * UTCTime's content, `YYMMDDHHMMSSZ`, as milliseconds since 1970. Years run from 1950 to 2049. Seconds are
 * present, the zone is Z, the date is in the calendar, and there is no leap second.
 */
export function utcTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 13) refuseDer('bad-time', 'a UTCTime is written YYMMDDHHMMSSZ', start);
  const year = twoDigits(bytes, start);
  return restOfTime(bytes, start + 2, year < 50 ? 2000 + year : 1900 + year);
}

/** GeneralizedTime's content, `YYYYMMDDHHMMSSZ`, as milliseconds since 1970; no fractions of a second. */
export function generalizedTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 15) refuseDer('bad-time', 'a GeneralizedTime is written YYYYMMDDHHMMSSZ', start);
  return restOfTime(bytes, start + 4, twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2));
}

/** `MMDDHHMMSSZ`, the part that both kinds share. */
function restOfTime(bytes: Uint8Array, at: number, year: number): number {
  const month = twoDigits(bytes, at);
  const day = twoDigits(bytes, at + 2);
  const hour = twoDigits(bytes, at + 4);
  const minute = twoDigits(bytes, at + 6);
  const second = twoDigits(bytes, at + 8);
  if (bytes[at + 10] !== 0x5a) refuseDer('bad-time', 'the time zone must be Z', at + 10);
  if (month < 1 || month > 12) refuseDer('bad-time', 'there is no such month', at);
  if (day < 1 || day > daysInMonth(year, month)) refuseDer('bad-time', 'there is no such day', at + 2);
  if (hour > 23 || minute > 59 || second > 59) refuseDer('bad-time', 'there is no such time of day', at + 4);
  return daysSince1970(year, month, day) * MILLISECONDS_A_DAY + ((hour * 60 + minute) * 60 + second) * 1000;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - 0x30;
  const ones = (bytes[at + 1] ?? 0) - 0x30;
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) refuseDer('bad-time', 'a digit is missing', at);
  return tens * 10 + ones;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days in the Gregorian calendar, counted with years that begin in March so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
