/** What became of one of several that were done together. */
export type Outcome<Result> = { readonly done: Result } | { readonly error: unknown };

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does together what waits at the same time: one question to the authority, or one transaction on the disk,
 * for as many as there are. While some are under way the next ones gather, so the more come the larger the
 * groups, and one that comes alone waits for nobody.
 *
 * @example
 * const gathering = new Gathering(200, (applications) => accept(store, applications));
 * const outcome = await gathering.add(application);
 */
export class Gathering<Item, Result> {
  readonly #most: number;
  readonly #work: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>;
  #waiting: Waiting<Item, Result>[] = [];
  #isUnderWay = false;

  constructor(most: number, work: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>) {
    this.#most = most;
    this.#work = work;
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isUnderWay) void this.#go();
    });
  }

  async #go(): Promise<void> {
    this.#isUnderWay = true;
    // Those that arrive in the same turn of the loop belong together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#most);
      await this.#do(group);
    }
    this.#isUnderWay = false;
  }

  /** A failure that names none of them may be one's own: each is done by itself then, and spoils no other. */
  async #do(group: readonly Waiting<Item, Result>[]): Promise<void> {
    let outcomes: readonly Outcome<Result>[];
    try {
      outcomes = await this.#work(group.map(({ item }) => item));
    } catch (error) {
      if (group.length === 1) {
        group[0]?.reject(error);
        return;
      }
      for (const each of group) await this.#do([each]);
      return;
    }
    group.forEach(({ resolve, reject }, place) => {
      const outcome = outcomes[place];
      if (outcome === undefined) reject(new TypeError('One of several was left without an outcome.'));
      else if ('done' in outcome) resolve(outcome.done);
      else reject(outcome.error);
    });
  }
}
