import { P11, SESSION_FLAGS, returnValueOf } from './cryptoki.ts';
import { Module, type Slot } from './module.ts';
import { TokenError } from './token-error.ts';

export interface NewToken {
  readonly module: string;
  readonly parameters?: string;
  readonly label: string;
  /** The security officer's PIN: unlocks a locked token, and is needed for nothing else. */
  readonly securityOfficerPin: string;
  readonly pin: string;
}

/**
 * Makes a fresh token: in a slot whose token was never initialised, with this label and PIN. A token that
 * has been initialised is left alone, for initialising would erase it.
 */
export function initialiseToken(options: NewToken): void {
  const { label } = options;
  if (label === '' || Buffer.byteLength(label) > 32)
    throw new TokenError('malformed', 'A token label has 1 to 32 bytes. Choose a shorter one.');
  const module = Module.acquire(options.module, options.parameters);
  try {
    const slots = module.slots();
    const same = slots.find((slot) => slot.label === label);
    if (same?.pinSet === true)
      throw new TokenError(
        'key-exists',
        `There is a token labelled "${label}" already. Use it, or choose another label; Kazasu erases no token.`,
      );
    const slot = same ?? slots.find((each) => !each.initialised);
    if (slot === undefined)
      throw new TokenError(
        'token-not-found',
        'The module offers no slot with an uninitialised token. Initialise the token with its vendor’s tool.',
      );
    if (!slot.initialised) initialise(module, slot, label, options.securityOfficerPin);
    setPin(module, label, slot, options);
  } finally {
    module.release();
  }
}

function initialise(module: Module, slot: Slot, label: string, pin: string): void {
  try {
    // A label is padded with spaces; the binding would pad it with zeros.
    const padded = label + ' '.repeat(32 - Buffer.byteLength(label));
    module.cryptoki.C_InitToken(slot.handle, pin, padded);
  } catch (cause) {
    throw new TokenError(
      'token-refused',
      `The token cannot be initialised (${returnValueOf(cause) ?? 'no reason given'}). Check the security officer's PIN: most tokens want 4 to 64 characters.`,
      { cause },
    );
  }
}

function setPin(module: Module, label: string, slot: Slot, options: NewToken): void {
  const { cryptoki } = module;
  // SoftHSM moves a token to another slot once it has a serial number.
  const { handle } = slot.initialised ? slot : module.slotOf(label);
  const session = cryptoki.C_OpenSession(handle, SESSION_FLAGS);
  try {
    try {
      cryptoki.C_Login(session, P11.CKU_SO, options.securityOfficerPin);
    } catch (error) {
      if (returnValueOf(error) !== 'CKR_PIN_INCORRECT') throw error;
      // NSS knows no security officer: a fresh database takes the empty PIN and no other.
      cryptoki.C_Login(session, P11.CKU_SO, '');
    }
    cryptoki.C_InitPIN(session, options.pin);
    cryptoki.C_Logout(session);
  } catch (cause) {
    throw new TokenError(
      'token-refused',
      `The token does not take this PIN (${returnValueOf(cause) ?? 'no reason given'}). Most want 4 to 64 characters, some 8 or more.`,
      { cause },
    );
  } finally {
    cryptoki.C_CloseSession(session);
  }
}
