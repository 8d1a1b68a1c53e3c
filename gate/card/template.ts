import { writeTlv } from '../../hsm/tlv/tlv.ts';
import { CardError } from './card-error.ts';
import type { Part, Source } from './profile-schema.ts';

/** The values that a profile's parts can ask for, as far as they are known. */
export type Values = Partial<Record<Source, Uint8Array>>;

/**
 * Writes a command's data, or what a key is to sign, as a profile composes it.
 *
 * @example
 * fill([{ tag: 0x83, holds: [{ from: 'holderReference' }] }], { holderReference }); // 83 L CHR
 */
export function fill(parts: readonly Part[], values: Values): Uint8Array {
  return Buffer.concat(parts.map((part) => fillOne(part, values)));
}

function fillOne(part: Part, values: Values): Uint8Array {
  if ('hex' in part) return part.hex;
  if ('holds' in part) return writeTlv(part.tag, fill(part.holds, values));
  const value = values[part.from];
  if (value === undefined) {
    throw new CardError('wrong-profile', `The card profile asks for ${part.from} where it is not known.`);
  }
  return value;
}
