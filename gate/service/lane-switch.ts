import { z } from 'zod';
import { readState, writeState } from '../staff/state-file.ts';

const schema = z.strictObject({ open: z.boolean() });

/** Whether staff have the lane open. A closed lane stays closed over a restart, until someone opens it. */
export class LaneSwitch {
  readonly #file: string;
  #open: boolean;

  constructor(file: string) {
    this.#file = file;
    this.#open = readOpen(file);
  }

  get open(): boolean {
    return this.#open;
  }

  set(open: boolean): void {
    writeState(this.#file, { open });
    this.#open = open;
  }
}

/** A file that cannot be read may have said closed. */
function readOpen(file: string): boolean {
  try {
    return readState(file, schema)?.open ?? true;
  } catch {
    return false;
  }
}
