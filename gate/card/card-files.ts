import type { Answer } from './apdu.ts';
import { unreadable, type CardSession } from './card-session.ts';
import type { CardFile, CardProfile } from './profile.ts';
import { DONE, statusName } from './status-word.ts';

/** A read by short id names its offset in one byte. */
const LAST_SHORT_OFFSET = 0xff;

/**
 * Reads the application's files with the fewest commands: by short id, which makes a file current, then by
 * plain offsets; by SELECT where the card refuses short ids.
 */
export class CardFiles {
  readonly #session: CardSession;
  readonly #profile: CardProfile;
  #current: CardFile | undefined;
  #shortIds = true;

  constructor(session: CardSession, profile: CardProfile) {
    this.#session = session;
    this.#profile = profile;
  }

  /** To be called where other commands have selected another file. */
  forgetCurrent(): void {
    this.#current = undefined;
  }

  /** From where on `file` is best read by someone who has its first `have` bytes. */
  nextOffset(file: CardFile, have: number): number {
    const reachable = this.#current === file || !this.#shortIds;
    // One byte read twice saves selecting the file.
    return reachable ? have : Math.min(have, LAST_SHORT_OFFSET);
  }

  /** Up to `length` bytes of a file, or the status word of whichever command was refused. */
  async read(file: CardFile, offset: number, length: number): Promise<Answer> {
    if (this.#current === file) return this.#readCurrent(file, offset, length);
    if (this.#shortIds && offset <= LAST_SHORT_OFFSET) {
      const answer = await this.#readBinary(file, 0x80 | file.shortId, offset, length);
      if (!this.#profile.statusWords.plainForm.includes(answer.status)) {
        if (answer.status === DONE) this.#current = file;
        return answer;
      }
      this.#shortIds = false;
    }
    const selected = await this.#select(file);
    return selected.status === DONE ? this.#readCurrent(file, offset, length) : selected;
  }

  async #select(file: CardFile): Promise<Answer> {
    const header = this.#profile.reading.selectHeader;
    const answer = await this.#session.send(`select ${nameOf(file)}`, { header, data: file.id });
    if (answer.status === DONE) this.#current = file;
    return answer;
  }

  #readCurrent(file: CardFile, offset: number, length: number): Promise<Answer> {
    return this.#readBinary(file, offset >> 8, offset & 0xff, length);
  }

  async #readBinary(file: CardFile, p1: number, p2: number, length: number): Promise<Answer> {
    const header = Uint8Array.of(...this.#profile.reading.readHeader, p1, p2);
    return this.#session.send(`read ${nameOf(file)}`, { header, expected: length });
  }
}

/** The data of an answer that must have gone well. */
export function dataOf(answer: Answer, what: string): Uint8Array {
  if (answer.status !== DONE) throw unreadable(`${statusName(answer.status)} when asked for ${what}`);
  return answer.data;
}

function nameOf(file: CardFile): string {
  return `EF ${Buffer.from(file.id).toString('hex').toUpperCase()}`;
}
