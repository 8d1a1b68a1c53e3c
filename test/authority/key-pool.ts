import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Algorithm } from './generations.ts';

const generate = promisify(generateKeyPair);

/**
 * Keys made ahead. An RSA key takes a tenth of a second, so whoever wants many people prepares their keys
 * at once, on all cores. Every key is given out once: each card has its own.
 */
export class KeyPool {
  readonly #ready: Record<Algorithm, KeyObject[]> = { rsa2048: [], p384: [] };

  /** Makes keys until `count` of that algorithm lie ready. */
  async prepare(count: number, algorithm: Algorithm = 'rsa2048'): Promise<void> {
    const ready = this.#ready[algorithm];
    const missing = Math.max(0, count - ready.length);
    ready.push(...(await Promise.all(Array.from({ length: missing }, () => makeKey(algorithm)))));
  }

  take(algorithm: Algorithm): KeyObject {
    return this.#ready[algorithm].pop() ?? makeKeySync(algorithm);
  }
}

export async function makeKey(algorithm: Algorithm): Promise<KeyObject> {
  const pair =
    algorithm === 'rsa2048'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ec', { namedCurve: 'secp384r1' });
  return pair.privateKey;
}

function makeKeySync(algorithm: Algorithm): KeyObject {
  return algorithm === 'rsa2048'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey;
}
