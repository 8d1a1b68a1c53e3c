import type { Reader, ReaderListener, ReaderStatus } from './reader.ts';
import { ServiceConnection } from './service-connection.ts';
import { systemTimer, type Timer } from './timer.ts';

/** After the PC/SC service went away: the first pause before looking for it again, and the longest. */
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

export interface PcscOptions {
  /** The reader's name or a part of it, `*` standing for anything; every reader where left out. */
  readonly reader?: string;
  readonly timer?: Timer;
}

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
  /** The one in use, and those that were lost and are not closed yet. */
  readonly #connections = new Set<ServiceConnection>();
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
    await Promise.all([...this.#connections].map((each) => this.#letGo(each)));
  }

  #connect(): void {
    try {
      const connection = new ServiceConnection(this.#wanted, this.#timer, {
        onCard: this.#listener.onCard.bind(this.#listener),
        onReaders: (readers) => {
          this.#pause = FIRST_PAUSE;
          this.#say(readers.length === 0 ? { readers, problem: this.#noReader() } : { readers });
        },
        onLost: () => {
          void this.#letGo(connection);
          this.#connectLater();
        },
      });
      this.#connections.add(connection);
    } catch {
      this.#connectLater();
    }
  }

  async #letGo(connection: ServiceConnection): Promise<void> {
    await connection.close();
    this.#connections.delete(connection);
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
