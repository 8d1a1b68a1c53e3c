import { X509Certificate } from 'node:crypto';
import { CardError, type CardErrorCode } from '../../gate/card/card-error.ts';
import { cardSignatureHolds } from '../../gate/card/card-signature.ts';
import { presentCard, type PresentCardOptions, type PresentedCard } from '../../gate/card/present-card.ts';
import { loadCardProfile } from '../../gate/card/profile.ts';
import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { Authority } from '../authority/authority.ts';
import type { Person } from '../authority/person.ts';
import type { CardKind } from '../card/kinds.ts';
import { sandboxPins } from '../card/card-contents.ts';
import type { CardOptions } from '../card/ordinary-card.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { directCard } from './direct-card.ts';
import { softwareTerminalKey, type ProfileName } from './software-terminal-key.ts';

/** What presenting a card comes to: an error's code, or whose signature there is. */
export type Outcome = CardErrorCode | 'signed' | 'signed by another key';

/** What the cards are asked to sign. */
export const message = Uint8Array.from({ length: 60 }, (_, n) => n);

/** What tests of the card's client need: an authority, people's cards, and terminal keys that cards take. */
export class CardSandbox {
  readonly authority: Authority;
  readonly #terminalKeys = new Map<ProfileName, TerminalKey>();
  readonly #people = new Map<string, Person>();

  /** Where many kinds of cards are wanted, their keys are made beforehand, on all cores. */
  static async create(people = 0): Promise<CardSandbox> {
    const authority = await Authority.create();
    await authority.prepareKeys(2 * people);
    return new CardSandbox(authority);
  }

  private constructor(authority: Authority) {
    this.authority = authority;
  }

  terminalKey(profile: ProfileName): TerminalKey {
    const known = this.#terminalKeys.get(profile);
    if (known !== undefined) return known;
    const made = softwareTerminalKey(this.authority, profile);
    this.#terminalKeys.set(profile, made);
    return made;
  }

  /** A card of some kind; cards that are alike share their holder, since keys take long to make. */
  card(kind: CardKind, more: Partial<CardOptions> = {}): VirtualCard {
    return kind.make({
      holder: this.holder(kind),
      terminalRoot: this.authority.terminalRoot(kind.profile),
      pins: sandboxPins,
      ...more,
    });
  }

  holder({ holder }: Pick<CardKind, 'holder'>): Person {
    const wish = JSON.stringify(holder);
    const known = this.#people.get(wish);
    if (known !== undefined) return known;
    const person = this.authority.issuePerson(holder);
    this.#people.set(wish, person);
    return person;
  }

  /** Presents a card to the client, without a reader in between. */
  present(
    card: VirtualCard,
    profileName: ProfileName = 'jpki-rsa',
    more: Partial<PresentCardOptions> = {},
  ): Promise<PresentedCard> {
    const profile = loadCardProfile(profileName);
    const terminalKey = this.terminalKey(profileName);
    return presentCard(directCard(card), { profile, terminalKey, message, ...more });
  }

  /** What presenting a card comes to. */
  async outcome(
    card: VirtualCard,
    profileName: ProfileName = 'jpki-rsa',
    more: Partial<PresentCardOptions> = {},
  ): Promise<Outcome> {
    return outcomeOf(this.present(card, profileName, more), profileName);
  }
}

/** What it came to: by the certificate that the card gave. */
export async function outcomeOf(
  presenting: Promise<PresentedCard>,
  profileName: ProfileName,
): Promise<Outcome> {
  try {
    return isSigned(await presenting, profileName) ? 'signed' : 'signed by another key';
  } catch (error) {
    if (error instanceof CardError) return error.code;
    throw error;
  }
}

/** Whether the signature is by the key of the certificate, or of the pinned key where there is one. */
export function isSigned(presented: PresentedCard, profileName: ProfileName): boolean {
  const { certificate, pinnedKey, signature } = presented;
  const key = pinnedKey ?? new X509Certificate(Buffer.from(certificate ?? [])).publicKey;
  return cardSignatureHolds(loadCardProfile(profileName), key, message, signature);
}
