import { createHash } from 'node:crypto';
import { newSpokenCode, readSpokenCode } from '../codes/spoken-code.ts';
import { ClaimError } from './claim-error.ts';

/** 75 random bits: their bare hash cannot be turned back, not even by someone who has the database for years. */
const signs = 16;

/** A code that is a secret: who has it may act by it. It is shown once; its hash is what stays. */
export interface SecretCode {
  readonly code: string;
  readonly hash: Buffer;
}

export function newSecretCode(): SecretCode {
  const code = newSpokenCode(signs);
  return { code, hash: hashOf(code) };
}

/** The hash of a code as someone typed it. Throws where it was mistyped, before anything is looked up. */
export function hashOfTyped(typed: string): Buffer {
  const code = readSpokenCode(typed, signs);
  if (code !== undefined) return hashOf(code);
  throw new ClaimError(
    'mistyped',
    'The code was mistyped: it has 16 letters and digits; compare it once more.',
  );
}

function hashOf(code: string): Buffer {
  return createHash('sha256').update('kazasu/code/v1\0').update(code).digest();
}
