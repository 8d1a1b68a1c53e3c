import pcsc from 'pcsclite';
import { PcscChannel, type PcscHandle } from './pcsc-channel.ts';
import { readerIsWanted } from './reader-name.ts';
import type { ReaderListener } from './reader.ts';
import type { Timer } from './timer.ts';
import { WatchedReader } from './watched-reader.ts';

/** How long the service may take to list its readers before none are taken to be there. */
const FIRST_LIST = 300;

/** How long a thread of pcsclite takes at most, on a busy machine, from telling of a change to its next wait. */
const BACK_TO_WAIT = 250;

/** How long a reader may take to tell of itself for the first time, before it is closed all the same. */
const FIRST_STATE = 2000;

type Service = ReturnType<typeof pcsc>;
/** A reader as pcsclite tells of it: the handle that watches. */
type CardReader = Parameters<Parameters<Service['once']>[1]>[0];

export interface ConnectionListener extends Pick<ReaderListener, 'onCard'> {
  onReaders(names: readonly string[]): void;
  /** The service went away; the connection is to be closed all the same. */
  onLost(): void;
}

/**
 * One life of the PC/SC service: from finding it to its end. pcsclite watches the service and each reader
 * from a thread of its own, and the process cannot end before every one of them has.
 */
export class ServiceConnection {
  readonly #service: Service;
  readonly #wanted: string;
  readonly #timer: Timer;
  readonly #listener: ConnectionListener;
  readonly #readers = new Map<CardReader, WatchedReader | undefined>();
  readonly #channels = new Map<string, PcscChannel>();
  /** Readers that have not told of themselves yet. */
  readonly #silent = new Set<CardReader>();
  /** Resolved when the first list of readers came, or should have come. */
  readonly #listed: Promise<void>;
  #onListed: () => void = () => undefined;
  #onLastHeard: () => void = () => undefined;
  #came = 0;
  #over = false;
  #closed: Promise<void> | undefined;

  /** Throws where there is no service. */
  constructor(wanted: string, timer: Timer, listener: ConnectionListener) {
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
    this.#listed = new Promise((resolve) => {
      // Where the first list of readers is empty, pcsclite says nothing: say so once it should have come.
      const callOff = timer.after(FIRST_LIST, () => {
        resolve();
        this.#tellReaders();
      });
      this.#onListed = () => {
        callOff();
        resolve();
      };
    });
  }

  /** Ends the watch; from the call on nothing more is told, and when it is done no thread is left. */
  close(): Promise<void> {
    this.#end();
    this.#closed ??= this.#endThreads();
    return this.#closed;
  }

  #add(reader: CardReader): void {
    this.#came += 1;
    const wanted = !this.#over && readerIsWanted(reader.name, this.#wanted);
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
      this.#readers.delete(reader);
      this.#heard(reader);
      this.#tellReaders();
    });
    this.#onListed();
    this.#tellReaders();
  }

  /**
   * pcsclite cancels a thread's wait five times within 50 ms and then waits for the thread: where it had not
   * begun to wait by then (a pcscd that has just started takes longer to answer), it does so for ever, and
   * with it the whole process. A thread that has told of something waits again soon after; and none is
   * ended from within a callback of pcsclite, which holds its locks there and takes them again in closing.
   */
  async #endThreads(): Promise<void> {
    await this.#listed;
    let known: number;
    do {
      known = this.#came;
      await this.#allHeard();
      await this.#pause(BACK_TO_WAIT);
    } while (known !== this.#came);
    for (const reader of this.#readers.keys()) reader.close();
    this.#service.close();
  }

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
    this.#onListed();
    this.#end();
    this.#listener.onLost();
  }

  #end(): void {
    this.#over = true;
    for (const watched of this.#readers.values()) watched?.away();
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timer.after(milliseconds, resolve);
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

/** A second handle of the same reader, for commands. */
function commandHandle(reader: CardReader): PcscHandle {
  // pcsclite exports no other way to one.
  const make = reader.constructor as new (name: string) => PcscHandle;
  const handle = new make(reader.name);
  commandHandles.push(handle);
  return handle;
}
