import pcsc from 'pcsclite';
import { PcscChannel, type PcscHandle } from './pcsc-channel.ts';
import { Presence } from './presence.ts';
import { readerIsWanted } from './reader-name.ts';
import type { Reader, ReaderListener, ReaderStatus } from './reader.ts';
import { systemTimer, type Timer } from './timer.ts';

/** After the PC/SC service went away: the first pause before looking for it again, and the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** How long the service may take to list its readers before none are taken to be there. */
const FIRST_LIST = 300;

/** How long a thread of pcsclite takes at most, on a busy machine, from telling of a change to its next wait. */
const BACK_TO_WAIT = 250;

/** How long a reader may take to tell of itself for the first time, before it is closed all the same. */
const FIRST_STATE = 2000;

/**
 * pcscd looks at a reader every 0.4 s. A card that leaves and comes back in between, or another in its place,
 * is never told of, nor is one that had too little power to answer at first: so a card that was lost, and is
 * still said to be there after this long, is taken to have come again. So many times; one that answers
 * nothing for ever is not asked for ever.
 */
const LOOK_AGAIN_AFTER = 500;
const MOST_LOOKS = 8;

export interface PcscOptions {
  /** The reader's name or a part of it, `*` standing for anything; every reader where left out. */
  readonly reader?: string;
  readonly timer?: Timer;
}

type Service = ReturnType<typeof pcsc>;
type CardReader = Parameters<Parameters<Service['once']>[1]>[0];

/**
 * Watches PC/SC readers. Readers may be unplugged and come back, and so may the PC/SC service: the watch
 * goes on. `PCSCLITE_CSOCK_NAME` in the environment leads to another service than the machine's own.
 *
 * @example
 * const reader = watchPcscReaders({ reader: 'ACR1252' }, { onCard: (card) => void tap(card) });
 * ...
 * await reader.close();
 */
export function watchPcscReaders(options: PcscOptions, listener: ReaderListener): Reader {
  return new PcscReader(options, listener);
}

class PcscReader implements Reader {
  readonly #wanted: string;
  readonly #timer: Timer;
  readonly #listener: ReaderListener;
  #connection: ServiceConnection | undefined;
  #status: ReaderStatus = { readers: [], problem: 'The readers have not been looked for yet.' };
  #pause = FIRST_PAUSE;
  #callOff: (() => void) | undefined;
  #closed = false;

  constructor(options: PcscOptions, listener: ReaderListener) {
    this.#wanted = options.reader ?? '';
    this.#timer = options.timer ?? systemTimer;
    this.#listener = listener;
    this.#connect();
  }

  get status(): ReaderStatus {
    return this.#status;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#callOff?.();
    await this.#connection?.close();
    this.#connection = undefined;
  }

  #connect(): void {
    try {
      this.#connection = new ServiceConnection(this.#wanted, this.#timer, {
        onCard: this.#listener.onCard.bind(this.#listener),
        onReaders: (readers) => {
          this.#pause = FIRST_PAUSE;
          this.#say(readers.length === 0 ? { readers, problem: this.#noReader() } : { readers });
        },
        onLost: () => {
          this.#connection = undefined;
          this.#connectLater();
        },
      });
    } catch {
      this.#connectLater();
    }
  }

  #connectLater(): void {
    if (this.#closed) return;
    this.#say({ readers: [], problem: 'The PC/SC service does not answer. Start pcscd.' });
    this.#callOff = this.#timer.after(this.#pause, () => {
      this.#connect();
    });
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  #noReader(): string {
    return this.#wanted === ''
      ? 'There is no card reader. Plug one in.'
      : `There is no card reader called ${this.#wanted}. Plug it in, or name another in the configuration.`;
  }

  #say(status: ReaderStatus): void {
    if (this.#closed || JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#listener.onStatus?.(status);
  }
}

interface ServiceListener extends Pick<ReaderListener, 'onCard'> {
  onReaders(names: readonly string[]): void;
  onLost(): void;
}

/** One life of the PC/SC service: from finding it to its end. */
class ServiceConnection {
  readonly #service: Service;
  readonly #wanted: string;
  readonly #timer: Timer;
  readonly #listener: ServiceListener;
  readonly #readers = new Map<CardReader, WatchedReader | undefined>();
  readonly #channels = new Map<string, PcscChannel>();
  readonly #firstList: () => void;
  /** Readers that have not told of themselves yet. */
  readonly #silent = new Set<CardReader>();
  #onLastHeard: () => void = () => undefined;
  #over = false;

  /** Throws where there is no service. */
  constructor(wanted: string, timer: Timer, listener: ServiceListener) {
    this.#wanted = wanted;
    this.#timer = timer;
    this.#listener = listener;
    this.#service = pcsc();
    this.#service.on('error', () => {
      this.#lost();
    });
    this.#service.on('reader', (reader) => {
      this.#add(reader);
    });
    // Where the first list of readers is empty, pcsclite says nothing: say so once it should have come.
    this.#firstList = timer.after(FIRST_LIST, () => {
      this.#tellReaders();
    });
  }

  async close(): Promise<void> {
    if (this.#over) return;
    this.#end();
    await this.#allHeard();
    // Long enough for a thread that has just told of something to wait again, and not from within a callback
    // of pcsclite: it holds its locks there, and closing takes them again.
    await new Promise((resolve) => setTimeout(resolve, BACK_TO_WAIT));
    for (const reader of this.#readers.keys()) reader.close();
    this.#service.close();
  }

  #add(reader: CardReader): void {
    const wanted = readerIsWanted(reader.name, this.#wanted);
    const watched = wanted
      ? new WatchedReader(reader.name, this.#channelOf(reader), this.#timer, this.#listener)
      : undefined;
    this.#readers.set(reader, watched);
    this.#silent.add(reader);
    reader.on('status', ({ state }) => {
      this.#heard(reader);
      watched?.changed(state);
    });
    reader.on('error', () => {
      this.#lost();
    });
    reader.on('end', () => {
      watched?.away();
      this.#heard(reader);
      this.#readers.delete(reader);
      this.#tellReaders();
    });
    this.#tellReaders();
  }

  /**
   * pcsclite cancels a reader's wait five times within 50 ms and then waits for its thread: where the thread
   * had not begun to wait by then (a pcscd that has just started takes longer to answer), it does so for
   * ever, and with it the whole process. One that has told of itself waits.
   */
  async #allHeard(): Promise<void> {
    if (this.#silent.size === 0) return;
    await new Promise<void>((resolve) => {
      const callOff = this.#timer.after(FIRST_STATE, resolve);
      this.#onLastHeard = () => {
        callOff();
        resolve();
      };
    });
  }

  #heard(reader: CardReader): void {
    if (this.#silent.delete(reader) && this.#silent.size === 0) this.#onLastHeard();
  }

  #channelOf(reader: CardReader): PcscChannel {
    const known = this.#channels.get(reader.name);
    if (known !== undefined) return known;
    const channel = new PcscChannel(commandHandle(reader));
    this.#channels.set(reader.name, channel);
    return channel;
  }

  #tellReaders(): void {
    if (this.#over) return;
    const inUse = [...this.#readers].filter(([, watched]) => watched !== undefined);
    this.#listener.onReaders(inUse.map(([reader]) => reader.name).sort());
  }

  #lost(): void {
    if (this.#over) return;
    this.#end();
    this.#listener.onLost();
  }

  #end(): void {
    this.#over = true;
    this.#firstList();
    for (const watched of this.#readers.values()) watched?.away();
  }
}

/** The cards that come to one reader. */
class WatchedReader {
  readonly #name: string;
  readonly #channel: PcscChannel;
  readonly #timer: Timer;
  readonly #listener: Pick<ReaderListener, 'onCard'>;
  readonly #presence = new Presence();
  #card: AbortController | undefined;
  #looks = 0;
  #callOff: (() => void) | undefined;
  #away = false;

  constructor(name: string, channel: PcscChannel, timer: Timer, listener: Pick<ReaderListener, 'onCard'>) {
    this.#name = name;
    this.#channel = channel;
    this.#timer = timer;
    this.#listener = listener;
  }

  changed(state: number): void {
    if (this.#away) return;
    const change = this.#presence.next(state);
    if (change === 'none') return;
    this.#left();
    this.#looks = 0;
    if (change !== 'left') this.#arrived(false);
  }

  away(): void {
    this.#away = true;
    this.#left();
  }

  #left(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#card?.abort();
    this.#card = undefined;
  }

  #arrived(reset: boolean): void {
    const card = new AbortController();
    this.#card = card;
    const onGone = (): void => {
      this.#lookAgain(card);
    };
    this.#listener.onCard({
      reader: this.#name,
      arrivedAt: this.#timer.now(),
      left: card.signal,
      connect: () => this.#channel.connect({ reset, onGone }),
    });
  }

  #lookAgain(card: AbortController): void {
    if (this.#card !== card || this.#callOff !== undefined || this.#looks === MOST_LOOKS) return;
    this.#looks += 1;
    this.#callOff = this.#timer.after(LOOK_AGAIN_AFTER, () => {
      // Had this thread been busy, word of the card's leaving would come only now: let it come first.
      this.#callOff = this.#timer.after(1, () => {
        this.#left();
        this.#arrived(true);
      });
    });
  }
}

/**
 * Handles that commands go through are apart from those that watch: pcsclite holds a handle's lock both
 * while a command runs and, in this thread, while it tells of a change, so a slow command would stop the
 * whole process at the first change. They are kept until the process ends, a few hundred bytes for each life
 * of the service: a handle that never watched may not be collected, its destructor waits for a thread that
 * it never had.
 */
const commandHandles: PcscHandle[] = [];

function commandHandle(reader: CardReader): PcscHandle {
  // pcsclite exports no other way to a second handle of the same reader.
  const make = reader.constructor as new (name: string) => PcscHandle;
  const handle = new make(reader.name);
  commandHandles.push(handle);
  return handle;
}
