// Japan keeps one time, nine hours ahead of UTC, without summer time. A gate's own zone setting must not
// change what a day is, so it is not asked.
const ahead = 9 * 3_600_000;

export const dayMilliseconds = 86_400_000;

/** The first millisecond of that day in Japan. */
export function startOfDay(at: number): number {
  return Math.floor((at + ahead) / dayMilliseconds) * dayMilliseconds - ahead;
}

/**
 * The time in Japan as people read it: hours and minutes, with month and day before them where it is not
 * the day of `now`.
 *
 * @example
 * timeOfDay(at, at) // '18:30'
 */
export function timeOfDay(at: number, now: number = at): string {
  const date = new Date(at + ahead);
  if (Number.isNaN(date.getTime())) return '--:--';
  const iso = date.toISOString();
  const time = `${String(date.getUTCHours()).padStart(2, '0')}:${String(date.getUTCMinutes()).padStart(2, '0')}`;
  return startOfDay(at) === startOfDay(now) ? time : `${iso.slice(iso.indexOf('-') + 1).slice(0, 5)} ${time}`;
}
