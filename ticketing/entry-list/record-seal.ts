import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { EntryListError } from './entry-list-error.ts';
import { gcmTagLength, hashLength, linkLength, tagLength } from './limits.ts';

const keyLength = 16;
const nonceLength = 12;
const recordInfo = Buffer.from('kazasu/record/v1\0');
const linkInfo = Buffer.from('kazasu/ticket-link/v1\0');
const fillerInfo = Buffer.from('kazasu/ticket-filler/v1\0');
const firstBlock = Uint8Array.of(1);

/**
 * What seals and opens the rows of one file. All keys come from a hash's second half, which is in no
 * file, the file's own salt, and the file's id: so no key ever serves for two rows, nor in two files.
 */
export class RecordSeal {
  readonly #salt: KeyObject;
  readonly #id: Uint8Array;

  constructor(salt: Uint8Array, id: Uint8Array) {
    this.#salt = createSecretKey(salt);
    this.#id = id;
  }

  /** HKDF-SHA-256 of a hash's second half: the AES-128 key of its row. */
  recordKey(hash: Uint8Array): Uint8Array {
    const extracted = createHmac('sha256', this.#salt).update(secretHalf(hash)).digest();
    const expand = createHmac('sha256', extracted).update(recordInfo).update(this.#id).update(firstBlock);
    return expand.digest().subarray(0, keyLength);
  }

  /** Ciphertext and GCM tag of a row, into `out`. */
  sealRecord(key: Uint8Array, tag: Uint8Array, plain: Uint8Array, out: Uint8Array): void {
    // The key seals this one row, so any fixed nonce serves.
    const cipher = createCipheriv('aes-128-gcm', key, tag.subarray(0, nonceLength));
    cipher.setAAD(this.#bound(tag));
    out.set(cipher.update(plain), 0);
    cipher.final();
    out.set(cipher.getAuthTag(), plain.length);
  }

  openRecord(key: Uint8Array, tag: Uint8Array, sealed: Uint8Array): Uint8Array {
    const end = sealed.length - gcmTagLength;
    const decipher = createDecipheriv('aes-128-gcm', key, tag.subarray(0, nonceLength), {
      authTagLength: gcmTagLength,
    });
    decipher.setAAD(this.#bound(tag));
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
    const mask = this.#derive(linkInfo, ticketHash);
    return link.map((byte, at) => byte ^ (mask[at] ?? 0));
  }

  /** A ticket row that leads nowhere, for a row whose ticket has one already. Looks like any other. */
  fillerRow(hash: Uint8Array): Uint8Array {
    return this.#derive(fillerInfo, hash);
  }

  #derive(info: Uint8Array, hash: Uint8Array): Uint8Array {
    return createHmac('sha256', this.#salt).update(info).update(this.#id).update(secretHalf(hash)).digest();
  }

  #bound(tag: Uint8Array): Uint8Array {
    return Buffer.concat([this.#id, tag]);
  }
}

/** A link in clear: the row's number and the key that opens it. */
export function packLink(row: number, key: Uint8Array): Uint8Array {
  const link = Buffer.alloc(linkLength);
  link.writeUInt32BE(row);
  link.set(key, 4);
  return link;
}

function secretHalf(hash: Uint8Array): Uint8Array {
  return hash.subarray(tagLength, hashLength);
}
