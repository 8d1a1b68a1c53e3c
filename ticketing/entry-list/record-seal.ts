import { createDecipheriv, createHmac } from 'node:crypto';
import { EntryListError } from './entry-list-error.ts';
import { gcmTagLength, hashLength, tagLength } from './limits.ts';

const keyLength = 16;
const nonceLength = 12;
export const recordInfo = Buffer.from('kazasu/record/v1\0');
export const linkInfo = Buffer.from('kazasu/ticket-link/v1\0');
export const fillerInfo = Buffer.from('kazasu/ticket-filler/v1\0');

/**
 * What opens the rows of one file. All keys come from a hash's second half, which is in no file, the
 * file's own salt, and the file's id: so no key ever serves for two rows, nor in two files.
 */
export class RecordSeal {
  readonly #id: Uint8Array;
  readonly #salt: Uint8Array;
  readonly #linkKey: Uint8Array;

  constructor(salt: Uint8Array, id: Uint8Array) {
    this.#id = id;
    this.#salt = salt;
    this.#linkKey = hmac(salt, linkInfo, id);
  }

  /** HKDF-SHA-256 of a hash's second half: the AES-128 key of its row. */
  recordKey(hash: Uint8Array): Uint8Array {
    const extracted = hmac(this.#salt, secretHalf(hash));
    return hmac(extracted, recordInfo, this.#id, Uint8Array.of(1)).subarray(0, keyLength);
  }

  openRecord(key: Uint8Array, tag: Uint8Array, sealed: Uint8Array): Uint8Array {
    const end = sealed.length - gcmTagLength;
    const decipher = createDecipheriv('aes-128-gcm', key, tag.subarray(0, nonceLength), {
      authTagLength: gcmTagLength,
    });
    decipher.setAAD(Buffer.concat([this.#id, tag]));
    decipher.setAuthTag(sealed.subarray(end));
    const plain = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch (cause) {
      throw new EntryListError(
        'record-sealed',
        'The record does not open with the key of this card; check that the gate has the right event key.',
        { cause },
      );
    }
    return plain;
  }

  /** A ticket's link, the same way there and back: row number and record key under the ticket's mask. */
  maskLink(ticketHash: Uint8Array, link: Uint8Array): Uint8Array {
    const mask = hmac(this.#linkKey, secretHalf(ticketHash));
    return link.map((byte, at) => byte ^ (mask[at] ?? 0));
  }
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
}

function secretHalf(hash: Uint8Array): Uint8Array {
  return hash.subarray(tagLength, hashLength);
}
