import { createHash, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** Every key that the corpus needs, by what it is there for. */
export interface CorpusKeys {
  /** Three generations of roots with RSA, one with P-384, and one that nobody configured. */
  readonly root: KeyObject;
  readonly olderRoot: KeyObject;
  readonly nextRoot: KeyObject;
  readonly signatureRoot: KeyObject;
  readonly stranger: KeyObject;
  readonly user: KeyObject;
  readonly userP384: KeyObject;
  readonly rsa1024: KeyObject;
  readonly rsa3072: KeyObject;
  readonly rsaExponent3: KeyObject;
  readonly rsaPss: KeyObject;
  readonly p256: KeyObject;
}

/** Makes the keys, once for a test file. */
export async function makeCorpusKeys(): Promise<CorpusKeys> {
  const rsa = async (modulusLength = 2048, publicExponent = 0x10001): Promise<KeyObject> =>
    (await generate('rsa', { modulusLength, publicExponent })).privateKey;
  const ec = async (namedCurve: string): Promise<KeyObject> =>
    (await generate('ec', { namedCurve })).privateKey;
  const [root, olderRoot, signatureRoot, stranger, user] = await Promise.all([
    rsa(),
    rsa(),
    rsa(),
    rsa(),
    rsa(),
  ]);
  const [nextRoot, userP384, p256] = await Promise.all([ec('P-384'), ec('P-384'), ec('P-256')]);
  const [rsa1024, rsa3072, rsaExponent3] = await Promise.all([rsa(1024), rsa(3072), rsa(2048, 3)]);
  const { privateKey: rsaPss } = await generate('rsa-pss', { modulusLength: 2048 });
  return {
    root,
    olderRoot,
    nextRoot,
    signatureRoot,
    stranger,
    user,
    userP384,
    rsa1024,
    rsa3072,
    rsaExponent3,
    rsaPss,
    p256,
  };
}

/** A stable stand-in for a key id: what matters is that certificate and root agree on it. */
export function keyIdOf(key: KeyObject): Uint8Array {
  return createHash('sha1').update(spkiOf(key)).digest();
}

export function spkiOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}
