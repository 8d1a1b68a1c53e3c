import type { KeyObject } from 'node:crypto';
import type { Command } from './command.ts';
import { EacAuthentication } from './eac-authentication.ts';
import type { ElementaryFile } from './elementary-file.ts';
import { JpkiAuthentication } from './jpki-authentication.ts';

/** The ways of terminal authentication that a card may have been made with. */
export type TerminalProfile = 'jpki-rsa' | 'eac-rsa' | 'eac-p384';

/** What a card holds of J-LIS to know terminals by. */
export interface TerminalTrust {
  readonly publicKey: KeyObject;
  /** `jpki-rsa`: the key id of 16 bytes; `eac-*`: the root's holder reference. */
  readonly keyId: Uint8Array;
}

/** One way for a terminal to prove itself. All that it remembers is lost on reset and AP selection. */
export interface TerminalAuthentication {
  /** How many bytes a challenge for the proof has. */
  readonly challengeLength: number;
  /** Whether a challenge is still good when another command came between it and the proof. */
  readonly challengeOutlives: boolean;
  /** Whether a terminal has proven itself. */
  readonly proven: boolean;
  /** The instruction bytes of its commands. */
  readonly instructions: readonly number[];
  /** The status word for a command that is one of its own; `undefined`: none of its commands. */
  answer(
    command: Command,
    current: ElementaryFile['kind'] | 'none',
    takeChallenge: () => Uint8Array | undefined,
  ): number | undefined;
}

/** A fresh state of one way, as after a reset. */
export function terminalAuthentication(
  profile: TerminalProfile,
  trust: TerminalTrust,
  clock: CardClock,
): TerminalAuthentication {
  switch (profile) {
    case 'jpki-rsa':
      return new JpkiAuthentication(trust);
    case 'eac-rsa':
      return new EacAuthentication('rsa', trust, clock);
    case 'eac-p384':
      return new EacAuthentication('ec', trust, clock);
  }
}

/** A card has no clock: it knows the latest day that a certificate it trusts began on. */
export interface CardClock {
  latest: Date;
}
