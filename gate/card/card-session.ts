import { systemTimer, type Timer } from '../reader/timer.ts';
import type { Card } from '../reader/reader.ts';
import { ApduError, decodeAnswer, encodeCommand, type Answer, type Command } from './apdu.ts';
import { CardError } from './card-error.ts';

/** How long one command took, and how much went over the air; nothing of what it said. */
export interface CommandTiming {
  readonly name: string;
  /** When it was sent, in milliseconds since the session began. */
  readonly at: number;
  readonly milliseconds: number;
  readonly sent: number;
  readonly received: number;
  /** The status word, or nothing where the card did not answer. */
  readonly status?: number;
}

export interface CardSessionOptions {
  /** The longest that one command, and all of them together, may take. */
  readonly milliseconds: { readonly command: number; readonly tap: number };
  /** Aborted when the card is seen to have left. */
  readonly left?: AbortSignal | undefined;
  readonly timer?: Timer | undefined;
  /** Called after each command, also after the one that failed. */
  readonly onCommand?: ((timing: CommandTiming) => void) | undefined;
}

/**
 * A conversation with one card. What comes back is held to what was asked for; a card that leaves, is too
 * slow, or answers nonsense ends it with a `CardError`.
 */
export class CardSession {
  readonly #card: Card;
  readonly #options: CardSessionOptions;
  readonly #timer: Timer;
  readonly #began: number;
  /** Fails as soon as the card leaves. One listener serves the whole session. */
  readonly #gone: Promise<never>;

  constructor(card: Card, options: CardSessionOptions) {
    this.#card = card;
    this.#options = options;
    this.#timer = options.timer ?? systemTimer;
    this.#began = this.#timer.now();
    this.#gone = leaving(options.left);
  }

  /** Sends a command; any status word but nonsense is the caller's to judge. */
  async send(name: string, command: Command): Promise<Answer> {
    const bytes = encodeCommand(command);
    const at = this.#timer.now();
    let received = 0;
    let status: number | undefined;
    try {
      const answer = await this.#exchange(bytes, command.expected ?? 0);
      received = answer.data.length + 2;
      status = answer.status;
      return answer;
    } finally {
      if (command.secret === true) bytes.fill(0);
      this.#options.onCommand?.({
        name,
        at: at - this.#began,
        milliseconds: this.#timer.now() - at,
        sent: bytes.length,
        received,
        ...(status === undefined ? {} : { status }),
      });
    }
  }

  /** Waits for something else than the card, no longer than the card may be kept. */
  async whilePresent<Value>(work: Promise<Value>): Promise<Value> {
    return this.#limited(work, this.#options.milliseconds.tap);
  }

  async #exchange(bytes: Uint8Array, expected: number): Promise<Answer> {
    const transmitted = this.#card.transmit(bytes).catch((cause: unknown) => {
      throw cardLeft(cause);
    });
    const answer = await this.#limited(transmitted, this.#options.milliseconds.command);
    // A reader that lost its card in mid-command reports success with nothing.
    if (answer.length < 2) throw cardLeft();
    // More than was asked for would be a card that tries how much a reader will take.
    if (answer.length > expected + 2) throw unreadable('more than was asked for');
    try {
      return decodeAnswer(answer);
    } catch (cause) {
      if (cause instanceof ApduError) throw unreadable('no status word', cause);
      throw cause;
    }
  }

  async #limited<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
    const rest = this.#began + this.#options.milliseconds.tap - this.#timer.now();
    let callOff = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      callOff = this.#timer.after(Math.max(0, Math.min(milliseconds, rest)), () => {
        reject(new CardError('timed-out', 'The card took too long. Hold it to the reader again.'));
      });
    });
    try {
      return await Promise.race([this.#gone, work, late]);
    } finally {
      callOff();
    }
  }
}

function leaving(left: AbortSignal | undefined): Promise<never> {
  const gone = new Promise<never>((_, reject) => {
    const leave = (): void => {
      reject(cardLeft());
    };
    if (left?.aborted === true) leave();
    else left?.addEventListener('abort', leave, { once: true });
  });
  // A card may well leave when nothing is asked of it any more.
  gone.catch(() => undefined);
  return gone;
}

/** The error for a card that is no longer there. */
export function cardLeft(cause?: unknown): CardError {
  return new CardError('card-left', 'The card left the reader too early. Hold it a little longer.', {
    cause,
  });
}

/** The error for answers that no My Number Card gives. */
export function unreadable(what: string, cause?: unknown): CardError {
  return new CardError('unreadable', `The card answers with ${what}. Try it again, or another card.`, {
    cause,
  });
}
