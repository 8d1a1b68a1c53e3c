import { shortForm, signCheckpoint, type Checkpoint } from '../journal-format/checkpoint.ts';
import type { EntryOf } from '../journal-format/entry.ts';
import type { JournalOptions, SignedCheckpoint } from './journal-options.ts';

/** Why a checkpoint is signed. */
export type Why = EntryOf<'checkpoint'>['why'];

/** A checkpoint at the moment its turn came, and what keeps its note. */
export interface PendingCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly keep: (note: string) => void;
}

/**
 * Signs checkpoints one after the other, beside the lane: taps go on being recorded while the HSM signs,
 * and an HSM that is gone stops none of them.
 */
export class CheckpointQueue {
  readonly #options: JournalOptions;
  readonly #take: (why: Why) => PendingCheckpoint;
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;
  #size = 0;

  constructor(options: JournalOptions, take: (why: Why) => PendingCheckpoint) {
    this.#options = options;
    this.#take = take;
  }

  /** Tells that the log has so many entries now; every so many of them a checkpoint is signed. */
  grownTo(size: number): void {
    this.#size = size;
    if (size - this.#asked >= (this.#options.checkpointEvery ?? 100)) void this.addQuietly('interval');
  }

  /** Signs when those before it are done. Throws where the HSM does not sign. */
  async add(why: Why): Promise<SignedCheckpoint> {
    this.#asked = this.#size;
    const signed = this.#last.then(() => this.#sign(why));
    this.#last = signed.catch(() => undefined);
    return signed;
  }

  /** A checkpoint that nobody waits for: what fails is told, and the next one covers the same entries. */
  async addQuietly(why: Why): Promise<SignedCheckpoint | undefined> {
    const size = this.#size;
    try {
      return await this.add(why);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      this.#options.tell?.({ event: 'journal-checkpoint-failed', size, reason });
      return undefined;
    }
  }

  /** When all that was asked for is signed, or has failed. */
  async idle(): Promise<void> {
    await this.#last;
  }

  async #sign(why: Why): Promise<SignedCheckpoint> {
    const { checkpoint, keep } = this.#take(why);
    const note = await signCheckpoint(checkpoint, this.#options.signer);
    keep(note);
    return { checkpoint, note, shortForm: shortForm(checkpoint) };
  }
}
