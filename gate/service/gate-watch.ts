import { statfs } from 'node:fs/promises';
import { EntryListError } from '../../ticketing/entry-list/entry-list-error.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import type { Gate } from '../tap/open-gate.ts';
import { logFailure, type Log } from '../log.ts';
import { troubleFrom, type Trouble } from './trouble.ts';

/** With less than this the journal could not be closed in order: nobody is let in any more. */
const leastFreeBytes = 8 * 1024 * 1024;

/** What a look at an open gate found: all well, something that keeps it from admitting, or its end. */
export type Look = 'well' | { readonly trouble: Trouble; readonly over: boolean };

/** Looks after a gate while it is open: what other programs took for it, its clock, its disk, its journal. */
export class GateWatch {
  readonly #gate: Gate;
  readonly #state: string;
  readonly #now: () => number;
  readonly #log: Log;
  #said = '';

  constructor(gate: Gate, options: { state: string; now: () => number; log: Log }) {
    this.#gate = gate;
    this.#state = options.state;
    this.#now = options.now;
    this.#log = options.log;
  }

  async look(): Promise<Look> {
    try {
      const newest = this.#gate.journal.newest(1)[0]?.entry.at ?? 0;
      if (this.#now() < newest) return found(clockBehind());
      const { bavail, bsize } = await statfs(this.#state);
      if (bavail * bsize < leastFreeBytes) return found(diskFull());
    } catch (error) {
      // A damaged journal is set aside when the gate opens anew.
      return found(troubleFrom(error), error instanceof JournalError && error.code === 'damaged');
    }
    return this.#refresh();
  }

  /** A file that cannot be taken over changes nothing: the gate goes on with what it has. */
  async #refresh(): Promise<Look> {
    try {
      await this.#gate.refresh();
      this.#said = '';
      return 'well';
    } catch (error) {
      // The session is over for this list; another one may be on.
      if (error instanceof EntryListError && error.code === 'expired') return found(troubleFrom(error), true);
      if (error instanceof EntryListError && error.code === 'not-yet-valid') return found(troubleFrom(error));
      const message = error instanceof Error ? error.message : String(error);
      if (message !== this.#said) logFailure(this.#log, 'pack-not-taken-over', error);
      this.#said = message;
      return 'well';
    }
  }
}

function found(trouble: Trouble, over = false): Look {
  return { trouble, over };
}

function clockBehind(): Trouble {
  const reason = 'The clock is behind the newest entry of the journal: set it right.';
  return { missing: ['clock'], code: 'clock-behind', reason };
}

function diskFull(): Trouble {
  return { missing: ['disk'], code: 'disk-full', reason: 'The disk is full: make room in the state folder.' };
}
