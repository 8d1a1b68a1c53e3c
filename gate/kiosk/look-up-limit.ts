import { KioskError } from './kiosk-error.ts';

const most = 10;
const within = 10 * 60_000;

/** Ten questions in ten minutes, for all who stand at the kiosk together. */
export class LookUpLimit {
  #asked: readonly number[] = [];

  /** Takes one; throws where there is none left. */
  take(now: number): void {
    this.#asked = this.#asked.filter((at) => at > now - within);
    if (this.#asked.length >= most) {
      throw new KioskError('too-many-questions', 'Too many numbers were asked for; wait some minutes.');
    }
    this.#asked = [...this.#asked, now];
  }
}
