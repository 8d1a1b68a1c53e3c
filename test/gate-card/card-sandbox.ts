import type { TerminalKey } from '../../hsm/keys/terminal-key.ts';
import { Authority } from '../authority/authority.ts';
import type { Person } from '../authority/person.ts';
import type { CardKind } from '../card/kinds.ts';
import { sandboxPins } from '../card/card-contents.ts';
import type { CardOptions } from '../card/ordinary-card.ts';
import type { VirtualCard } from '../card/virtual-card.ts';
import { softwareTerminalKey, type ProfileName } from './software-terminal-key.ts';

/** What tests of the card's client need: an authority, people's cards, and terminal keys that cards take. */
export class CardSandbox {
  readonly authority: Authority;
  readonly #terminalKeys = new Map<ProfileName, TerminalKey>();
  readonly #people = new Map<string, Person>();

  static async create(): Promise<CardSandbox> {
    return new CardSandbox(await Authority.create());
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

  holder({ holder, revoked }: Pick<CardKind, 'holder' | 'revoked'>): Person {
    const wish = JSON.stringify({ holder, revoked });
    const known = this.#people.get(wish);
    if (known !== undefined) return known;
    const person = this.authority.issuePerson(holder);
    this.#people.set(wish, person);
    return person;
  }
}
