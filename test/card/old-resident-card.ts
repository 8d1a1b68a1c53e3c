import { type CardCredential, oldResidentCardFiles, sandboxPins } from './card-contents.ts';
import { JpkiCard } from './jpki-card.ts';
import type { TerminalTrust } from './terminal-authentication.ts';

/** The card before My Number: the same application, with a signature certificate alone and no terminals. */
export function oldResidentCard(options: {
  readonly signature: CardCredential;
  /** It holds none; only that the state machine is the same. */
  readonly terminalRoot: TerminalTrust;
}): JpkiCard {
  return new JpkiCard({
    files: oldResidentCardFiles(options.signature, sandboxPins.signature),
    profile: 'jpki-rsa',
    terminalTrust: options.terminalRoot,
    keys: 'rsa2048',
    latestDay: new Date(),
    extendedRead: false,
  });
}
