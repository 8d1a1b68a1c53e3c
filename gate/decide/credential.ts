import type { Part, Reason, VerdictOf } from './verdict.ts';

/** The verdicts that are settled before any list is asked: by the card, or by the gate itself. */
export type RefusalName =
  | 'not-genuine'
  | 'revoked'
  | 'expired'
  | 'unknown-issuer'
  | 'not-a-my-number-card'
  | 'no-certificate'
  | 'unreadable'
  | 'hold-longer'
  | 'out-of-order';

/** What reading and proving came to: a card that proved itself, or the named reason why it is refused. */
export type Credential =
  | {
      readonly kind: 'genuine';
      /** The binding's tag: the first 16 bytes of the serial hash. */
      readonly tag: Uint8Array;
    }
  | { readonly kind: 'refused'; readonly verdict: VerdictOf<RefusalName> };

/** Refuses a card for a reason that needs no more than its name. */
export function refused(
  name: Exclude<RefusalName, 'hold-longer' | 'out-of-order'>,
  because: Reason = {},
): Credential {
  return { kind: 'refused', verdict: { name, ...because } };
}

/** The card left the field, or was not alone in it. */
export function heldTooShort(
  because: 'left-early' | 'two-cards' = 'left-early',
  reason: Reason = {},
): Credential {
  return { kind: 'refused', verdict: { name: 'hold-longer', because, ...reason } };
}

/** The gate itself cannot decide. */
export function outOfOrder(missing: readonly Part[], reason: Reason = {}): Credential {
  return { kind: 'refused', verdict: { name: 'out-of-order', missing, ...reason } };
}
