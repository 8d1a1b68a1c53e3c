/** What a journal has to say besides its answers, for the structured log: never anything personal. */
export type JournalEvent =
  /** A log was begun. */
  | { readonly event: 'journal-opened'; readonly epoch: number; readonly entries: number }
  /** The database was damaged: it is kept under `copy`, and so many of its entries were taken over. */
  | { readonly event: 'journal-damaged'; readonly copy: string; readonly salvaged: number }
  /** Counts did not agree with the entries, and were worked out again. */
  | { readonly event: 'journal-counts-rebuilt'; readonly entries: number }
  /** The HSM did not sign a checkpoint; the next one covers the same entries. */
  | { readonly event: 'journal-checkpoint-failed'; readonly size: number; readonly reason: string };
