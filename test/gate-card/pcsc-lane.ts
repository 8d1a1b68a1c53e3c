import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presentCard } from '../../gate/card/present-card.ts';
import { loadCardProfile } from '../../gate/card/profile.ts';
import { watchPcscReaders } from '../../gate/reader/pcsc-reader.ts';
import { ReaderError } from '../../gate/reader/reader-error.ts';
import type { ArrivedCard, Reader, ReaderStatus } from '../../gate/reader/reader.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { startPrivatePcscd, type PrivatePcscd } from '../reader/private-pcscd.ts';
import { CardSandbox, message, outcomeOf, type Outcome } from './card-sandbox.ts';
import { EventQueue } from './event-queue.ts';
import type { ProfileName } from './software-terminal-key.ts';

/** Virtual readers behind a real pcscd, watched as a gate watches them. */
export class PcscLane {
  readonly pcscd: PrivatePcscd;
  readonly sandbox: CardSandbox;
  readonly statuses = new EventQueue<ReaderStatus>();
  readonly #folder: string;
  readonly #watched: Reader;
  readonly #arrivals = new Map<string, EventQueue<ArrivedCard>>();

  static async open(readers: number, people = 1): Promise<PcscLane> {
    const folder = await mkdtemp(join(tmpdir(), 'kazasu-'));
    const [pcscd, sandbox] = await Promise.all([
      startPrivatePcscd({ folder, readers }),
      CardSandbox.create(people),
    ]);
    // libpcsclite looks for it once, when a process makes its first context.
    process.env['PCSCLITE_CSOCK_NAME'] = pcscd.socket;
    const lane = new PcscLane(folder, pcscd, sandbox);
    await lane.statuses.until((status) => status.readers.length === readers);
    return lane;
  }

  private constructor(folder: string, pcscd: PrivatePcscd, sandbox: CardSandbox) {
    this.#folder = folder;
    this.pcscd = pcscd;
    this.sandbox = sandbox;
    for (const name of pcscd.readerNames) this.#arrivals.set(name, new EventQueue());
    this.#watched = this.watch();
  }

  /** Watches the readers, the lane's own way. */
  watch(): Reader {
    return watchPcscReaders(
      {},
      {
        onCard: (card) => {
          this.#arrivals.get(card.reader)?.push(card);
        },
        onStatus: (status) => {
          this.statuses.push(status);
        },
      },
    );
  }

  /** The next card that is told of on a reader. */
  arrival(reader: number): Promise<ArrivedCard> {
    return this.arrivals(reader).next();
  }

  arrivals(reader: number): EventQueue<ArrivedCard> {
    const queue = this.#arrivals.get(this.pcscd.readerNames[reader] ?? '');
    if (queue === undefined) throw new Error('There is no such reader.');
    return queue;
  }

  /** Lays a card on a reader, and says what comes of it. */
  async tap(reader: number, card: VirtualCard, profile: ProfileName = 'jpki-rsa'): Promise<Outcome> {
    const arrival = this.arrivals(reader).until(({ left }) => !left.aborted);
    const [arrived] = await Promise.all([arrival, this.pcscd.insert(reader, card)]);
    return this.present(arrived, profile);
  }

  /** What comes of a card that has arrived. */
  async present(arrived: ArrivedCard, profileName: ProfileName = 'jpki-rsa'): Promise<Outcome> {
    const profile = loadCardProfile(profileName);
    const terminalKey = this.sandbox.terminalKey(profileName);
    try {
      const card = await arrived.connect();
      const presenting = presentCard(card, { profile, terminalKey, message, left: arrived.left });
      return await outcomeOf(presenting, profileName).finally(() => card.release());
    } catch (error) {
      if (error instanceof ReaderError && error.code === 'card-left') return 'card-left';
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#watched.close();
    await this.pcscd.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
