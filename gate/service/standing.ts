import type { TokenState } from '../../hsm/token/token.ts';
import type { ReaderStatus } from '../reader/reader.ts';
import type { Part } from '../decide/verdict.ts';
import type { Trouble } from './trouble.ts';

/** How a gate stands: whether a card held over it now can be admitted, and what keeps it from that. */
export interface Standing {
  readonly phase: 'opening' | 'open' | 'stopping';
  /** Staff closed the lane. */
  readonly laneOpen: boolean;
  /** What it is without, each part once; empty where all is there. */
  readonly missing: readonly Part[];
  /** Why, in the order in which to mend it. */
  readonly troubles: readonly Trouble[];
}

/** What a gate's standing follows from. */
export interface Circumstances {
  readonly phase: Standing['phase'];
  readonly laneOpen: boolean;
  readonly readers: ReaderStatus;
  /** Left out where there is no HSM yet. */
  readonly token?: TokenState;
  /** Why the gate is not open, or must not admit. */
  readonly trouble?: Trouble;
}

/**
 * Works out how a gate stands. Pure.
 *
 * @example
 * standingOf({ phase: 'open', laneOpen: true, readers, token: 'lost' }).missing // ['hsm']
 */
export function standingOf({ phase, laneOpen, readers, token, trouble }: Circumstances): Standing {
  const troubles: Trouble[] = [];
  if (trouble !== undefined) troubles.push(trouble);
  if (token === 'lost') {
    const reason = 'The HSM went away. Plug it in again; it is being looked for.';
    troubles.push({ missing: ['hsm'], code: 'token-gone', reason });
  }
  if (readers.readers.length === 0) {
    const reason = readers.problem ?? 'There is no card reader. Plug one in.';
    troubles.push({ missing: ['reader'], code: 'no-reader', reason });
  }
  return { phase, laneOpen, missing: [...new Set(troubles.flatMap(({ missing }) => missing))], troubles };
}

/** Whether cards are admitted. */
export function isReady({ phase, laneOpen, troubles }: Standing): boolean {
  return phase === 'open' && laneOpen && troubles.length === 0;
}
