import { ReaderError } from './reader-error.ts';
import type { ConnectedCard } from './reader.ts';

/** As much of pcsclite's reader as commands need. */
export interface PcscHandle {
  readonly SCARD_SHARE_EXCLUSIVE: number;
  readonly SCARD_SHARE_DIRECT: number;
  readonly SCARD_PROTOCOL_T0: number;
  readonly SCARD_PROTOCOL_T1: number;
  readonly SCARD_LEAVE_CARD: number;
  readonly SCARD_RESET_CARD: number;
  connected: boolean;
  connect(
    options: { share_mode: number; protocol: number },
    done: (error: unknown, protocol: number) => void,
  ): void;
  transmit(
    command: Buffer,
    longest: number,
    protocol: number,
    done: (error: unknown, answer: Buffer) => void,
  ): void;
  disconnect(disposition: number, done: (error: unknown) => void): void;
}

/** Room for the longest answer there is, so that a card that gives too much is told apart from a fault. */
const LONGEST_ANSWER = 65_538;

/** PC/SC's codes for a card that is not there, or does not answer. */
const CARD_IS_GONE = [
  0x8010_000c, // no smart card
  0x8010_0013, // communication failed
  0x8010_0016, // not transacted
  0x8010_002f, // communication failed
  0x8010_0066, // unresponsive
  0x8010_0067, // unpowered
  0x8010_0068, // was reset
  0x8010_0069, // removed
];
const SHARING_VIOLATION = 0x8010_000b;

/** How to connect to a card. */
export interface ConnectOptions {
  /** Reset it first: pcscd may take it for the card before, and never have powered it. */
  readonly reset: boolean;
  /** Called, once at most, when the card turns out to be gone, whether or not pcscd has noticed. */
  readonly onGone: () => void;
}

/** The way to the cards of one reader: one card at a time, one command at a time. */
export class PcscChannel {
  readonly #handle: PcscHandle;
  #idle: Promise<void> = Promise.resolve();

  constructor(handle: PcscHandle) {
    this.#handle = handle;
  }

  /** Connects to the card in the field, once the one before has been let go of. */
  async connect({ reset, onGone }: ConnectOptions): Promise<ConnectedCard> {
    const before = this.#idle;
    let free: () => void = () => undefined;
    this.#idle = new Promise((resolve) => {
      free = resolve;
    });
    try {
      await before;
      if (reset) await this.#reset();
      return new PcscCard(this.#handle, await this.#openCard(), onGone, free);
    } catch (error) {
      free();
      if (isGone(error)) onGone();
      throw error;
    }
  }

  async #reset(): Promise<void> {
    // Direct: a card that did not answer when it came cannot be connected to in any other way.
    await this.#open(this.#handle.SCARD_SHARE_DIRECT, 0);
    await disconnect(this.#handle, this.#handle.SCARD_RESET_CARD);
  }

  #openCard(): Promise<number> {
    // Exclusive: while the gate is authenticated, whoever else could send commands could have the card sign.
    const { SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0, SCARD_PROTOCOL_T1 } = this.#handle;
    return this.#open(SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1);
  }

  #open(share_mode: number, protocol: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#handle.connect({ share_mode, protocol }, (error, chosen) => {
        if (isFailure(error)) reject(readerError(error));
        else resolve(chosen);
      });
    });
  }
}

class PcscCard implements ConnectedCard {
  readonly #handle: PcscHandle;
  readonly #protocol: number;
  readonly #free: () => void;
  #onGone: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #released: Promise<void> | undefined;

  constructor(handle: PcscHandle, protocol: number, onGone: () => void, free: () => void) {
    this.#handle = handle;
    this.#protocol = protocol;
    this.#onGone = onGone;
    this.#free = free;
  }

  transmit(command: Uint8Array): Promise<Uint8Array> {
    if (this.#released !== undefined) {
      return Promise.reject(new ReaderError('card-left', 'The card was let go of. Connect to it again.'));
    }
    const answer = this.#exchange(command);
    this.#last = answer.then(
      (bytes) => {
        if (bytes.length < 2) this.#gone();
      },
      (error: unknown) => {
        if (isGone(error)) this.#gone();
      },
    );
    return answer;
  }

  release(): Promise<void> {
    // LEAVE: a reset of a card that has gone makes pcscd see the next one late.
    this.#released ??= this.#last
      .then(() => disconnect(this.#handle, this.#handle.SCARD_LEAVE_CARD))
      .finally(this.#free);
    return this.#released;
  }

  #exchange(command: Uint8Array): Promise<Uint8Array> {
    // A view and no copy, which pcsclite copies at once: whoever sent a PIN can wipe it.
    const { buffer, byteOffset, byteLength } = command;
    const sent = Buffer.from(buffer, byteOffset, byteLength);
    return new Promise((resolve, reject) => {
      this.#handle.transmit(sent, LONGEST_ANSWER, this.#protocol, (error, bytes) => {
        if (isFailure(error)) reject(readerError(error));
        else resolve(bytes);
      });
    });
  }

  #gone(): void {
    this.#onGone?.();
    this.#onGone = undefined;
  }
}

/** Lets go of a card; a failure leaves nothing more to be done. */
function disconnect(handle: PcscHandle, disposition: number): Promise<void> {
  return new Promise((resolve) => {
    handle.disconnect(disposition, (error) => {
      // pcsclite goes on believing in a connection that could not be ended, and would not make another.
      if (isFailure(error)) handle.connected = false;
      resolve();
    });
  });
}

function isGone(error: unknown): boolean {
  return error instanceof ReaderError && error.code === 'card-left';
}

function isFailure(error: unknown): boolean {
  return error !== undefined && error !== null;
}

/** pcsclite puts PC/SC's code into the message, as (0x80100069). */
function readerError(cause: unknown): ReaderError {
  const message = cause instanceof Error ? cause.message : '';
  const code = Number.parseInt(/\(0x([0-9a-f]{8,16})\)/i.exec(message)?.[1]?.slice(-8) ?? '0', 16);
  if (CARD_IS_GONE.includes(code)) {
    return new ReaderError('card-left', 'The card left the reader. Hold it a little longer.', { cause });
  }
  if (code === SHARING_VIOLATION) {
    return new ReaderError(
      'reader-busy',
      'Another program holds the card on this reader. End it: the gate must have the reader for itself.',
      { cause },
    );
  }
  return new ReaderError('reader-away', 'The reader does not answer. Check that it is plugged in.', {
    cause,
  });
}
