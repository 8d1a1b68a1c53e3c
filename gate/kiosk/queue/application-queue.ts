import { KeyError } from '../../../hsm/keys/key-error.ts';
import type { StorageKey } from '../../../hsm/keys/storage-key.ts';
import { TokenError } from '../../../hsm/token/token-error.ts';
import { logFailure, type Log } from '../../log.ts';
import { systemTimer, type Timer } from '../../reader/timer.ts';
import { KioskError } from '../kiosk-error.ts';
import type { Reply, ServiceClient, SignedApplication } from '../service/service-client.ts';
import type { Outcome, Reservation } from '../visit/outcome.ts';
import { receiptNumberOf } from '../visit/task.ts';
import { openQueueStore, type KeptApplication, type QueueStore } from './queue-store.ts';
import {
  openApplication,
  openSettled,
  sealApplication,
  sealSettled,
  type Settled,
} from './sealed-application.ts';

export interface ApplicationQueueOptions {
  readonly file: string;
  /** The HSM's key for what is kept; nothing while the HSM is away. */
  readonly storage: () => StorageKey | undefined;
  readonly client: Pick<ServiceClient, 'apply'>;
  /** How many days an application, and what came of it, is kept at most. */
  readonly keepDays: number;
  readonly log: Log;
  /** Called where the queue, or whether the service can be reached, has changed. */
  readonly onChange: (now: { readonly reachable?: boolean }) => void;
  readonly timer?: Timer;
  readonly now?: () => number;
}

const day = 86_400_000;
const firstPause = 2_000;
const longestPause = 5 * 60_000;
const idle = 60 * 60_000;

/**
 * Signed applications on their way to the service: sealed and on disk before anything is sent, sent in their
 * order, again and again until the service has said yes or no. The service takes each form's id once, so
 * once more does no harm. None is ever lost without a word.
 *
 * @example
 * const outcome = await queue.submit(signed, 15_000); // `queued`, where the service is away
 */
export class ApplicationQueue {
  readonly #options: ApplicationQueueOptions;
  readonly #store: QueueStore;
  readonly #timer: Timer;
  readonly #now: () => number;
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  readonly #work: Promise<void>;
  #pause = firstPause;
  #wake: () => void = () => undefined;
  #closed = false;

  constructor(options: ApplicationQueueOptions) {
    const { timer = systemTimer, now = Date.now } = options;
    this.#options = options;
    this.#timer = timer;
    this.#now = now;
    const { store, damaged } = openQueueStore(options.file, now());
    this.#store = store;
    if (damaged !== undefined) {
      const text = `The queue of applications was damaged; it is kept as ${damaged} and a new one begun. Have it looked at: applications in it were not sent.`;
      options.log.error({ event: 'queue-damaged' }, text);
    }
    this.#work = this.#sendAll();
  }

  /** How many wait for the service, and how many are kept for their holders to ask about. */
  get counts(): { readonly waiting: number; readonly settled: number } {
    return { waiting: this.#store.count('waiting'), settled: this.#store.count('settled') };
  }

  /**
   * Seals an application, writes it down and sends it. Answers what came of it, or `queued` where nothing has
   * in that time or the service is found to be away. Throws where it cannot be kept: it is not taken then.
   */
  async submit(application: SignedApplication, patience: number): Promise<Outcome> {
    const storage = this.#options.storage();
    if (storage === undefined || this.#closed) throw outOfOrder();
    const { id } = application;
    const sealed = await sealApplication(storage, application);
    this.#store.add({ id, number: receiptNumberOf(id), at: this.#now(), sealed });
    this.#options.onChange({});
    const outcome = this.#outcomeOf(id, patience);
    this.wake();
    return outcome;
  }

  #outcomeOf(id: string, patience: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const callOff = this.#timer.after(patience, () => {
        tell({ kind: 'queued', number: receiptNumberOf(id) });
      });
      const tell = (outcome: Outcome): void => {
        callOff();
        this.#waiting.delete(id);
        resolve(outcome);
      };
      this.#waiting.set(id, tell);
    });
  }

  /** What came of the application of a receipt number; nothing where there is none. */
  async find(number: string): Promise<Outcome | undefined> {
    const kept = this.#store.newestOf(number);
    if (kept === undefined) return undefined;
    if (kept.stage === 'waiting') return { kind: 'queued', number };
    const storage = this.#options.storage();
    if (storage === undefined) throw outOfOrder();
    const settled = await openSettled(storage, kept.id, kept.sealed);
    this.#store.tell(kept.id, this.#now());
    return settled;
  }

  /** Tries at once: there is something new, or something is back. */
  wake(): void {
    this.#wake();
  }

  /** Ends with the one under way; what waits is sent after the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    this.wake();
    await this.#work;
    this.#store.close();
  }

  async #sendAll(): Promise<void> {
    while (!this.#isClosed()) {
      let pause = idle;
      try {
        this.#erase();
        const next = this.#store.firstWaiting();
        if (next !== undefined) pause = await this.#send(next);
      } catch (error) {
        // A full disk and an HSM that is away pass; the applications wait for that too.
        logFailure(this.#options.log, 'queue-held-up', error);
        pause = this.#longer();
        this.#tellAllQueued();
      }
      if (pause > 0) await this.#wait(pause);
    }
  }

  /** Answers for how long to wait before the next. */
  async #send({ id, at, sealed }: KeptApplication): Promise<number> {
    const number = receiptNumberOf(id);
    if (at < this.#now() - this.#options.keepDays * day) {
      const sentence = 'The ticketing service could not be reached for too long; apply again.';
      await this.#settle(id, { kind: 'refused', number, refusal: { code: 'not-delivered', sentence } });
      return 0;
    }
    const storage = this.#options.storage();
    if (storage === undefined) {
      this.#tellAllQueued();
      return this.#longer();
    }
    const reply = await this.#deliver(storage, id, sealed);
    if (reply.kind === 'away') {
      this.#options.onChange({ reachable: false });
      this.#tellAllQueued();
      return Math.max(this.#longer(), reply.retryAfter);
    }
    this.#pause = firstPause;
    await this.#settle(id, settledBy(reply, number));
    this.#options.onChange({ reachable: true });
    return 0;
  }

  async #deliver(storage: StorageKey, id: string, sealed: Uint8Array): Promise<Reply<Reservation>> {
    let application: SignedApplication;
    try {
      application = await openApplication(storage, id, sealed);
    } catch (error) {
      // An HSM that is away comes back, and so may the one with the right key.
      if (error instanceof TokenError) throw error;
      if (error instanceof KeyError && error.code === 'wrong-recipient') throw error;
      if (!(error instanceof KeyError)) logFailure(this.#options.log, 'application-not-opened', error);
      const sentence = 'This kiosk can no longer open the application; apply again.';
      return { kind: 'refused', refusal: { code: 'not-opened', sentence } };
    }
    try {
      return await this.#options.client.apply(application);
    } finally {
      for (const part of [application.signatureCertificate, application.signature]) part.fill(0);
    }
  }

  async #settle(id: string, settled: Settled): Promise<void> {
    const storage = this.#options.storage();
    if (storage === undefined) throw outOfOrder();
    this.#store.settle(id, await sealSettled(storage, id, settled), this.#now());
    const code = settled.kind === 'refused' ? { code: settled.refusal.code } : {};
    this.#log(settled.kind, code);
    const tell = this.#waiting.get(id);
    if (tell === undefined) return;
    this.#store.tell(id, this.#now());
    tell(settled);
  }

  #log(as: Settled['kind'], code: object): void {
    const { log } = this.#options;
    const fields = { event: 'application-settled', as, ...code };
    if (as === 'reserved') log.info(fields, 'The service took an application.');
    if (as === 'refused') log.warn(fields, 'An application was refused.');
    if (as === 'unclear') log.error(fields, 'The service’s answer to an application cannot be read.');
  }

  #tellAllQueued(): void {
    for (const [id, tell] of this.#waiting) tell({ kind: 'queued', number: receiptNumberOf(id) });
  }

  /** What came of it is kept a day after its holder was told, and for the kiosk's days where nobody asks. */
  #erase(): void {
    const now = this.#now();
    const erased = this.#store.erase({ settled: now - this.#options.keepDays * day, told: now - day });
    if (erased > 0) this.#options.log.info({ event: 'erased', applications: erased }, 'Erased.');
  }

  #longer(): number {
    const pause = this.#pause;
    this.#pause = Math.min(2 * pause, longestPause);
    return pause;
  }

  #wait(milliseconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const callOff = this.#timer.after(milliseconds, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}

function settledBy(reply: Exclude<Reply<Reservation>, { kind: 'away' }>, number: string): Settled {
  switch (reply.kind) {
    case 'done':
      return { kind: 'reserved', number, reservation: reply.value };
    case 'refused':
      return { kind: 'refused', number, refusal: reply.refusal };
    case 'unclear':
      return { kind: 'unclear', number };
  }
}

function outOfOrder(): KioskError {
  return new KioskError('out-of-order', 'The kiosk’s HSM is away; have staff look at it.');
}
