import type { StorageKey } from '../../hsm/keys/storage-key.ts';
import { openStorageKey } from '../../hsm/keys/storage-keys.ts';
import { openToken, type Token } from '../../hsm/token/token.ts';
import { logFailure, type Log } from '../log.ts';
import { Pause } from '../service/pause.ts';
import { isForPeopleAlone, troubleFrom } from '../service/trouble.ts';
import type { KioskConfig } from './kiosk-config.ts';

export interface StorageKeeperOptions {
  readonly pkcs11: KioskConfig['pkcs11'];
  /** The HSM's. */
  readonly pin: string;
  readonly log: Log;
  /** Called where the key is there, or is not any more. */
  readonly onChange: () => void;
}

const firstRetry = 500;
const longestRetry = 10_000;

/** Keeps the HSM's storage key at hand; where the HSM is away, it is looked for until it is back. */
export class StorageKeeper {
  readonly #options: StorageKeeperOptions;
  readonly #pause = new Pause();
  readonly #ended: Promise<void>;
  #token: Token | undefined;
  #key: StorageKey | undefined;
  #trouble: string | undefined = 'opening';
  #closed = false;

  constructor(options: StorageKeeperOptions) {
    this.#options = options;
    this.#ended = this.#open();
  }

  /** Nothing while the HSM is away. */
  get key(): StorageKey | undefined {
    return this.#token?.state === 'ready' ? this.#key : undefined;
  }

  /** Why there is none, as a code. */
  get trouble(): string | undefined {
    if (this.key !== undefined) return undefined;
    return this.#trouble ?? 'token-gone';
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.end();
    await this.#ended;
    this.#token?.close();
  }

  async #open(): Promise<void> {
    let retry = firstRetry;
    while (!this.#isClosed() && !(await this.#tryToOpen())) {
      await this.#pause.for(retry);
      retry = Math.min(2 * retry, longestRetry);
    }
  }

  /** Answers whether that is the end of it: it is open, or trying again would lock the token. */
  async #tryToOpen(): Promise<boolean> {
    const { pkcs11, pin, log, onChange } = this.#options;
    const { module, token: label, parameters } = pkcs11;
    let token: Token | undefined;
    try {
      const more = parameters === undefined ? {} : { parameters };
      token = await openToken({ module, token: label, pin, ...more });
      this.#key = await openStorageKey(token);
      this.#token = token;
      this.#trouble = undefined;
      token.onState((state) => {
        log.warn({ event: `hsm-${state}` }, `The HSM is ${state}.`);
        onChange();
      });
      onChange();
      return true;
    } catch (error) {
      token?.close();
      const { code } = troubleFrom(error);
      if (code !== this.#trouble) logFailure(log, 'hsm-not-open', error);
      this.#trouble = code;
      onChange();
      return isForPeopleAlone(error);
    }
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}
