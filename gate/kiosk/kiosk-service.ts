import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadCardProfile } from '../card/profile.ts';
import type { Log } from '../log.ts';
import type { ArrivedCard, ReaderStatus } from '../reader/reader.ts';
import { openPrinter } from '../receipt/open-printer.ts';
import type { Printer } from '../receipt/printer.ts';
import type { KioskConfig } from './kiosk-config.ts';
import { KioskError } from './kiosk-error.ts';
import { standingOf, type KioskStanding } from './kiosk-standing.ts';
import { Kiosk } from './kiosk.ts';
import { ApplicationQueue } from './queue/application-queue.ts';
import { CatalogueKeeper, type KeptCatalogue } from './service/catalogue-keeper.ts';
import { fillInApplication, type Choice } from './service/fill-in.ts';
import { ServiceClient } from './service/service-client.ts';
import { StorageKeeper } from './storage-keeper.ts';
import { LookUpLimit } from './look-up-limit.ts';
import type { Outcome } from './visit/outcome.ts';
import { applicationTask } from './visit/task.ts';

export interface KioskServiceOptions {
  readonly config: KioskConfig;
  /** The HSM's. */
  readonly pin: string;
  readonly log: Log;
}

/**
 * A running kiosk: the visit, what it needs, and what of that is there. What is missing is looked for; what
 * can be done without it goes on.
 *
 * @example
 * const service = new KioskService({ config, pin, log });
 * const reader = watchPcscReaders(config, { onCard: (card) => service.cardArrived(card), onStatus: (status) => service.readersAre(status) });
 * await service.stop();
 */
export class KioskService {
  readonly kiosk: Kiosk;
  readonly #log: Log;
  readonly #storage: StorageKeeper;
  readonly #catalogue: CatalogueKeeper;
  readonly #queue: ApplicationQueue;
  readonly #printer: Printer | undefined;
  readonly #lookUps = new LookUpLimit();
  #readers: ReaderStatus = { readers: [] };

  constructor({ config, pin, log }: KioskServiceOptions) {
    const { state, ticketing, printer, pkcs11, keepDays } = config;
    mkdirSync(state, { recursive: true, mode: 0o700 });
    this.#log = log;
    const profile = loadCardProfile(config.cardProfile);
    const client = new ServiceClient({ url: ticketing });
    this.#printer = printer === undefined ? undefined : openPrinter(printer);
    this.#storage = new StorageKeeper({
      pkcs11,
      pin,
      log,
      onChange: () => {
        this.#queue.wake();
        this.kiosk.standingChanged();
      },
    });
    this.#queue = new ApplicationQueue({
      file: join(state, 'applications.sqlite'),
      storage: () => this.#storage.key,
      client,
      keepDays,
      log,
      onChange: ({ reachable }) => {
        if (reachable !== undefined) this.#catalogue.serviceIs(reachable);
        this.kiosk.standingChanged();
      },
    });
    this.kiosk = new Kiosk({ profile, client, queue: this.#queue, log, printer: this.#printer });
    let reachable = false;
    this.#catalogue = new CatalogueKeeper({
      client,
      file: join(state, 'catalogue.json'),
      log,
      onChange: () => {
        // What waits is sent as soon as the service is back.
        if (this.#catalogue.reachable && !reachable) this.#queue.wake();
        reachable = this.#catalogue.reachable;
        this.kiosk.standingChanged();
      },
    });
  }

  get standing(): KioskStanding {
    return standingOf({
      readers: this.#readers,
      hsm: this.#storage.key !== undefined,
      service: this.#catalogue.reachable,
      catalogueAt: this.#catalogue.kept?.at,
      waiting: this.#queue.counts.waiting,
    });
  }

  /** Why the HSM's key is not there, as a code. */
  get hsmTrouble(): string | undefined {
    return this.#storage.trouble;
  }

  get catalogue(): KeptCatalogue | undefined {
    return this.#catalogue.kept;
  }

  cardArrived(card: ArrivedCard): void {
    this.kiosk.cardArrived(card);
  }

  /** What the readers' watch says. */
  readersAre(status: ReaderStatus): void {
    this.#log.info(
      { event: 'readers', readers: status.readers.length },
      status.problem ?? `Readers: ${status.readers.join(', ')}.`,
    );
    this.#readers = status;
    this.kiosk.standingChanged();
  }

  /** Begins an application by what a visitor chose. */
  apply(choice: Choice): void {
    const { kept } = this.#catalogue;
    if (kept === undefined) {
      throw new KioskError('no-catalogue', 'What is on sale is not known: the service is away.');
    }
    if (this.#storage.key === undefined) {
      throw new KioskError('out-of-order', 'The kiosk’s HSM is away; have staff look at it.');
    }
    this.kiosk.begin(applicationTask(fillInApplication(kept.catalogue, choice, Date.now())));
  }

  /** What came of an application, by its receipt number; so often, and no more: numbers are not for guessing. */
  async outcomeOf(number: string): Promise<Outcome> {
    this.#lookUps.take(Date.now());
    const outcome = await this.#queue.find(number);
    if (outcome !== undefined) return outcome;
    throw new KioskError('no-such-number', 'No application with this number is kept at this kiosk.');
  }

  /** Forgets the visitor, ends what is being sent, and lets go of everything. */
  async stop(): Promise<void> {
    this.kiosk.close();
    this.#catalogue.close();
    await this.#queue.close();
    await this.#storage.close();
    this.#printer?.close();
  }
}
