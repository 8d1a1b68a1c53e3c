import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { realpathSync } from 'node:fs';
import graphene from 'graphene-pk11';
import { P11, returnValueOf, unpadded, type Cryptoki, type Handle } from './cryptoki.ts';
import { TokenError } from './token-error.ts';

/** One slot with a token in it. */
export interface Slot {
  readonly handle: Handle;
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly initialised: boolean;
  readonly pinSet: boolean;
}

/**
 * A vendor's library in this process. PKCS#11 knows one initialisation and one login per process, so
 * every Token on the same library shares one Module.
 */
export class Module {
  readonly path: string;
  readonly parameters: string;
  readonly cryptoki: Cryptoki;
  readonly #library: graphene.Module;
  #initialised = false;
  #ours = false;
  #users = 0;
  #busy = 0;
  #lost = 0;
  readonly #pins = new Map<string, Buffer>();

  private constructor(path: string, parameters: string) {
    this.path = path;
    this.parameters = parameters;
    try {
      this.cryptoki = new P11.PKCS11(path);
      this.#library = new graphene.Module(this.cryptoki);
    } catch (cause) {
      throw new TokenError(
        'module-unusable',
        `The PKCS#11 module ${path} cannot be loaded. Check the path, and that it is built for this machine.`,
        { cause },
      );
    }
  }

  static readonly #loaded = new Map<string, Module>();

  /** The module at `path`, loaded and initialised; every `acquire` needs its `release`. */
  static acquire(path: string, parameters = ''): Module {
    let real: string;
    try {
      real = realpathSync(path);
    } catch (cause) {
      throw new TokenError(
        'module-unusable',
        `There is no PKCS#11 module at ${path}. Name the vendor's library (for SoftHSM, libsofthsm2.so).`,
        { cause },
      );
    }
    const known = Module.#loaded.get(real);
    if (known !== undefined && known.#users > 0 && known.parameters !== parameters)
      throw new TokenError(
        'module-in-use',
        `${path} is open in this process with other parameters. A module takes its parameters once: name all its tokens in them.`,
      );
    const module =
      known !== undefined && known.parameters === parameters ? known : new Module(real, parameters);
    Module.#loaded.set(real, module);
    module.initialise();
    module.#users += 1;
    return module;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#pins.clear();
    if (this.#busy === 0) this.#finalise();
  }

  /** Slots that hold a token, initialised or not. Asking for the list also makes a module look again. */
  slots(): Slot[] {
    const found: Slot[] = [];
    const slots = this.#library.getSlots(true);
    for (let index = 0; index < slots.length; index += 1) {
      try {
        const slot = slots.items(index);
        found.push(slotWith(slot.handle, slot.getToken()));
      } catch {
        continue; // pulled out between the two questions
      }
    }
    return found;
  }

  /** The one slot whose token bears `label`. */
  slotOf(label: string): Slot {
    const matching = this.slots().filter((slot) => slot.label === label);
    const [slot, another] = matching;
    if (slot === undefined)
      throw new TokenError(
        'token-not-found',
        `No token is labelled "${label}". Plug it in, or make it with "kazasu-hsm token init".`,
      );
    if (another !== undefined)
      throw new TokenError('token-not-found', `Two tokens are labelled "${label}". Give each its own label.`);
    return slot;
  }

  /**
   * Logs in. A login holds for the whole process, so a second Token finds it done already; it must have
   * shown the same PIN all the same.
   */
  login(session: Handle, slot: Slot, pin: string): void {
    const shown = fingerprintOf(pin);
    try {
      this.cryptoki.C_Login(session, P11.CKU_USER, pin);
    } catch (cause) {
      const value = returnValueOf(cause);
      if (value !== 'CKR_USER_ALREADY_LOGGED_IN') throw loginError(value, slot.label, cause);
      const remembered = this.#pins.get(slot.label);
      if (remembered !== undefined && !timingSafeEqual(remembered, shown))
        throw loginError('CKR_PIN_INCORRECT', slot.label, cause);
      return;
    }
    this.#pins.set(slot.label, shown);
  }

  /** Work in native code holds the module open: it cannot be finalised under a running thread. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#users === 0 && this.#busy === 0) this.#finalise();
    }
  }

  /** How many of the tokens on this module have lost theirs. */
  countLost(change: 1 | -1): void {
    this.#lost += change;
  }

  /** Whether the module may be started anew: nothing runs in it and no other token still works. */
  get mayRestart(): boolean {
    return this.#busy === 0 && this.#lost === this.#users;
  }

  /** Finalises and initialises again, for modules that find a returned token in no other way. */
  restart(): void {
    this.#finalise();
    this.initialise();
  }

  initialise(): void {
    if (this.#initialised) return;
    try {
      this.cryptoki.C_Initialize({
        flags: P11.CKF_OS_LOCKING_OK,
        // pkcs11js 2.1 cuts off the last character of the parameters: give it one to cut.
        ...(this.parameters === '' ? {} : { libraryParameters: `${this.parameters} ` }),
      });
      this.#ours = true;
    } catch (cause) {
      if (returnValueOf(cause) !== 'CKR_CRYPTOKI_ALREADY_INITIALIZED')
        throw new TokenError(
          'module-unusable',
          `The PKCS#11 module ${this.path} does not start (${returnValueOf(cause) ?? 'no reason given'}). Check its configuration.`,
          { cause },
        );
    }
    this.#initialised = true;
  }

  #finalise(): void {
    if (!this.#initialised) return;
    this.#initialised = false;
    if (!this.#ours) return; // whoever initialised it ends it
    this.#ours = false;
    try {
      this.cryptoki.C_Finalize();
    } catch {
      // a module that cannot even end has nothing left for us to do
    }
  }
}

function slotWith(handle: Handle, token: graphene.Token): Slot {
  const { label, manufacturerID, model, serialNumber, flags } = token;
  return {
    handle,
    label: unpadded(label),
    manufacturer: unpadded(manufacturerID),
    model: unpadded(model),
    serialNumber: unpadded(serialNumber),
    initialised: (flags & P11.CKF_TOKEN_INITIALIZED) !== 0,
    pinSet: (flags & P11.CKF_USER_PIN_INITIALIZED) !== 0,
  };
}

const fingerprintKey = randomBytes(32);

function fingerprintOf(pin: string): Buffer {
  return createHmac('sha256', fingerprintKey).update(pin).digest();
}

function loginError(value: string | undefined, label: string, cause: unknown): TokenError {
  switch (value ?? 'no reason given') {
    case 'CKR_PIN_INCORRECT':
    case 'CKR_PIN_INVALID':
    case 'CKR_PIN_LEN_RANGE':
    case 'CKR_PIN_EXPIRED':
      return new TokenError(
        'pin-wrong',
        `The token "${label}" does not take this PIN. Most tokens lock after a few wrong ones.`,
        { cause },
      );
    case 'CKR_PIN_LOCKED':
      return new TokenError(
        'pin-locked',
        `The token "${label}" is locked after too many wrong PINs. Its security officer must unlock it.`,
        { cause },
      );
    case 'CKR_USER_PIN_NOT_INITIALIZED':
      return new TokenError(
        'token-not-initialised',
        `The token "${label}" has no PIN yet. Make it ready with "kazasu-hsm token init".`,
        { cause },
      );
    default:
      return new TokenError(
        'token-gone',
        `The token "${label}" does not let us log in (${value ?? 'no reason given'}).`,
        { cause },
      );
  }
}
