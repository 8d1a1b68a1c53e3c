import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { p256PointOfSpki } from '../../hsm/seal/p256-signature.ts';
import { verifyKey, type VerifyKey } from '../../hsm/seal/seal.ts';
import { PackError } from './pack-error.ts';

/** Reads the list-signing keys that a gate trusts, each a PEM file of one P-256 public key. */
export function readListKeys(files: readonly string[]): VerifyKey[] {
  return files.map((file) => {
    try {
      const spki = createPublicKey(readFileSync(file)).export({ format: 'der', type: 'spki' });
      return verifyKey(p256PointOfSpki(spki));
    } catch (cause) {
      throw new PackError(
        'no-list-key',
        `The file ${file} is not a P-256 public key in PEM; give the list-signing key of the ticketing service.`,
        { cause },
      );
    }
  });
}
