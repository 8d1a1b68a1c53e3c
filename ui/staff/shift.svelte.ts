import { ProblemError } from '../api/problem.ts';
import { staffClient } from '../api/staff-client.ts';
import type { Board, Role, Tap } from '../api/staff-messages.ts';

const mostTaps = 100;

/** Who is signed in at this screen, and what the gate tells them. */
export class Shift {
  /** `asking` until the gate has said whether someone is signed in. */
  role = $state<Role | 'nobody' | 'asking'>('asking');
  /** Whether the last one was signed out without asking for it. */
  ended = $state(false);
  connected = $state(true);
  board = $state.raw<Board>();
  taps = $state.raw<readonly Tap[]>([]);
  #leave: () => void = () => undefined;

  /** Goes on where this page was signed in before; a page may be loaded again at any time. */
  async begin(): Promise<void> {
    try {
      this.#come((await staffClient.session()).role);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.role = 'nobody';
    }
  }

  async signIn(role: Role, pin: string): Promise<void> {
    this.#come((await staffClient.signIn(role, pin)).role);
  }

  async signOut(): Promise<void> {
    this.#go(false);
    await staffClient.signOut();
  }

  /** To be called where the gate answers that nobody is signed in any more. */
  hasEnded(): void {
    if (this.role !== 'nobody') this.#go(true);
  }

  close(): void {
    this.#leave();
  }

  #come(role: Role): void {
    this.role = role;
    this.ended = false;
    this.#leave();
    this.#leave = staffClient.follow({
      onBoard: (board) => {
        this.board = board;
      },
      onTap: (tap) => {
        this.taps = [tap, ...this.taps].slice(0, mostTaps);
      },
      onConnection: (connected) => {
        this.connected = connected;
        // Taps may have come meanwhile.
        if (connected) void this.#readTaps();
      },
      onRefused: () => {
        this.hasEnded();
      },
    });
  }

  /** Forgets all that was shown: the next one may be someone else. */
  #go(ended: boolean): void {
    this.#leave();
    this.role = 'nobody';
    this.ended = ended;
    this.connected = true;
    this.board = undefined;
    this.taps = [];
  }

  async #readTaps(): Promise<void> {
    try {
      this.taps = await staffClient.taps();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
    }
  }
}
