import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { StaffError } from './staff-error.ts';

/** A PIN as it is kept: scrypt, so that a stolen file costs its thief time for every guess. */
export const pinHash = z.strictObject({
  n: z
    .int()
    .min(2 ** 14)
    .max(2 ** 18),
  salt: z.base64().length(24),
  hash: z.base64().length(44),
});
export type PinHash = z.output<typeof pinHash>;

const cost = 2 ** 15;

/** Refuses a PIN that a queue of five guesses could hit, or that is no PIN. */
export function checkPin(pin: string): void {
  const plain =
    /^(\d)\1*$/.test(pin) || '01234567890123456789'.includes(pin) || '98765432109876543210'.includes(pin);
  if (!/^[\x21-\x7e]{6,64}$/.test(pin) || plain) {
    throw new StaffError(
      'weak-pin',
      'A PIN has 6 to 64 digits or letters, and is not a row of the same or of counted digits; choose another.',
    );
  }
}

export async function hashPin(pin: string): Promise<PinHash> {
  const salt = randomBytes(16);
  const hash = await derive(pin, salt, cost);
  return { n: cost, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

export async function pinIs(pin: string, { n, salt, hash }: PinHash): Promise<boolean> {
  return timingSafeEqual(await derive(pin, Buffer.from(salt, 'base64'), n), Buffer.from(hash, 'base64'));
}

function derive(pin: string, salt: Uint8Array, n: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, 32, { N: n, r: 8, p: 1, maxmem: 512 * n * 8 }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
