import { SerialTable } from './serial-table.ts';

/** The longest serial of the standard. */
export const LONGEST_SERIAL = 20;

/** What a list says of one serial, as numbers: no object is made for those that nobody asks about. */
export interface ListedSerial {
  readonly reason: number;
  /** Seconds since 1970. */
  readonly at: number;
}

/**
 * The serials of a revocation list, packed: one sorted table for each length of serial, so that a list of
 * 4-byte serials costs 13 bytes an entry. Looking up allocates nothing.
 *
 * @example
 * const index = new SerialIndex();
 * index.add(list, 30, 4, 5, 1_700_000_000);
 * index.finish();
 * const entry = index.find(serial); // -1 where it is not listed
 */
export class SerialIndex {
  readonly #tables: (SerialTable | undefined)[] = [];
  #size = 0;

  /** How many entries were added. */
  get size(): number {
    return this.#size;
  }

  /** Adds the serial that lies in `bytes` at `start`, without leading zeros. */
  add(bytes: Uint8Array, start: number, length: number, reason: number, seconds: number): void {
    const table = (this.#tables[length] ??= new SerialTable(length));
    table.add(bytes, start, reason, seconds);
    this.#size++;
  }

  /** Sorts; nothing can be added after. */
  finish(): void {
    for (const table of this.#tables) table?.sort();
  }

  /** Whether a serial is listed. */
  has(serial: Uint8Array): boolean {
    return (this.#tables[serial.length]?.find(serial) ?? -1) >= 0;
  }

  /** What is listed of a serial; of a serial listed twice, what came first. */
  find(serial: Uint8Array): ListedSerial | undefined {
    const table = this.#tables[serial.length];
    const place = table?.find(serial) ?? -1;
    return table === undefined || place < 0 ? undefined : table.entry(place);
  }
}
