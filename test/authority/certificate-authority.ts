import type { KeyObject } from 'node:crypto';
import { writeRoot } from './certificates.ts';
import type { Generation, Purpose, Validity } from './generations.ts';
import { caName } from './names.ts';
import { keyIdOf } from './signed.ts';

/** One root of one purpose: a generation of J-LIS's, or one that nobody configured (`stranger`). */
export interface CertificateAuthority {
  readonly purpose: Purpose;
  readonly generation: Generation | 'stranger';
  readonly key: KeyObject;
  readonly keyId: Uint8Array;
  readonly name: Uint8Array;
  readonly certificate: Uint8Array;
  readonly validity: Validity;
}

export function certificateAuthority(
  purpose: Purpose,
  generation: Generation | 'stranger',
  key: KeyObject,
  validity: Validity,
  certificate: Uint8Array = writeRoot(purpose, key, validity, 1n),
): CertificateAuthority {
  return { purpose, generation, key, keyId: keyIdOf(key), name: caName(purpose), certificate, validity };
}
