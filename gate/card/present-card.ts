import type { KeyObject } from 'node:crypto';
import type { CertificateHead } from '../../hsm/certificate/certificate-head.ts';
import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import type { Card } from '../reader/reader.ts';
import type { Timer } from '../reader/timer.ts';
import { CardFiles } from './card-files.ts';
import { CardSession, type CommandTiming } from './card-session.ts';
import { signWithCard } from './card-signature.ts';
import { CertificateFile } from './certificate-file.ts';
import type { CardProfile } from './profile.ts';
import { selectApplication } from './select-application.ts';
import { TerminalAuthentication } from './terminal-authentication.ts';

/** A public key that was verified when the card was bound. */
export type PinnedKey = KeyObject;

export interface PresentCardOptions {
  readonly profile: CardProfile;
  readonly terminalKey: TerminalKey;
  /** What the card is to sign: fresh for this tap. */
  readonly message: Uint8Array;
  /**
   * Called as soon as the first bytes of the certificate are there, while the card goes on. Where it answers
   * with a pinned key in time, the rest of the certificate is not read.
   */
  readonly onHead?: (head: CertificateHead) => Promise<PinnedKey | undefined>;
  /** Aborted when the card is seen to have left. */
  readonly left?: AbortSignal;
  readonly timer?: Timer;
  /** Called after each command, also where the tap fails later. */
  readonly onCommand?: (timing: CommandTiming) => void;
}

/** What a card gave. None of it is verified: the certificate and the signature are the tap's to check. */
export interface PresentedCard {
  readonly head: CertificateHead;
  /** The whole certificate, unless a pinned key made reading it needless. */
  readonly certificate?: Uint8Array;
  readonly pinnedKey?: PinnedKey;
  /** The card's signature over the message. */
  readonly signature: Uint8Array;
  readonly timings: readonly CommandTiming[];
}

/**
 * The commands of a tap, the fewest that do it, in an order in which the card never waits for what could be
 * done beside it. Raises a `CardError`; what `onHead` and the terminal key raise is passed on.
 *
 * @example
 * const { certificate, signature } = await presentCard(card, { profile, terminalKey, message });
 */
export async function presentCard(card: Card, options: PresentCardOptions): Promise<PresentedCard> {
  const { profile, terminalKey, message } = options;
  const timings: CommandTiming[] = [];
  const session = new CardSession(card, {
    ...options,
    milliseconds: profile.milliseconds,
    onCommand(timing) {
      timings.push(timing);
      options.onCommand?.(timing);
    },
  });
  const terminal = new TerminalAuthentication(session, profile, terminalKey);
  const files = new CardFiles(session, profile);

  await selectApplication(session, profile);
  await terminal.begin(); // the HSM signs from here on, where the challenge lasts
  const file = await CertificateFile.open(files, profile);
  const lookup = new Lookup(options.onHead?.(file.head));
  await terminal.load(); // the lookup has this long to find a pinned key without anyone waiting
  files.forgetCurrent();
  while (file.whole === undefined && lookup.pinnedKey() === undefined) await file.readOn();
  await terminal.prove();
  const signature = await signWithCard(session, profile, message);

  const pinnedKey = lookup.pinnedKey();
  return {
    head: file.head,
    ...(file.whole === undefined ? {} : { certificate: file.whole }),
    ...(pinnedKey === undefined ? {} : { pinnedKey }),
    signature,
    timings,
  };
}

/** What a lookup has come to so far, without waiting for it. */
class Lookup {
  #pinnedKey: PinnedKey | undefined;
  #failure: { readonly reason: unknown } | undefined;

  constructor(work: Promise<PinnedKey | undefined> | undefined) {
    work?.then(
      (key) => {
        this.#pinnedKey = key;
      },
      (reason: unknown) => {
        this.#failure = { reason };
      },
    );
  }

  pinnedKey(): PinnedKey | undefined {
    if (this.#failure !== undefined) throw this.#failure.reason;
    return this.#pinnedKey;
  }
}
