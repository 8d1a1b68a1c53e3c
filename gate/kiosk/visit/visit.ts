import type { SigningStep } from '../../card/sign-with-pin.ts';
import type { NoticeName } from '../words/notices.ts';
import type { Outcome } from './outcome.ts';
import type { Task } from './task.ts';

/** Where a visitor is. There is no PIN, no certificate and no signature in any of it. */
export type Phase =
  /** Nobody is there. */
  | { readonly name: 'idle' }
  /** A claim's code was given; the service is asked for it. */
  | { readonly name: 'looking-up' }
  /** The form is shown, to be read. */
  | { readonly name: 'review'; readonly task: Task }
  /** Waits for a card. */
  | { readonly name: 'hold-card'; readonly task: Task; readonly notice?: NoticeName }
  /** Finds out which card it is. */
  | { readonly name: 'reading'; readonly task: Task }
  /** The card is of no use for this; waits until it is taken away. */
  | { readonly name: 'wrong-card'; readonly task: Task; readonly notice: NoticeName }
  | {
      readonly name: 'enter-pin';
      readonly task: Task;
      readonly triesLeft: number;
      /** The one before was wrong. */
      readonly wrong: boolean;
      /** The visitor has said yes to using the last try. */
      readonly agreed: boolean;
    }
  /** The card has the PIN and signs. */
  | { readonly name: 'working'; readonly task: Task; readonly step: SigningStep }
  /** It is signed, and on its way to the service or to the queue. */
  | { readonly name: 'sending'; readonly task: Task }
  | { readonly name: 'done'; readonly outcome: Outcome; readonly printing?: Printing }
  /** The visit is over and its card still lies there: nobody else may use it. */
  | { readonly name: 'take-card' };

export type PhaseName = Phase['name'];

/** `none`: this kiosk has no printer. */
export type Printing = 'none' | 'printed' | 'failed';

/** A kiosk and the one visitor that it has at a time. */
export interface Visit {
  /** Counts visitors, so that a screen that is behind does nothing to the next one. */
  readonly number: number;
  readonly phase: Phase;
  /** The card on the reader, by the number of its arrival. */
  readonly card: number | undefined;
  /** Counts what was asked of card and service, so that an answer that comes late is none. */
  readonly work: number;
}

export const nobody: Visit = { number: 0, phase: { name: 'idle' }, card: undefined, work: 0 };

/** What the visitor does on the screen. The PIN itself goes by another way. */
export type Press =
  | { readonly kind: 'begin'; readonly task: Task }
  | { readonly kind: 'look-up' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'agree-to-last-try' }
  | { readonly kind: 'pin' }
  | { readonly kind: 'back' }
  | { readonly kind: 'print' }
  | { readonly kind: 'leave' }
  /** Shows that someone is still there. */
  | { readonly kind: 'touch' };

/** What happens at the reader. */
export type CardEvent =
  | { readonly kind: 'card-arrived'; readonly card: number }
  | { readonly kind: 'card-left'; readonly card: number };

/** What comes of what was asked of card, service and printer; each names the work that it answers. */
export type Answer = { readonly work: number } & (
  | { readonly kind: 'claim-found'; readonly task: Task }
  | { readonly kind: 'card-known'; readonly triesLeft: number }
  | { readonly kind: 'card-unfit'; readonly notice: NoticeName }
  /** It left, or was too slow: the same card may serve when it is laid there again. */
  | { readonly kind: 'card-lost'; readonly notice: NoticeName }
  | { readonly kind: 'pin-wrong'; readonly triesLeft: number }
  | { readonly kind: 'stepped'; readonly step: SigningStep }
  | { readonly kind: 'signed' }
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | { readonly kind: 'printing'; readonly printing: Printing }
);

export type VisitEvent = Press | CardEvent | Answer | { readonly kind: 'time-up' };

/** What is to be done about it; what comes of that is told with the same `work`. */
export type Effect =
  | { readonly kind: 'look-up'; readonly work: number }
  | { readonly kind: 'identify'; readonly work: number; readonly card: number; readonly task: Task }
  | {
      readonly kind: 'use-pin';
      readonly work: number;
      readonly card: number;
      readonly task: Task;
      readonly lastTryAgreed: boolean;
    }
  | { readonly kind: 'send'; readonly work: number; readonly task: Task }
  | { readonly kind: 'print'; readonly work: number; readonly outcome: Outcome }
  /** Let go of the card and wipe whatever was kept of the visitor. */
  | { readonly kind: 'forget' };

/** Why a press does nothing now. */
export type NotNow = 'not-now' | 'take-card' | 'last-try';

export interface Step {
  readonly visit: Visit;
  readonly effects: readonly Effect[];
  readonly refused?: NotNow;
}
