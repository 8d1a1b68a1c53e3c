import { createHmac } from 'node:crypto';
import { AesGcm } from './aes-gcm.ts';
import {
  gcmTagLength,
  hashLength,
  linkLength,
  tagLength,
  ticketRowLength,
  ticketTagLength,
} from './limits.ts';
import { fillerInfo, linkInfo, recordInfo } from './record-seal.ts';
import type { RowsToSeal } from './rows-to-seal.ts';
import { shortBlock, ShortHmac, wordsOf } from './short-hmac.ts';

const tagWords = tagLength / 4;
const secretWords = (hashLength - tagLength) / 4;

/**
 * Seals the rows of one file. It works on words in memory of its own that serves row after row: a list of
 * a million must not cost a million objects of each kind. What it writes, RecordSeal opens.
 */
export class RowSealer {
  readonly #rows: RowsToSeal;
  readonly #hashes: DataView;
  readonly #ticketHashes: DataView;
  readonly #tags: DataView;
  readonly #ticketRows: DataView;
  readonly #extract: ShortHmac;
  readonly #expand = new ShortHmac();
  readonly #linkMask: ShortHmac;
  readonly #filler: ShortHmac;
  readonly #gcm = new AesGcm();
  readonly #info: Int32Array;
  /** A block for HMAC whose first words are the second half of some hash. */
  readonly #secret = shortBlock(new Uint8Array(hashLength - tagLength));
  readonly #digest = new Int32Array(8);
  readonly #key = new Int32Array(8);
  /** The file's id and the row's tag. */
  readonly #associated: Int32Array;
  readonly #tag: Int32Array;
  readonly #text: Uint8Array;
  readonly #textView: DataView;
  readonly #sealed: Uint8Array;

  constructor(rows: RowsToSeal) {
    const { salt, id, recordSize } = rows;
    this.#rows = rows;
    this.#hashes = viewOf(rows.hashes);
    this.#ticketHashes = viewOf(rows.ticketHashes);
    this.#tags = viewOf(rows.tags);
    this.#ticketRows = viewOf(rows.ticketRows);
    this.#extract = new ShortHmac(wordsOf(salt));
    this.#linkMask = new ShortHmac(keyFor(linkInfo, rows));
    this.#filler = new ShortHmac(keyFor(fillerInfo, rows));
    this.#info = shortBlock(Buffer.concat([recordInfo, id, Uint8Array.of(1)]));
    this.#associated = wordsOf(Buffer.concat([id, new Uint8Array(tagLength)]));
    this.#tag = this.#associated.subarray(id.length / 4);
    this.#text = new Uint8Array(Math.ceil(recordSize / 16) * 16);
    this.#textView = viewOf(this.#text);
    this.#sealed = this.#text.subarray(0, recordSize);
  }

  /** Writes a row's tag, its sealed record and its ticket row. */
  seal(row: number): void {
    const entry = this.#rows.order[row] ?? 0;
    this.#writeTag(row, entry);
    this.#makeKey(entry);
    this.#sealRecord(row, entry);
    if (this.#rows.repeats[entry] === 1) this.#writeFiller(row, entry);
    else this.#writeLink(row, entry);
  }

  #writeTag(row: number, entry: number): void {
    for (let word = 0; word < tagWords; word += 1) {
      const part = this.#hashes.getInt32(entry * hashLength + 4 * word);
      this.#tag[word] = part;
      this.#tags.setInt32(row * tagLength + 4 * word, part);
    }
  }

  /** HKDF-SHA-256 of the hash's second half. */
  #makeKey(entry: number): void {
    this.#takeSecret(this.#hashes, entry);
    this.#extract.of(this.#secret, this.#digest);
    this.#expand.use(this.#digest);
    this.#expand.of(this.#info, this.#key);
  }

  #sealRecord(row: number, entry: number): void {
    const { plain, starts, records, recordSize } = this.#rows;
    const record = plain.subarray(starts[entry], starts[entry + 1]);
    this.#text.set(record);
    this.#text.fill(0, record.length);
    // The key seals this one row, so any fixed nonce serves: the tag's first words are it.
    this.#gcm.seal(this.#key, this.#tag, this.#associated, this.#textView, recordSize - gcmTagLength);
    records.set(this.#sealed, row * recordSize);
  }

  /** The first bytes of the ticket's tag; then the row's number and key under the ticket's mask. */
  #writeLink(row: number, entry: number): void {
    const to = row * ticketRowLength;
    for (let at = 0; at < ticketTagLength; at += 4) {
      this.#ticketRows.setInt32(to + at, this.#ticketHashes.getInt32(entry * hashLength + at));
    }
    this.#takeSecret(this.#ticketHashes, entry);
    this.#linkMask.of(this.#secret, this.#digest);
    for (let word = 0; word < linkLength / 4; word += 1) {
      const link = word === 0 ? row : (this.#key[word - 1] ?? 0);
      this.#ticketRows.setInt32(to + ticketTagLength + 4 * word, link ^ (this.#digest[word] ?? 0));
    }
  }

  /** A ticket row that leads nowhere, for a row whose ticket has one already. Looks like any other. */
  #writeFiller(row: number, entry: number): void {
    this.#takeSecret(this.#hashes, entry);
    this.#filler.of(this.#secret, this.#digest);
    for (let word = 0; word < ticketRowLength / 4; word += 1) {
      this.#ticketRows.setInt32(row * ticketRowLength + 4 * word, this.#digest[word] ?? 0);
    }
  }

  #takeSecret(hashes: DataView, entry: number): void {
    for (let word = 0; word < secretWords; word += 1) {
      this.#secret[word] = hashes.getInt32(entry * hashLength + tagLength + 4 * word);
    }
  }
}

function keyFor(info: Uint8Array, { salt, id }: RowsToSeal): Int32Array {
  return wordsOf(createHmac('sha256', salt).update(info).update(id).digest());
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
