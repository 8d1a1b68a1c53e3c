import type { EntryRecord, EntryWindow } from '../../ticketing/entry-list/entry-record.ts';
import type { Rules } from './rules.ts';

/**
 * Why a ticket may not enter at this time, if so. Its own window goes before those of its category, and
 * those before the ones that name no category; without any, all times are right. A window's first and last
 * millisecond are within it. Between two windows it is too early for the next.
 */
export function notNow(
  ticket: EntryRecord | undefined,
  rules: Rules,
  now: number,
): { name: 'too-early'; from: number } | { name: 'too-late'; until: number } | undefined {
  const windows = windowsOf(ticket, rules).map(({ from, until }) => ({
    from: from.getTime(),
    until: until.getTime(),
  }));
  if (windows.length === 0 || windows.some(({ from, until }) => from <= now && now <= until)) {
    return undefined;
  }
  const ahead = windows.filter(({ from, until }) => from > now && until >= from);
  if (ahead.length > 0) return { name: 'too-early', from: Math.min(...ahead.map(({ from }) => from)) };
  return { name: 'too-late', until: Math.max(...windows.map(({ until }) => until)) };
}

function windowsOf(ticket: EntryRecord | undefined, rules: Rules): readonly EntryWindow[] {
  if (ticket?.window !== undefined) return [ticket.window];
  const all = rules.windows ?? [];
  const category = ticket?.category;
  const own = category === undefined ? [] : all.filter((window) => window.category === category);
  return own.length > 0 ? own : all.filter((window) => window.category === undefined);
}
