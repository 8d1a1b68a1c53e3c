import type { NoticeName } from '../words/notices.ts';

/** What the service reserved. */
export interface Reservation {
  /** The application's number at the service, by which it is paid. */
  readonly application: string;
  readonly seats: readonly string[];
  /** Whole yen. */
  readonly total: number;
  /** Until when it is to be paid, ISO. */
  readonly dueAt: string;
  readonly slip?: { readonly number: string; readonly url: string };
}

/** The service's own word on why not. */
export interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

/** What a visit came to. `number` is the receipt number by which the visitor finds it again. */
export type Outcome =
  | { readonly kind: 'reserved'; readonly number: string; readonly reservation: Reservation }
  | { readonly kind: 'queued'; readonly number: string }
  | { readonly kind: 'bound' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly number?: string }
  /** It was handed on, and what became of it is not known. */
  | { readonly kind: 'unclear'; readonly number?: string }
  | { readonly kind: 'failed'; readonly notice: Extract<NoticeName, 'service-away' | 'not-kept'> };
