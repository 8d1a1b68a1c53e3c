import type { Socket } from 'node:net';
import type { VirtualCard } from '../card/virtual-card.ts';

/**
 * What the virtual reader says and hears on its socket: a message is two bytes of length, big endian, and
 * that many bytes. A message of one byte is the reader speaking of power; anything longer is a command.
 */
const powerMessages = new Map<number, (card: VirtualCard) => Uint8Array | 'silence'>([
  [
    0,
    silently((card) => {
      card.powerOff();
    }),
  ],
  [
    1,
    silently((card) => {
      card.powerOn();
    }),
  ],
  [
    2,
    silently((card) => {
      card.reset();
    }),
  ],
  [4, (card) => card.atr],
]);

/** The reader waits for no answer to these. */
function silently(act: (card: VirtualCard) => void): (card: VirtualCard) => 'silence' {
  return (card) => {
    act(card);
    return 'silence';
  };
}

/** What fits into a length of two bytes. */
const longestMessage = 0xffff;

/** Why a card is no longer on its reader: it left by itself, or the reader let go of it. */
type Departure = 'card-left' | 'reader-gone';

/** A card on a virtual reader, for as long as it lies there. */
export interface VpcdConnection {
  /** Resolves when the reader has looked at the card for the first time. */
  readonly seen: Promise<unknown>;
  /** Resolves when the reader, too, has noticed that the card no longer lies there. */
  readonly gone: Promise<Departure>;
  /** Whether the card still lies there. */
  present(): boolean;
  /** Takes the card away, in the middle of a command if need be. */
  leave(): void;
}

/**
 * Lays `card` on the virtual reader that `socket` leads to. The card lives in this process: each message
 * of the reader is answered from here, one after the other, until one side lets go.
 */
export function serveCard(socket: Socket, card: VirtualCard): VpcdConnection {
  socket.setNoDelay(true);
  const seen = latch<undefined>();
  const gone = latch<Departure>();
  let pending: Buffer = Buffer.alloc(0);
  let busy = false;
  let departure: Departure | undefined;

  // Only our half is closed: the reader then reads an end where it expects an answer, as if the field had
  // gone dark, and closes its own half once it has understood.
  const leave = (): void => {
    departure ??= 'card-left';
    socket.end();
  };

  /** The answer to one message; `undefined` where the card has left. */
  const answerTo = (message: Uint8Array): Uint8Array | undefined | 'silence' => {
    const power = message.length === 1 ? powerMessages.get(message[0] ?? 0) : undefined;
    return power === undefined ? card.transmit(message) : power(card);
  };

  const next = (): void => {
    while (!busy && departure === undefined && pending.length >= 2) {
      const length = pending.readUInt16BE(0);
      if (pending.length < 2 + length) return;
      const message = Uint8Array.from(pending.subarray(2, 2 + length));
      pending = pending.subarray(2 + length);
      seen.release(undefined);
      const arrived = performance.now();
      const answer = answerTo(message);
      if (answer === 'silence') continue;
      const delay = message.length === 1 ? 0 : (card.delayOf?.(message, answer) ?? 0);
      if (delay <= 0) {
        send(answer);
        continue;
      }
      busy = true;
      at(arrived + delay, () => {
        busy = false;
        send(answer);
        next();
      });
    }
  };

  const send = (answer: Uint8Array | undefined): void => {
    if (departure !== undefined) return;
    // Told of an answer of no bytes, vpcd would wait for the first of them for ever, and pcscd with it. Its
    // client is to get no bytes, and that is what it gets from a card that leaves.
    if (answer === undefined || answer.length === 0) {
      leave();
      return;
    }
    const carried = answer.subarray(0, longestMessage);
    const framed = Buffer.alloc(2 + carried.length);
    framed.writeUInt16BE(carried.length, 0);
    framed.set(carried, 2);
    socket.write(framed);
  };

  socket.on('data', (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    next();
  });
  socket.on('error', () => {
    departure ??= 'reader-gone';
  });
  socket.on('close', () => {
    departure ??= 'reader-gone';
    seen.release(undefined);
    gone.release(departure);
  });

  return { seen: seen.promise, gone: gone.promise, present: () => departure === undefined, leave };
}

/** How far off a timer of Node's may be, in milliseconds. */
const timerSlack = 1.5;

/** Acts at a moment, closer to it than a timer comes: a modelled card is timed by the tenth of a millisecond. */
function at(moment: number, act: () => void): void {
  const left = moment - performance.now();
  if (left <= 0) act();
  else if (left > timerSlack) setTimeout(at, left - timerSlack, moment, act);
  else setImmediate(at, moment, act);
}

/** A promise that is kept from outside. */
function latch<Value>(): { promise: Promise<Value>; release: (value: Value) => void } {
  let release: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}
