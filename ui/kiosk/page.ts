import type { Outcome, Said, Session, View } from '../api/kiosk-messages.ts';

/** Where a visitor is on the screen alone, before the kiosk has a visit of its own. */
export type Page =
  | { readonly name: 'welcome' }
  | { readonly name: 'sessions' }
  | { readonly name: 'seats'; readonly event: Said; readonly session: Session }
  | { readonly name: 'claim' }
  | { readonly name: 'number' }
  | { readonly name: 'result'; readonly outcome: Outcome };

/**
 * How far an application or a binding is, of the five stages that its visitor is shown; nothing where there
 * is nothing to follow.
 */
export function stageOf(page: Page, view: View): number | undefined {
  switch (view.phase) {
    case 'idle':
      return page.name === 'sessions' || page.name === 'seats' || page.name === 'claim' ? 1 : undefined;
    case 'looking-up':
      return 1;
    case 'review':
      return 2;
    case 'hold-card':
    case 'reading':
    case 'wrong-card':
      return 3;
    case 'enter-pin':
    case 'working':
      return 4;
    case 'sending':
    case 'done':
      return 5;
    case 'take-card':
      return undefined;
  }
}

/** Milliseconds for which a visitor may do nothing on a page of the screen's own. */
const patience = 60_000;

/** When what is on the screen is forgotten unless something is done; nothing where there is nothing to forget. */
export function forgottenAt(
  page: Page,
  view: View,
  last: { readonly act: number; readonly languageIsForNow: boolean },
): number | undefined {
  if (view.phase !== 'idle') return view.until === undefined ? undefined : Date.parse(view.until);
  return page.name === 'welcome' && !last.languageIsForNow ? undefined : last.act + patience;
}
