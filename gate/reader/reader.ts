/** A card that takes commands. */
export interface Card {
  /**
   * One command, one answer with its two status bytes. An answer under two bytes means that the card is
   * gone, and so does a `ReaderError`.
   */
  transmit(command: Uint8Array): Promise<Uint8Array>;
}

/** A card that this program alone speaks to. */
export interface ConnectedCard extends Card {
  /** Lets go of the card, once a command under way has ended; never fails. */
  release(): Promise<void>;
}

/** A card that has come into a reader's field. */
export interface ArrivedCard {
  /** The reader's name. */
  readonly reader: string;
  /** When it was noticed, on the timer's clock: a tap begins here. */
  readonly arrivedAt: number;
  /** Aborted when the card is seen to have left, or its reader goes away. */
  readonly left: AbortSignal;
  /** Raises a `ReaderError`. */
  connect(): Promise<ConnectedCard>;
}

/** What a watched reader tells. */
export interface ReaderListener {
  /** A card came. It is called for each arrival once, also where another card follows at once. */
  onCard(card: ArrivedCard): void;
  /** The readers in use changed. */
  onStatus?(status: ReaderStatus): void;
}

/** Whether cards can come at all. */
export interface ReaderStatus {
  /** Readers in use, by name. */
  readonly readers: readonly string[];
  /** Why there is none, as a sentence that says what to do. */
  readonly problem?: string;
}

/** One or more readers under watch. */
export interface Reader {
  readonly status: ReaderStatus;
  /** Ends the watch; cards that are connected are not touched. */
  close(): Promise<void>;
}
