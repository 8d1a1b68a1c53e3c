import { hash, verify } from '@node-rs/argon2';
import { PeopleError } from './people-error.ts';

/**
 * argon2id as OWASP has it: 19 MiB, two passes. In Rust on libuv's pool it takes 30 ms beside everything
 * else; in JavaScript (@noble/hashes) 500 ms during which nothing else is done.
 */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const fewest = 12;

/** Hashes a password that someone chose, where it is fit. */
export async function hashPassword(password: string, signIn: string): Promise<string> {
  const plain = normal(password);
  if (Array.from(plain).length < fewest || new Set(plain).size < 5) {
    throw new PeopleError(
      'weak-password',
      `Take a password of ${fewest} signs or more, five of them different.`,
    );
  }
  if (plain.toLowerCase().includes(signIn)) {
    throw new PeopleError('weak-password', 'Take a password that does not contain the name to sign in with.');
  }
  return hash(plain, parameters);
}

let nobodys: Promise<string> | undefined;

/**
 * Whether it is the password. For nobody (no such name, or no password there) the same work is done and the
 * answer is no, so that the time tells nothing.
 */
export async function isPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  nobodys ??= hash('the password of nobody', parameters);
  const isRight = await verify(stored ?? (await nobodys), normal(password));
  return isRight && typeof stored === 'string';
}

/** The same signs, however a keyboard makes them. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
