import type { Said } from './notices.ts';

/** Japan keeps one time; the kiosk's own zone setting must not change what is shown. */
const ahead = 9 * 3_600_000;
const weekdays = [
  ['日', 'Sun'],
  ['月', 'Mon'],
  ['火', 'Tue'],
  ['水', 'Wed'],
  ['木', 'Thu'],
  ['金', 'Fri'],
  ['土', 'Sat'],
] as const;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * A moment in Japan, in words.
 *
 * @example
 * dayAndTime('2027-04-03T09:00:00.000Z').en // 'Sat 3 Apr 2027, 18:00 (Japan)'
 */
export function dayAndTime(moment: string): Said {
  const date = new Date(Date.parse(moment) + ahead);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const [ja, en] = weekdays[date.getUTCDay()] ?? ['', ''];
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${date.getUTCHours()}:${two(date.getUTCMinutes())}`;
  return {
    ja: `${year}年${month + 1}月${day}日（${ja}）${time}`,
    en: `${en} ${day} ${months[month] ?? ''} ${year}, ${time} (Japan)`,
  };
}

/** @example yen(16000).ja // '16,000円' */
export function yen(amount: number): Said {
  const digits = String(amount).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return { ja: `${digits}円`, en: `¥${digits}` };
}
