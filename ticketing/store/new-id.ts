import { randomBytes } from 'node:crypto';

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: 26 digits of which the first ten are the time, so that ids sort by when they were made and
 * lists go on from the last one seen; the other sixteen, 80 bits, are random.
 */
export function newId(now: number = Date.now()): string {
  let head = '';
  for (let rest = now, count = 0; count < 10; count += 1) {
    head = (digits[rest % 32] ?? '') + head;
    rest = Math.floor(rest / 32);
  }
  return head + Array.from(randomBytes(16), (byte) => digits[byte & 31]).join('');
}
