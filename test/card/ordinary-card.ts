import { type CardHolder, cardFiles, type CardPins, sandboxPins } from './card-contents.ts';
import { JpkiCard } from './jpki-card.ts';
import type { TerminalProfile, TerminalTrust } from './terminal-authentication.ts';
import { type TokenLabel, tokenLabel } from './token-info.ts';

/** What to make a card from. */
export interface CardOptions {
  readonly holder: CardHolder;
  /** J-LIS's root for terminals, of the card's way of terminal authentication. */
  readonly terminalRoot: TerminalTrust;
  /** Default `jpki-rsa`. */
  readonly profile?: TerminalProfile;
  /** Default {@link sandboxPins}; `{}` for a card without any. */
  readonly pins?: CardPins;
  /** Default: the card's own label. */
  readonly label?: TokenLabel;
  /** The latest day that the card has seen on a terminal's certificate. Default: today. */
  readonly latestDay?: Date;
  /** Default: a card that takes extended lengths where they are needed, and no further. */
  readonly extendedRead?: boolean;
  /** A card that knows no short ids says so with this status word (6A86, 6700). */
  readonly refuseShortIds?: number;
  /** A card that signs in the plain form alone refuses the others with this status word. */
  readonly refuseHashSigning?: number;
}

/**
 * The card of a grown-up: both certificates, both PINs. It is also the base of the other kinds.
 *
 * @example
 * const card = ordinaryCard({ holder: authority.issuePerson(), terminalRoot: authority.terminalRoot('jpki-rsa') });
 */
export function ordinaryCard(options: CardOptions): JpkiCard {
  const { holder, terminalRoot, profile = 'jpki-rsa', refuseShortIds, refuseHashSigning } = options;
  return new JpkiCard({
    files: cardFiles({
      holder,
      pins: options.pins ?? sandboxPins,
      terminalTrust: terminalRoot,
      trustReadable: profile !== 'jpki-rsa',
      label: options.label ?? tokenLabel.card,
    }),
    profile,
    terminalTrust: terminalRoot,
    keys: holder.authentication.privateKey.asymmetricKeyType === 'ec' ? 'p384' : 'rsa2048',
    latestDay: options.latestDay ?? new Date(),
    extendedRead: options.extendedRead ?? false,
    ...(refuseShortIds === undefined ? {} : { refuseShortIds }),
    ...(refuseHashSigning === undefined ? {} : { refuseHashSigning }),
  });
}
