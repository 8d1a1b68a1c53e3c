/** What requests leave behind for a while. */
export interface HttpTables {
  idempotency_keys: IdempotencyKeyRow;
  guesses: GuessesRow;
}

/** A request that was made with a key, and its answer. */
interface IdempotencyKeyRow {
  /** Whose key it is. */
  scope: string;
  key: string;
  /** SHA-256 of the request. */
  fingerprint: Buffer;
  /** None until it was answered. */
  status: number | null;
  /** None where the answer held a secret. */
  body: string | null;
  etag: string | null;
  location: string | null;
  started_at: number;
}

/** How often something that must not be guessed was tried lately. */
interface GuessesRow {
  /** SHA-256 of what it is about, so that no address or name stands here. */
  subject: Buffer;
  since: number;
  count: number;
}
