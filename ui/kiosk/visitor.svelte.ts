import { kioskClient, type Choice, type Press } from '../api/kiosk-client.ts';
import type { Catalogue, Standing, View } from '../api/kiosk-messages.ts';
import { Attempt } from '../parts/attempt.svelte.ts';
import { language } from '../texts/language.svelte.ts';
import { forgottenAt, type Page } from './page.ts';
import type { TypedPin } from './typed-pin.ts';

/** How often at most the kiosk is told that someone is still there. */
const toldEvery = 5_000;

/**
 * The one visitor at the kiosk, as the screen knows them: what they choose here, and the kiosk's own visit
 * once that has begun. Whatever ends it, `forget` leaves nothing behind.
 */
export class Visitor {
  /** Nothing until it is known. */
  connected = $state<boolean>();
  view = $state.raw<View>();
  standing = $state.raw<Standing>();
  page = $state.raw<Page>({ name: 'welcome' });
  catalogue = $state.raw<Catalogue>();
  readonly asking = new Attempt();
  #lastAct = $state(Date.now());
  #lastTold = 0;
  /** The visitor goes back to choosing: what was chosen is kept that once. */
  #choosesAgain = false;

  /** When what is on the screen is forgotten unless something is done. */
  readonly forgottenAt = $derived.by(() =>
    this.view === undefined
      ? undefined
      : forgottenAt(this.page, this.view, {
          act: this.#lastAct,
          languageIsForNow: language.isForNow,
        }),
  );

  /** Follows the kiosk; answers what ends that. */
  follow(): () => void {
    return kioskClient.follow({
      onConnection: (connected) => {
        this.connected = connected;
        if (!connected) this.forget();
      },
      onStanding: (standing) => {
        const { catalogueAt } = this.standing ?? {};
        this.standing = standing;
        if (standing.catalogueAt !== catalogueAt) void this.#loadCatalogue();
      },
      onView: (view) => {
        this.#hear(view);
      },
    });
  }

  goTo(page: Page): void {
    this.asking.forget();
    this.page = page;
    if (page.name === 'sessions') void this.#loadCatalogue();
  }

  apply(choice: Choice): Promise<unknown> {
    return this.asking.run(() => kioskClient.apply(choice));
  }

  bind(code: string): Promise<unknown> {
    return this.asking.run(() => kioskClient.bind(code));
  }

  async lookUp(number: string): Promise<void> {
    const outcome = await this.asking.run(() => kioskClient.result(number));
    if (outcome !== undefined && this.page.name === 'number') this.goTo({ name: 'result', outcome });
  }

  press(press: Press): Promise<unknown> {
    const { visit } = this.view ?? { visit: 0 };
    return this.asking.run(() => kioskClient.press(visit, press));
  }

  async chooseAgain(): Promise<void> {
    this.#choosesAgain = true;
    await this.press('back');
    if (this.asking.problem !== undefined) this.#choosesAgain = false;
  }

  enterPin(pin: TypedPin): Promise<unknown> {
    const { visit } = this.view ?? { visit: 0 };
    return this.asking.run(() => pin.send((body) => kioskClient.enterPin(visit, body)));
  }

  /** Ends it, wherever it is. */
  async leave(): Promise<void> {
    if (this.view === undefined || this.view.phase === 'idle') this.forget();
    else await this.press('leave');
  }

  /** Someone is there and does something: neither screen nor kiosk lose patience. */
  act(): void {
    const now = Date.now();
    this.#lastAct = now;
    if (this.view?.until === undefined || now - this.#lastTold < toldEvery) return;
    this.#lastTold = now;
    void this.#stillThere(this.view.visit);
  }

  forget(): void {
    this.page = { name: 'welcome' };
    this.#choosesAgain = false;
    this.asking.forget();
    language.startOver();
  }

  #hear(view: View): void {
    const before = this.view?.phase;
    this.view = view;
    if (view.phase === before) return;
    this.#lastAct = Date.now();
    if (view.phase !== 'idle') {
      this.asking.forget();
      return;
    }
    if (before === undefined || before === 'idle') return;
    if (this.#choosesAgain) this.#choosesAgain = false;
    else this.forget();
  }

  async #stillThere(visit: number): Promise<void> {
    try {
      await kioskClient.press(visit, 'touch');
    } catch {
      // It was over just then, and the screen is told so.
    }
  }

  async #loadCatalogue(): Promise<void> {
    try {
      this.catalogue = await kioskClient.catalogue();
    } catch {
      // What is known of it stays; the kiosk holds every choice to its own.
    }
  }
}
