import type { Checkpoint } from './checkpoint.ts';

/** What can be wrong with a journal that was handed over. */
export type FindingCode =
  /** An entry is not what was signed. */
  | 'entry-changed'
  /** An entry is missing between others. */
  | 'entry-removed'
  /** Entries stand in another order than they were written in, or twice. */
  | 'entry-reordered'
  /** Bytes that no gate writes as an entry. */
  | 'entry-unreadable'
  /** A whole log is missing. */
  | 'log-gap'
  /** A log ends before what was signed, or before what its successor says of it. */
  | 'tail-cut'
  /** One log has two histories, both signed, or went on after its successor began. */
  | 'fork'
  /** A checkpoint's signature does not hold. */
  | 'bad-signature'
  /** A checkpoint is not signed by a key of this gate. */
  | 'unknown-key'
  /** An entry is dated before the one before it. */
  | 'clock-back';

/** One thing that is wrong, where, and in a sentence. */
export interface Finding {
  readonly code: FindingCode;
  readonly epoch: number;
  /** The entry's number, or the first of those it may be. */
  readonly number?: number;
  readonly sentence: string;
}

/** What a log came to. */
export interface LogReport {
  readonly epoch: number;
  readonly entries: number;
  /** How many of them a good signature covers. */
  readonly signed: number;
  /** The newest checkpoint of it that holds: for the receiver to remember. */
  readonly newest?: Checkpoint;
}

/** What a journal came to: good where there are no findings. */
export interface JournalReport {
  readonly gate: string;
  readonly logs: readonly LogReport[];
  readonly findings: readonly Finding[];
  /** Whether signatures were looked at: without the gate's key they prove nothing. */
  readonly signaturesChecked: boolean;
}
