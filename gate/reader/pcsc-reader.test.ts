// What no virtual reader can do: be unplugged, or be missing for hours. The rest is shown on a real pcscd.
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HeldTimer } from '../../test/gate-card/held-timer.ts';
import { watchPcscReaders } from './pcsc-reader.ts';
import type { ArrivedCard, Reader, ReaderStatus } from './reader.ts';

const PRESENT = 0x20;
const EMPTY = 0x10;
const state = (count: number, flags: number): { state: number } => ({ state: count * 0x10000 + flags });

/** A reader as pcsclite gives it, whose cards leave at every command. */
class PlainReader extends EventEmitter {
  readonly name: string;
  connected = false;

  constructor(name: string) {
    super();
    this.name = name;
  }

  connect(_options: object, done: (error: unknown, protocol: number) => void): void {
    done(null, 2);
  }

  transmit(
    _command: Buffer,
    _longest: number,
    _protocol: number,
    done: (error: unknown, answer: Buffer) => void,
  ): void {
    done(null, Buffer.alloc(0));
  }

  disconnect(_disposition: number, done: (error: unknown) => void): void {
    done(null);
  }

  close(): void {
    closed.push(this);
  }
}

class PlainService extends EventEmitter {
  close(): void {
    closed.push(this);
  }
}

/** What was closed, in its order. */
const closed: EventEmitter[] = [];

const services: PlainService[] = [];
let attempts = 0;
let missing = false;

vi.mock('pcsclite', () => ({
  default: () => {
    attempts += 1;
    if (missing) throw new Error('SCardEstablishContext error: Service not available.(0x8010001d)');
    const service = new PlainService();
    services.push(service);
    return service;
  },
}));

let timer: HeldTimer;
let arrived: ArrivedCard[];
let told: ReaderStatus[];

beforeEach(() => {
  timer = new HeldTimer();
  arrived = [];
  told = [];
  services.length = 0;
  closed.length = 0;
  attempts = 0;
  missing = false;
});

function watch(reader = ''): Reader {
  return watchPcscReaders(
    { reader, timer },
    { onCard: (card) => void arrived.push(card), onStatus: (status) => void told.push(status) },
  );
}

function plugIn(name: string): PlainReader {
  const reader = new PlainReader(name);
  services.at(-1)?.emit('reader', reader);
  return reader;
}

/** Has a card lost in mid-command, and lets go of it. */
async function lose(card: ArrivedCard | undefined): Promise<void> {
  const connected = await card?.connect();
  await connected?.transmit(Uint8Array.of(0, 0xa4, 0, 0));
  await connected?.release();
}

describe('a reader', () => {
  it('that is unplugged takes its card with it, and is there again when it is back', () => {
    const reader = watch();
    const first = plugIn('one');
    first.emit('status', state(1, PRESENT));
    first.emit('end');
    expect(arrived[0]?.left.aborted).toBe(true);
    expect(reader.status.readers).toEqual([]);
    expect(reader.status.problem).toContain('Plug one in');
    plugIn('one').emit('status', state(1, PRESENT));
    expect(reader.status).toEqual({ readers: ['one'] });
    expect(arrived.map(({ left }) => left.aborted)).toEqual([true, false]);
  });

  it('that is unplugged leaves the others as they are', () => {
    const reader = watch();
    const first = plugIn('one');
    plugIn('two').emit('status', state(1, PRESENT));
    first.emit('end');
    expect(reader.status.readers).toEqual(['two']);
    expect(arrived[0]?.left.aborted).toBe(false);
  });

  it('that is missing from the start is said to be, once the first list should have come', () => {
    watch('one');
    expect(told).toEqual([]);
    timer.pass(300);
    expect(told.map(({ problem }) => problem)).toEqual([expect.stringContaining('called one')]);
  });
});

describe('the PC/SC service', () => {
  it('is looked for in pauses that grow, and no longer than five seconds', () => {
    missing = true;
    watch();
    const at = [0, 100, 300, 700, 1500, 3100, 6300, 11_300, 16_300];
    for (const [tries, when] of at.entries()) {
      timer.pass(when - timer.now() - (when > 0 ? 1 : 0));
      expect(attempts).toBe(Math.max(1, tries));
      if (when > 0) timer.pass(1);
      expect(attempts).toBe(tries + 1);
    }
  });

  it('is found again at once where it was well before', () => {
    watch();
    plugIn('one');
    services[0]?.emit('error', new Error('SCardGetStatusChange error: (0x8010001e)'));
    expect(told.at(-1)?.problem).toContain('Start pcscd');
    timer.pass(100);
    plugIn('one');
    expect(told.at(-1)).toEqual({ readers: ['one'] });
  });

  it('is lost once, whoever tells of it', () => {
    watch();
    const reader = plugIn('one');
    const error = new Error('SCardGetStatusChange error: (0x8010001e)');
    services[0]?.emit('error', error);
    reader.emit('error', error);
    reader.emit('end');
    timer.pass(10_000);
    expect(attempts).toBe(2);
  });

  it('is not looked for any more by a watch that has ended', async () => {
    missing = true;
    await watch().close();
    timer.pass(60_000);
    expect(attempts).toBe(1);
  });
});

describe('a card that was lost', () => {
  it('and is still said to be there is taken to have come again', async () => {
    watch();
    plugIn('one').emit('status', state(1, PRESENT));
    await lose(arrived[0]);
    timer.pass(499);
    expect(arrived).toHaveLength(1);
    timer.pass(2);
    expect(arrived).toHaveLength(2);
    expect(arrived[0]?.left.aborted).toBe(true);
    expect(arrived[1]?.left.aborted).toBe(false);
  });

  it('and is seen to have left is not taken to have come again', async () => {
    watch();
    const reader = plugIn('one');
    reader.emit('status', state(1, PRESENT));
    await lose(arrived[0]);
    reader.emit('status', state(2, EMPTY));
    timer.pass(10_000);
    expect(arrived).toHaveLength(1);
  });

  it('again and again is not asked for ever, but each new card anew', async () => {
    watch();
    const reader = plugIn('one');
    for (const cards of [1, 2]) {
      reader.emit('status', state(2 * cards - 1, PRESENT));
      for (let look = 0; look < 20; look += 1) {
        await lose(arrived.at(-1));
        timer.pass(501);
      }
      expect(arrived).toHaveLength(9 * cards);
      reader.emit('status', state(2 * cards, EMPTY));
    }
  });
});

describe('a watch that is closed', () => {
  /** Lets a close come to its next pause, and passes that. */
  async function passPauses(...milliseconds: number[]): Promise<void> {
    for (const each of milliseconds) {
      await new Promise(setImmediate);
      timer.pass(each);
    }
    await new Promise(setImmediate);
  }

  it('tells of nothing from then on, and leaves no reader open', async () => {
    const reader = watch();
    const one = plugIn('one');
    one.emit('status', state(1, PRESENT));
    const before = told.length;
    const closing = reader.close();
    expect(arrived[0]?.left.aborted).toBe(true);
    one.emit('status', state(2, EMPTY));
    one.emit('status', state(3, PRESENT));
    await passPauses(250);
    await closing;
    expect(arrived).toHaveLength(1);
    expect(told).toHaveLength(before);
    expect(closed).toEqual([one, services[0]]);
    expect(timer.waiting).toBe(0);
  });

  it('closes a reader that comes while it closes, once that has told of itself', async () => {
    const reader = watch();
    const one = plugIn('one');
    one.emit('status', state(1, EMPTY));
    const closing = reader.close();
    await passPauses(100);
    const two = plugIn('two');
    await passPauses(150);
    expect(closed).toEqual([]);
    two.emit('status', state(1, PRESENT));
    await passPauses(249);
    expect(closed).toEqual([]);
    await passPauses(1);
    await closing;
    expect(arrived).toEqual([]);
    expect(closed).toEqual([one, two, services[0]]);
  });

  it('waits for the first list, and for no reader for ever', async () => {
    const reader = watch();
    const closing = reader.close();
    await passPauses(299);
    const silent = plugIn('silent');
    await passPauses(1999, 1, 249);
    expect(closed).toEqual([]);
    await passPauses(1);
    await closing;
    expect(closed).toEqual([silent, services[0]]);
  });

  it('closes as often as it is asked to once', async () => {
    const reader = watch();
    plugIn('one').emit('status', state(1, EMPTY));
    const closing = [reader.close(), reader.close()];
    await passPauses(250);
    await Promise.all(closing);
    expect(closed).toHaveLength(2);
  });

  it('leaves nothing open of a service that it lost before', async () => {
    const reader = watch();
    const one = plugIn('one');
    const two = plugIn('two');
    for (const each of [one, two]) each.emit('status', state(1, EMPTY));
    one.emit('error', new Error('SCardGetStatusChange error: (0x80100017)'));
    one.emit('end');
    const closing = reader.close();
    two.emit('status', state(2, PRESENT));
    await passPauses(250);
    await closing;
    expect(closed).toEqual([two, services[0]]);
    expect(arrived).toEqual([]);
    timer.pass(60_000);
    expect(attempts).toBe(1);
  });
});
