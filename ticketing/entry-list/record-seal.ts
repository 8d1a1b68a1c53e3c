import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { EntryListError } from './entry-list-error.ts';
import { KeyedHash } from './keyed-hash.ts';
import { gcmTagLength, hashLength, linkLength, tagLength, ticketRowLength } from './limits.ts';

const keyLength = 16;
const nonceLength = 12;
const recordInfo = Buffer.from('kazasu/record/v1\0');
const linkInfo = Buffer.from('kazasu/ticket-link/v1\0');
const fillerInfo = Buffer.from('kazasu/ticket-filler/v1\0');

/**
 * What seals and opens the rows of one file. All keys come from a hash's second half, which is in no
 * file, the file's own salt, and the file's id: so no key ever serves for two rows, nor in two files.
 */
export class RecordSeal {
  readonly #id: Uint8Array;
  readonly #extract: KeyedHash;
  readonly #linkMask: KeyedHash;
  readonly #filler: KeyedHash;
  /** HKDF's info and the number of its first block. */
  readonly #recordInfo: Uint8Array;
  readonly #associated: Uint8Array;

  constructor(salt: Uint8Array, id: Uint8Array) {
    this.#id = id;
    this.#extract = new KeyedHash(salt);
    this.#linkMask = new KeyedHash(this.#extract.of(Buffer.concat([linkInfo, id])));
    this.#filler = new KeyedHash(this.#extract.of(Buffer.concat([fillerInfo, id])));
    this.#associated = Buffer.concat([id, new Uint8Array(tagLength)]);
    this.#recordInfo = Buffer.concat([recordInfo, id, Uint8Array.of(1)]);
  }

  /** HKDF-SHA-256 of a hash's second half: the AES-128 key of its row. */
  recordKey(hash: Uint8Array): Uint8Array {
    const extracted = this.#extract.of(secretHalf(hash));
    return createHmac('sha256', extracted).update(this.#recordInfo).digest().subarray(0, keyLength);
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
    const mask = this.#linkMask.of(secretHalf(ticketHash));
    const masked = new Uint8Array(linkLength);
    for (let at = 0; at < linkLength; at += 1) masked[at] = (link[at] ?? 0) ^ (mask[at] ?? 0);
    return masked;
  }

  /** A ticket row that leads nowhere, for a row whose ticket has one already. Looks like any other. */
  fillerRow(hash: Uint8Array): Uint8Array {
    return this.#filler.of(secretHalf(hash)).subarray(0, ticketRowLength);
  }

  /** The file's id and the row's tag. The same buffer each time: it is used before the next row's. */
  #bound(tag: Uint8Array): Uint8Array {
    this.#associated.set(tag, this.#id.length);
    return this.#associated;
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
