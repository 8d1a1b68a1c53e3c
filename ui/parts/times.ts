// Gates stand in Japan; what they show is Japan's time wherever the screen's own clock thinks it is.
const timeZone = 'Asia/Tokyo';
const clock = new Intl.DateTimeFormat('ja-JP', {
  timeZone,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const exact = new Intl.DateTimeFormat('ja-JP', {
  timeZone,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat('ja-JP', { timeZone, month: 'numeric', day: 'numeric' });

/** Hour and minute of a time. */
export function hourAndMinute(time: number | string): string {
  return clock.format(new Date(time));
}

/** The time of day to the second. */
export function timeOfDay(time: number | string): string {
  return exact.format(new Date(time));
}

/** Month, day, hour and minute. */
export function dateAndTime(time: number | string): string {
  return `${date.format(new Date(time))} ${hourAndMinute(time)}`;
}

/** A day with its weekday, and the time, in a language. */
export function dayAndTime(time: number | string, code: string): string {
  return new Intl.DateTimeFormat(code === 'en' ? 'en-GB' : code, {
    timeZone,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(time));
}
