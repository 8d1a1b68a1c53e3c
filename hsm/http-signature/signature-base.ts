import type { KeyObject } from 'node:crypto';
import { verify } from 'node:crypto';

/** One covered component: its identifier, and its value in this message. */
export type Component = readonly [name: string, value: string];

/**
 * The signature base of RFC 9421, section 2.5: a line for each covered component, then one for the
 * signature's parameters as they stand in Signature-Input.
 *
 * @example
 * signatureBase([['@method', 'GET']], '("@method");created=1618884473')
 */
export function signatureBase(components: readonly Component[], params: string): string {
  const lines = components.map(([name, value]) => `"${name}": ${value}`);
  return [...lines, `"@signature-params": ${params}`].join('\n');
}

/** Whether r‖s is a signature by this key over a signature base: `ecdsa-p256-sha256` of RFC 9421, 3.3.4. */
export function verifiesBase(base: string, signature: Uint8Array, key: KeyObject): boolean {
  if (signature.length !== 64) return false;
  return verify('sha256', Buffer.from(base), { key, dsaEncoding: 'ieee-p1363' }, signature);
}
