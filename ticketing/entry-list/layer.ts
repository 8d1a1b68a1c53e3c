import { EntryListError } from './entry-list-error.ts';
import { openSections, type SectionHead } from './container.ts';
import { linkLength, tagLength, ticketRowLength, ticketTagLength } from './limits.ts';
import { RecordSeal } from './record-seal.ts';
import { TagIndex } from './tag-index.ts';

interface RowsHead {
  readonly salt: Uint8Array;
  readonly count: number;
  readonly recordSize: number;
  readonly sections: readonly SectionHead[];
}

/** The rows of one file, a list or a delta, as they lie in its bytes. */
export class Layer {
  readonly tags: TagIndex;
  readonly tickets: TagIndex;
  readonly revoked: TagIndex;
  readonly withdrawn: TagIndex;
  readonly #bytes: Record<'tags' | 'records' | 'tickets' | 'revoked' | 'withdrawn', Uint8Array>;
  readonly #recordSize: number;
  readonly #seal: RecordSeal;

  private constructor(bytes: Layer['bytes'], { salt, count, recordSize }: RowsHead, id: Uint8Array) {
    this.#bytes = bytes;
    this.#recordSize = recordSize;
    this.#seal = new RecordSeal(salt, id);
    this.tags = new TagIndex(bytes.tags, tagLength, tagLength);
    this.tickets = new TagIndex(bytes.tickets, ticketRowLength, ticketTagLength);
    this.revoked = new TagIndex(bytes.revoked, tagLength, tagLength);
    this.withdrawn = new TagIndex(bytes.withdrawn, tagLength, tagLength);
    if (
      bytes.tags.length !== count * tagLength ||
      bytes.records.length !== count * recordSize ||
      bytes.tickets.length !== count * ticketRowLength ||
      bytes.revoked.length % tagLength !== 0 ||
      bytes.withdrawn.length % tagLength !== 0
    ) {
      throw new EntryListError('unknown-content', "The file's sections are not as long as its count says.");
    }
  }

  get bytes(): Readonly<Record<'tags' | 'records' | 'tickets' | 'revoked' | 'withdrawn', Uint8Array>> {
    return this.#bytes;
  }

  static ofList(file: Uint8Array, sectionsAt: number, head: RowsHead, id: Uint8Array): Layer {
    const names = ['tags', 'records', 'tickets', 'revoked'] as const;
    const sections = openSections(file, sectionsAt, head.sections, names);
    return new Layer({ ...sections, withdrawn: new Uint8Array() }, head, id);
  }

  static ofDelta(file: Uint8Array, sectionsAt: number, head: RowsHead, id: Uint8Array): Layer {
    const names = ['tags', 'records', 'tickets', 'withdrawn', 'revoked'] as const;
    return new Layer(openSections(file, sectionsAt, head.sections, names), head, id);
  }

  tagOf(row: number): Uint8Array {
    return Uint8Array.from(this.#bytes.tags.subarray(row * tagLength, (row + 1) * tagLength));
  }

  /** The record's encoding, opened by the hash of its card. */
  openByHash(row: number, hash: Uint8Array): Uint8Array {
    return this.openByKey(row, this.#seal.recordKey(hash));
  }

  openByKey(row: number, key: Uint8Array): Uint8Array {
    const sealed = this.#bytes.records.subarray(row * this.#recordSize, (row + 1) * this.#recordSize);
    return this.#seal.openRecord(key, this.tagOf(row), sealed);
  }

  /** Where a ticket's row leads: to which record, with which key. */
  openLink(ticketRow: number, ticketHash: Uint8Array): { row: number; key: Uint8Array } {
    const start = ticketRow * ticketRowLength + ticketTagLength;
    const masked = this.#bytes.tickets.subarray(start, start + linkLength);
    const link = Buffer.from(this.#seal.maskLink(ticketHash, masked));
    const row = link.readUInt32BE();
    if (row >= this.tags.count) {
      throw new EntryListError(
        'record-sealed',
        'The ticket number leads to no record; check that the gate has the right event key.',
      );
    }
    return { row, key: link.subarray(4) };
  }
}
