import { type Purpose, purposes } from '../certificate/purpose.ts';

/** What the authority charges for one check, in yen. */
const YEN_A_CHECK: Readonly<Record<Purpose, number>> = { authentication: 2, signature: 20 };

/** Look-ups that were paid for, and what they came to. */
export interface LookUpTotal {
  readonly checks: Readonly<Record<Purpose, number>>;
  readonly yen: number;
}

/** Counts look-ups that cost money, so that an operator sees what a bill will say. */
export class LookUpCount {
  readonly #checks: Record<Purpose, number> = { authentication: 0, signature: 0 };

  add(purpose: Purpose, checks: number): void {
    this.#checks[purpose] += checks;
  }

  total(): LookUpTotal {
    const yen = purposes.reduce((sum, purpose) => sum + this.#checks[purpose] * YEN_A_CHECK[purpose], 0);
    return { checks: { ...this.#checks }, yen };
  }
}
