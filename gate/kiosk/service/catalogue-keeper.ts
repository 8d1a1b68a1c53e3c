import { z } from 'zod';
import { logFailure, type Log } from '../../log.ts';
import { systemTimer, type Timer } from '../../reader/timer.ts';
import { readState, writeState } from '../../staff/state-file.ts';
import { catalogue as catalogueSchema, type Catalogue } from './replies.ts';
import type { ServiceClient } from './service-client.ts';

const keptSchema = z.strictObject({
  etag: z.string().max(1_000).optional(),
  at: z.int().min(0),
  catalogue: catalogueSchema,
});

/** What is known of what is on sale, and since when. */
export interface KeptCatalogue {
  readonly catalogue: Catalogue;
  /** When the service last said that it is so. */
  readonly at: number;
}

export interface CatalogueKeeperOptions {
  readonly client: Pick<ServiceClient, 'catalogue'>;
  readonly file: string;
  readonly log: Log;
  /** Called where the catalogue, or whether the service can be reached, has changed. */
  readonly onChange: () => void;
  readonly timer?: Timer;
  readonly now?: () => number;
}

const every = 60_000;
const whileAway = 10_000;

/**
 * Keeps what is on sale at hand, on disk too: forms can be filled in and signed while the service is away.
 * Asking for it also tells whether the service can be reached.
 */
export class CatalogueKeeper {
  readonly #options: CatalogueKeeperOptions;
  readonly #timer: Timer;
  readonly #now: () => number;
  #kept: z.output<typeof keptSchema> | undefined;
  #reachable: boolean | undefined;
  #callOff: () => void = () => undefined;
  #closed = false;

  constructor(options: CatalogueKeeperOptions) {
    this.#options = options;
    this.#timer = options.timer ?? systemTimer;
    this.#now = options.now ?? Date.now;
    this.#kept = this.#read();
    void this.#lookAgain();
  }

  get kept(): KeptCatalogue | undefined {
    return this.#kept;
  }

  /** Whether the service answered when it was last asked anything. */
  get reachable(): boolean {
    return this.#reachable === true;
  }

  /** Someone else has asked the service something. */
  serviceIs(reachable: boolean): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    const text = reachable ? 'The ticketing service answers.' : 'The ticketing service is away.';
    this.#options.log.info({ event: reachable ? 'service-back' : 'service-away' }, text);
    this.#options.onChange();
  }

  close(): void {
    this.#closed = true;
    this.#callOff();
  }

  async #lookAgain(): Promise<void> {
    const reply = await this.#options.client.catalogue(this.#kept?.etag);
    if (this.#closed) return;
    if (reply.kind === 'done') this.#keep(reply.value);
    if (reply.kind === 'unclear' || reply.kind === 'refused') {
      const event = 'catalogue-not-read';
      this.#options.log.warn({ event }, 'The ticketing service’s catalogue cannot be read.');
    }
    this.serviceIs(reply.kind === 'done');
    const pause = reply.kind === 'done' ? every : whileAway;
    this.#callOff = this.#timer.after(pause, () => void this.#lookAgain());
  }

  #keep({ etag, catalogue }: { etag: string | undefined; catalogue: Catalogue | undefined }): void {
    const now = catalogue ?? this.#kept?.catalogue;
    if (now === undefined) return;
    this.#kept = { ...(etag === undefined ? {} : { etag }), at: this.#now(), catalogue: now };
    if (catalogue === undefined) return;
    try {
      writeState(this.#options.file, this.#kept);
    } catch (error) {
      logFailure(this.#options.log, 'catalogue-not-kept', error);
    }
    this.#options.onChange();
  }

  /** A file that cannot be read is no loss: the service has it all. */
  #read(): z.output<typeof keptSchema> | undefined {
    try {
      return readState(this.#options.file, keptSchema);
    } catch (error) {
      logFailure(this.#options.log, 'catalogue-damaged', error);
      return undefined;
    }
  }
}
