import { verdictTable } from './verdict-table.ts';
import type { VerdictName, VerdictOf } from './verdict.ts';

/** The two languages that every text is in. */
export type Language = 'ja' | 'en';

/** How a verdict shows: light, icon, sound and pattern each tell its kind, for those who miss one of them. */
export interface Presentation<V> {
  readonly light: 'green' | 'amber' | 'red' | 'blue' | 'grey';
  readonly icon:
    'check' | 'twice' | 'door' | 'clock' | 'calendar' | 'people' | 'cross' | 'card' | 'hold' | 'out';
  readonly sound: 'welcome' | 'ask' | 'stop' | 'again' | 'none';
  /** How the light moves. */
  readonly pattern: 'steady' | 'slow-blink' | 'fast-blink' | 'pulse' | 'off';
  /** For the visitor: a few large words, and under them what else to know, a line each. */
  readonly visitor: Readonly<Record<Language, VisitorText<V>>>;
  /** For the staff: the exact reason, and what to do. */
  readonly staff: Readonly<Record<Language, (verdict: V) => string>>;
}

export interface VisitorText<V> {
  readonly title: string;
  /** Seat or zone, which is shown larger than all else; empty or left out where there is none to go to. */
  readonly place?: (verdict: V) => string;
  readonly detail: (verdict: V) => string;
}

/** A visitor's words for one verdict; `place` is there where it says something. */
export interface ShownText {
  readonly title: string;
  readonly place?: string;
  readonly detail: string;
}

/** A verdict as it is shown. */
export interface Shown extends Pick<Presentation<never>, 'light' | 'icon' | 'sound' | 'pattern'> {
  readonly visitor: Readonly<Record<Language, ShownText>>;
  readonly staff: Readonly<Record<Language, string>>;
}

/**
 * What light, sound and words a verdict gets.
 *
 * @example
 * present({ name: 'not-on-list' }).visitor.en.title // 'This card is not registered'
 */
export function present<Name extends VerdictName>(verdict: VerdictOf<Name>): Shown {
  const row: Presentation<VerdictOf<Name>> = verdictTable[verdict.name];
  const { light, icon, sound, pattern, visitor, staff } = row;
  const say = ({ title, place, detail }: VisitorText<VerdictOf<Name>>): ShownText => {
    const where = place?.(verdict) ?? '';
    return { title, ...(where === '' ? {} : { place: where }), detail: detail(verdict) };
  };
  return {
    light,
    icon,
    sound,
    pattern,
    visitor: { ja: say(visitor.ja), en: say(visitor.en) },
    staff: { ja: staff.ja(verdict), en: staff.en(verdict) },
  };
}
