import type { Outcome } from './visit/outcome.ts';
import type { View } from './visit/view.ts';
import type { NoticeName } from './words/notices.ts';

/** What happens at a kiosk, for screens and counters. Nothing in it is of a person. */
export type KioskNews =
  | { readonly kind: 'view'; readonly view: View }
  /** Readers, HSM, service, queue or catalogue are other than they were. */
  | { readonly kind: 'standing' }
  | { readonly kind: 'ended'; readonly outcome: EndedBy }
  | { readonly kind: 'pin'; readonly came: 'right' | 'wrong' | 'blocked' }
  | { readonly kind: 'card-unfit'; readonly notice: NoticeName };

/** What a visit came to; `left`: the visitor, or time, ended it before that. */
export type EndedBy = Outcome['kind'] | 'left';

export type KioskListener = (news: KioskNews) => void;
