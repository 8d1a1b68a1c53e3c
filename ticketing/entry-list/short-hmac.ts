import { sha256Block, sha256Start } from './sha256-block.ts';

const blockBytes = 64;
/** What a last block has room for beside the mark of its end and its length. */
const mostMessage = blockBytes - 9;

/**
 * HMAC-SHA-256 under keys of 32 bytes, of messages that fit one block. Keys, messages and results are
 * big-endian words in arrays that are used again: nothing is made for a message, and the key's own
 * blocks are hashed once for all its messages.
 */
export class ShortHmac {
  readonly #inner = new Int32Array(8);
  readonly #outer = new Int32Array(8);
  readonly #pad = new Int32Array(16);
  /** The inner hash as the message of the outer one. */
  readonly #hashed = shortBlock(new Uint8Array(32));

  constructor(key?: Int32Array) {
    if (key !== undefined) this.use(key);
  }

  /** Takes another key, of 8 words. */
  use(key: Int32Array): void {
    this.#hashPad(key, 0x36363636, this.#inner);
    this.#hashPad(key, 0x5c5c5c5c, this.#outer);
  }

  /** The 8 words of the HMAC of a message, as `shortBlock` laid it out. */
  of(block: Int32Array, out: Int32Array): void {
    sha256Block(this.#inner, block, out);
    for (let word = 0; word < 8; word += 1) this.#hashed[word] = out[word] ?? 0;
    sha256Block(this.#outer, this.#hashed, out);
  }

  #hashPad(key: Int32Array, pad: number, out: Int32Array): void {
    this.#pad.fill(pad);
    for (let word = 0; word < 8; word += 1) this.#pad[word] = (key[word] ?? 0) ^ pad;
    sha256Block(sha256Start, this.#pad, out);
  }
}

/**
 * A message of up to 55 bytes as the one block that follows an HMAC's key. Where only the message's
 * words change, not its length, the same block serves again.
 */
export function shortBlock(message: Uint8Array): Int32Array {
  if (message.length > mostMessage) throw new RangeError('the message does not fit one block');
  const block = Buffer.alloc(blockBytes);
  block.set(message);
  block[message.length] = 0x80;
  block.writeUInt32BE((blockBytes + message.length) * 8, blockBytes - 4);
  return wordsOf(block);
}

/** Bytes, four to each word. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.length / 4 }, (_, word) => view.getInt32(word * 4));
}
