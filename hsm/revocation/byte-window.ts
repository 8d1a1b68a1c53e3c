/** A file or a download: chunks of any size. */
export type ByteSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What a source is read through; nothing longer than this can be looked at in one piece. */
export const WINDOW = 1 << 18;

/**
 * A window that moves over a source from its start to its end. It holds a fixed number of bytes, however
 * large the source and whatever the size of its chunks.
 */
export class ByteWindow {
  readonly #buffer: Uint8Array;
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #length = 0;
  #passed = 0;
  #ended = false;

  constructor(source: ByteSource) {
    this.#buffer = new Uint8Array(source instanceof Uint8Array ? Math.min(WINDOW, source.length) : WINDOW);
    const chunks = source instanceof Uint8Array ? [source] : source;
    this.#chunks =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** What is in the window: a view that the next {@link fill} makes invalid. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** How many bytes of the source lie before the window. */
  get passed(): number {
    return this.#passed;
  }

  /** Whether the window holds all that is left of the source; right after {@link fill}. */
  get holdsTheRest(): boolean {
    return this.#ended && this.#chunk.length === 0;
  }

  /** Moves the window on by `count` bytes, then fills it: to the brim, or with all that is left. */
  async fill(count = 0): Promise<void> {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.#passed += count;
    for (;;) {
      const part = this.#chunk.subarray(0, this.#buffer.length - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
      if (this.#chunk.length > 0 || this.#ended) return;
      const next = await this.#chunks.next();
      if (next.done === true) this.#ended = true;
      else this.#chunk = next.value;
    }
  }

  /** Lets go of the source before its end. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#chunks.return?.();
  }
}
