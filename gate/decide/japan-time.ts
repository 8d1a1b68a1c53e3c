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
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  if (startOfDay(at) === startOfDay(now)) return time;
  return `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${time}`;
}
