import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { guessedWrong, guesses, lockedFor, noGuesses } from './lock-out.ts';
import { checkPin, hashPin, pinHash, pinIs } from './pin-hash.ts';
import type { Role } from './role.ts';
import { StaffError } from './staff-error.ts';
import { readState, writeState } from './state-file.ts';

const pinsFile = z.strictObject({ staff: pinHash.optional(), supervisor: pinHash.optional() });
const guessesFile = z.strictObject({ staff: guesses.optional(), supervisor: guesses.optional() });

/**
 * Keeps the PINs of a gate's roles, and counts wrong guesses. A guess is counted before it is tried, so that
 * pulling the plug wins no further one; guesses are tried one after the other.
 *
 * @example
 * await keeper.set('staff', pin);
 * await keeper.check('staff', typed); // throws a StaffError unless it is right
 */
export class PinKeeper {
  readonly #pins: string;
  readonly #guesses: string;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(state: string, now: () => number = Date.now) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    this.#pins = join(state, 'staff-pins.json');
    this.#guesses = join(state, 'staff-guesses.json');
    this.#now = now;
  }

  /** Sets a role's PIN; whoever signed in with the one before must sign in again. */
  async set(role: Role, pin: string): Promise<void> {
    checkPin(pin);
    const hashed = await hashPin(pin);
    writeState(this.#pins, { ...readState(this.#pins, pinsFile), [role]: hashed });
    writeState(this.#guesses, { ...readState(this.#guesses, guessesFile), [role]: noGuesses });
  }

  /** Names the PIN that a role has now; undefined where it has none. */
  nameOf(role: Role): string | undefined {
    return readState(this.#pins, pinsFile)?.[role]?.salt;
  }

  /** Throws a `StaffError` unless it is the role's PIN. Answers the PIN's name. */
  check(role: Role, pin: string): Promise<string> {
    const turn = this.#last.then(() => this.#check(role, pin));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #check(role: Role, pin: string): Promise<string> {
    const kept = readState(this.#pins, pinsFile)?.[role];
    if (kept === undefined) {
      throw new StaffError(
        'no-pin',
        `No PIN is set for ${role}; set one with \`kazasu-gate staff set-pin --role ${role} --config …\`.`,
      );
    }
    const all = readState(this.#guesses, guessesFile) ?? {};
    const before = all[role] ?? noGuesses;
    const wait = lockedFor(before, this.#now());
    if (wait > 0) {
      const minutes = Math.ceil(wait / 60_000);
      throw new StaffError('locked', `Too many wrong PINs: ${role} is locked for ${minutes} more minutes.`);
    }
    writeState(this.#guesses, { ...all, [role]: guessedWrong(before, this.#now()) });
    if (!(await pinIs(pin, kept))) throw new StaffError('wrong-pin', 'The PIN is wrong.');
    writeState(this.#guesses, { ...all, [role]: noGuesses });
    return kept.salt;
  }
}
