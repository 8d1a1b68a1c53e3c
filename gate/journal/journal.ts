import type { Database } from 'better-sqlite3';
import type { NoteKey } from '../../hsm/seal/signed-note.ts';
import type { Admissions } from '../decide/admissions.ts';
import { checkCountersigned } from './countersignature.ts';
import { CheckpointQueue, type PendingCheckpoint, type Why } from './checkpoint-queue.ts';
import { guarded, lockJournal } from './database.ts';
import type { Derived, Place } from './derived.ts';
import { encodeEntry, type Entry, type EntryContent } from '../journal-format/entry.ts';
import { systemTimer } from '../reader/timer.ts';
import { exportBesideTaps } from './export.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { checkStart, type JournalOptions, type SignedCheckpoint } from './journal-options.ts';
import type { LogStore } from './log-store.ts';
import { GrowingTree, leafHash } from '../journal-format/merkle-tree.ts';
import { openSound, type SoundDatabase } from './open-journal.ts';
import { Questions, type Counts, type PastMovement, type Whom } from './questions.ts';
import { writeEpoch } from './recovery.ts';
import { WriteAheadKeeper } from './write-ahead-keeper.ts';

/**
 * The gate's record of all that happened: append-only, its tampering or loss detectable. One SQLite file;
 * one log for each boot, named by gate and boot epoch.
 *
 * `admissionsOf`, `decide` and `record` are synchronous on purpose: called one after the other without an
 * `await` between them, no other tap comes between a question and its answer.
 *
 * @example
 * const journal = await Journal.open({ file, gate: 'north-1', signer, now: Date.now });
 * const admissions = journal.admissionsOf({ session, tag, ticket: record.ticket });
 * const verdict = decide({ credential, record, admissions, rules, lane, now });
 * journal.record(tapEntry(…)); // on the disk from here on: the light may go on
 * await journal.close();
 */
export class Journal {
  readonly epoch: number;
  readonly gate: string;
  readonly #options: JournalOptions;
  readonly #database: Database;
  readonly #store: LogStore;
  readonly #derived: Derived;
  readonly #questions: Questions;
  readonly #lock: { release(): void };
  readonly #tree = new GrowingTree();
  readonly #write: (entry: Entry, bytes: Uint8Array, leaf: Uint8Array, beside: () => void) => void;
  readonly #writeAhead: WriteAheadKeeper;
  #newest: number;
  readonly #checkpoints: CheckpointQueue;
  #closing: Promise<SignedCheckpoint | undefined> | undefined;
  #state: 'open' | 'stopping' | 'closed' = 'open';

  private constructor(options: JournalOptions, sound: SoundDatabase, lock: { release(): void }) {
    const { database, store, derived } = sound;
    this.#options = options;
    this.#lock = lock;
    this.#database = database;
    this.#store = store;
    this.#derived = derived;
    this.#questions = new Questions(database, options.gate);
    this.gate = options.gate;
    this.epoch = sound.nextEpoch;
    this.#newest = options.clockWasAhead === true ? 0 : (sound.end?.at ?? 0);
    this.#checkpoints = new CheckpointQueue(options, (why) => this.#checkpointNow(why));
    this.#writeAhead = new WriteAheadKeeper(database, options.timer ?? systemTimer);
    this.#write = database.transaction(
      (entry: Entry, bytes: Uint8Array, leaf: Uint8Array, beside: () => void) => {
        store.append({ epoch: this.epoch, number: entry.number, bytes, leaf });
        derived.apply(entry, this.epoch);
        beside();
      },
    );
  }

  /** Opens the journal and begins a new log in it; mends what can be mended and says so to `tell`. */
  static async open(options: JournalOptions): Promise<Journal> {
    const lock = lockJournal(options.file);
    let sound: SoundDatabase | undefined;
    let journal: Journal | undefined;
    try {
      const now = options.now();
      sound = openSound(options.file, now, options.tell ?? (() => undefined));
      checkStart(sound.end, options, now);
      journal = new Journal(options, sound, lock);
      journal.#begin(sound, now);
      // Before anything is signed or shown under this number, so that no other log ever has it.
      writeEpoch(options.file, sound.nextEpoch);
      await journal.#checkpoints.addQuietly('open');
      return journal;
    } catch (error) {
      if (journal !== undefined) journal.#writeAhead.close();
      sound?.database.close();
      lock.release();
      throw error;
    }
  }

  /**
   * Records what happened. When it returns, the entry is on the disk, with all that follows from it. When
   * it throws (a `JournalError`), nothing was recorded: nobody may be let in.
   */
  record(content: EntryContent): Place {
    return this.#record(content, () => undefined);
  }

  /** Records, with what else is to be written or not written together with the entry. */
  #record(content: EntryContent, beside: () => void): Place {
    if (this.#state !== 'open') throw notOpen();
    if (content.at < this.#newest) {
      throw new JournalError(
        'clock-behind',
        'The clock is behind the newest entry of the journal: set it right, then restart the gate.',
      );
    }
    if (content.kind === 'undo') this.#checkUndo(content);
    if (content.kind === 'pack') this.#checkPack(content);
    const entry: Entry = { ...content, number: this.#tree.size };
    const bytes = encodeEntry(entry);
    const leaf = leafHash(bytes);
    guarded(() => {
      this.#write(entry, bytes, leaf, beside);
    });
    this.#writeAhead.written();
    this.#tree.append(leaf);
    this.#newest = content.at;
    this.#checkpoints.grownTo(this.#tree.size);
    return { epoch: this.epoch, number: entry.number };
  }

  /** All that `decide` asks about a card, its ticket and its party. */
  admissionsOf(whom: Whom): Admissions {
    this.#checkOpen();
    return guarded(() => ({ ...this.#questions.admissionsOf(whom), newest: this.#newest }));
  }

  /** Counts of a session, for the staff's screen. */
  counts(session: string): Counts {
    this.#checkOpen();
    return guarded(() => this.#questions.counts(session));
  }

  /** A ticket's movements, oldest first, each with the place by which it can be undone. */
  movementsOf(of: { readonly session: string; readonly ticket: string }): PastMovement[] {
    this.#checkOpen();
    return guarded(() => this.#questions.movementsOf(of));
  }

  /** The highest version of a session's packs that this gate ever took; 0 where none. */
  highestPack(event: string, session: string): number {
    this.#checkOpen();
    return guarded(() => this.#questions.highestPack(event, session));
  }

  /** The newest entries, newest first. */
  newest(count: number): { readonly epoch: number; readonly entry: Entry }[] {
    this.#checkOpen();
    return guarded(() => this.#store.newest(count));
  }

  /** Signs what is recorded so far. Throws where the HSM does not sign. */
  async checkpoint(why: Why = 'interval'): Promise<SignedCheckpoint> {
    this.#checkOpen();
    return this.#checkpoints.add(why);
  }

  /** Signs, and gives the whole journal as one file; taps go on meanwhile. */
  async handOver(): Promise<{ readonly file: Uint8Array; readonly checkpoint: SignedCheckpoint }> {
    const checkpoint = await this.checkpoint('hand-over');
    return { file: await exportBesideTaps(this.#options.file, this.gate), checkpoint };
  }

  /**
   * Keeps what a receiver signed: one of this journal's checkpoints, with the receiver's signature on it.
   * Answers whether it is the receiver's first on that checkpoint.
   */
  keepCountersignature(note: string, by: NoteKey): boolean {
    this.#checkOpen();
    const { epoch, size, isFirst } = guarded(() =>
      checkCountersigned(this.#store, note, this.#options.signer.publicKey, by),
    );
    if (!isFirst) return false;
    guarded(() => {
      this.#store.addCountersignature(epoch, size, note);
    });
    this.record({ kind: 'countersigned', at: this.#ownTime(), epoch, size, by: by.name });
    return true;
  }

  /** Records the stop, signs the whole and closes. The checkpoint is what the closing slip shows. */
  close(): Promise<SignedCheckpoint | undefined> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<SignedCheckpoint | undefined> {
    await this.#checkpoints.idle();
    try {
      this.record({ kind: 'stop', at: this.#ownTime() });
      this.#state = 'stopping';
      return await this.#checkpoints.addQuietly('close');
    } finally {
      this.#state = 'closed';
      this.#writeAhead.close();
      this.#database.close();
      this.#lock.release();
    }
  }

  #begin({ end, afterDamage }: SoundDatabase, now: number): void {
    const { gate, software } = this.#options;
    this.record({
      kind: 'start',
      at: now,
      gate,
      epoch: this.epoch,
      ...(end === undefined ? {} : { previous: { epoch: end.epoch, size: end.size, root: end.root } }),
      ...(afterDamage ? { afterDamage } : {}),
      ...(software === undefined ? {} : { software }),
    });
    if (end !== undefined && now < end.at) {
      this.record({ kind: 'clock', at: now, expected: end.at, found: now });
    }
    this.#options.tell?.({ event: 'journal-opened', epoch: this.epoch, entries: end?.size ?? 0 });
  }

  #checkpointNow(why: Why): PendingCheckpoint {
    this.#checkOpen();
    const [size, root] = [this.#tree.size, this.#tree.root()];
    return {
      checkpoint: { gate: this.gate, epoch: this.epoch, size, root },
      keep: (note) => {
        const add = (): void => {
          this.#store.addCheckpoint(this.epoch, size, note);
        };
        // The last checkpoint of a log covers all of it: nothing is written after it.
        if (this.#state !== 'open') guarded(add);
        // One transaction, so that the lane waits for the disk once.
        else this.#record({ kind: 'checkpoint', at: this.#ownTime(), size, root, why }, add);
      },
    };
  }

  /** The journal's own entries are dated by the clock, but never before what is there. */
  #ownTime(): number {
    return Math.max(this.#options.now(), this.#newest);
  }

  #checkUndo({ admission }: Extract<EntryContent, { kind: 'undo' }>): void {
    if (guarded(() => this.#derived.movementAt(admission)) !== undefined) return;
    throw new JournalError(
      'nothing-to-undo',
      'There is no admission at this place of the journal, or it is undone already.',
    );
  }

  #checkPack({ event, session, version }: Extract<EntryContent, { kind: 'pack' }>): void {
    const highest = this.highestPack(event, session);
    if (version > highest) return;
    throw new JournalError(
      'older-pack',
      `Version ${highest} was taken for this session already; take a higher one.`,
    );
  }

  #checkOpen(): void {
    if (this.#state === 'closed') throw notOpen();
  }
}

function notOpen(): JournalError {
  return new JournalError('not-open', 'The journal is closed; open it again first.');
}
