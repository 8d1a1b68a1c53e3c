import type { Signer } from '../../hsm/keys/signer.ts';
import type { Checkpoint } from '../journal-format/checkpoint.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import type { Timer } from '../reader/timer.ts';
import type { JournalEvent } from './journal-event.ts';
import type { LogEnd } from './log-store.ts';

/** How a journal is opened. */
export interface JournalOptions {
  /** The database; what belongs to it lies beside it under names that begin with this one. */
  readonly file: string;
  /** The gate's name. */
  readonly gate: string;
  /** The gate's identity key. */
  readonly signer: Signer;
  /** Milliseconds since 1970; what the journal writes of its own accord is dated by it. */
  readonly now: () => number;
  /** The machine's own where none is given. */
  readonly timer?: Timer;
  /** A checkpoint is signed after so many entries. */
  readonly checkpointEvery?: number;
  /** What to write in the first entry about this program. */
  readonly software?: string;
  /**
   * A supervisor says that the clock was ahead before and is right now. Without this a clock behind the
   * newest entry opens no journal.
   */
  readonly clockWasAhead?: boolean;
  /** For the structured log. */
  readonly tell?: (event: JournalEvent) => void;
}

/** A checkpoint with its signed note, and the form that is read out from a slip. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: string;
  readonly shortForm: string;
}

/** Refuses to begin a log that would not follow from what is there. */
export function checkStart(
  end: LogEnd | undefined,
  { gate, clockWasAhead }: JournalOptions,
  now: number,
): void {
  if (end?.gate !== undefined && end.gate !== gate) {
    throw new JournalError(
      'other-gate',
      `The journal in this state folder is ${end.gate}'s; give ${gate} a state folder of its own.`,
    );
  }
  if (end !== undefined && now < end.at && clockWasAhead !== true) {
    throw new JournalError(
      'clock-behind',
      'The clock is behind the newest entry of the journal: set it right. If it is right now and was ahead before, a supervisor must say so.',
    );
  }
}
