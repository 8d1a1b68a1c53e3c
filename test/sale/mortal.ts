import type { KyselyPlugin } from 'kysely';
import type { ValidityAuthority } from '../../hsm/validity/validity-authority.ts';
import type { ServiceKeys } from '../../ticketing/keys/service-keys.ts';
import type { Store } from '../../ticketing/store/store.ts';

/** What a program that has died says, whatever is asked of it. */
export class Dead extends Error {}

/**
 * The life of a program, in moments: one before and one after each thing that it waits for. In the moment
 * that was chosen it dies, and from then on it does nothing more: no clean-up, no second try.
 */
export class Life {
  #left: number;

  constructor(moments: number) {
    this.#left = moments;
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  pass(): void {
    this.#left -= 1;
    if (this.isOver) throw new Dead();
  }

  async across<Result>(act: () => Promise<Result>): Promise<Result> {
    this.pass();
    const result = await act();
    this.pass();
    return result;
  }
}

/**
 * Has a program die in its first moment, another one in its second, and so on until one lives through all of
 * it; answers how many died.
 */
export async function eachDeath(live: (life: Life) => Promise<void>): Promise<number> {
  for (let moment = 1; ; moment += 1) {
    const life = new Life(moment);
    await live(life);
    if (!life.isOver) return moment - 1;
  }
}

/** Waits for what a program does, as far as it gets; it fails of nothing but its death. */
export async function untilDeath(...acts: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(acts)) {
    if (outcome.status === 'rejected' && !(outcome.reason instanceof Dead)) throw outcome.reason;
  }
}

/** A store as a mortal program has it: it may die around each statement, before a commit, and after one. */
export function mortalStore(store: Store, life: Life): Store {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      life.pass();
      return node;
    },
    transformResult: ({ result }) => {
      life.pass();
      return Promise.resolve(result);
    },
  };
  return {
    kind: store.kind,
    db: store.db.withPlugin(plugin),
    // What dies inside is rolled back, as a database does when it loses who spoke to it.
    transaction: (work) =>
      life.across(() =>
        store.transaction(async (tables) => {
          const result = await work(tables.withPlugin(plugin));
          life.pass();
          return result;
        }),
      ),
    close: () => store.close(),
  };
}

/** The keys in the HSM as a mortal program has them. */
export function mortalKeys(keys: ServiceKeys, life: Life): ServiceKeys {
  const { storage, listSigner } = keys;
  return {
    storage: {
      seal: (plain, context) => life.across(() => storage.seal(plain, context)),
      open: (sealed, context) => life.across(() => storage.open(sealed, context)),
    },
    listSigner: {
      publicKey: listSigner.publicKey,
      sign: (message) => life.across(() => listSigner.sign(message)),
    },
    eventKey: (event) =>
      life.across(async () => {
        const key = await keys.eventKey(event);
        return {
          serialHash: (certificate) => life.across(() => key.serialHash(certificate)),
          ticketHash: (number) => life.across(() => key.ticketHash(number)),
        };
      }),
    makeEventKey: (event) => life.across(() => keys.makeEventKey(event)),
    wrapEventKey: (event, gate) => life.across(() => keys.wrapEventKey(event, gate)),
  };
}

/** The authority as a mortal program asks it. */
export function mortalAuthority(authority: ValidityAuthority, life: Life): ValidityAuthority {
  return {
    validity: (purpose, certificates) => life.across(() => authority.validity(purpose, certificates)),
    correspondence: (certificates) => life.across(() => authority.correspondence(certificates)),
    renewals: (certificates) => life.across(() => authority.renewals(certificates)),
  };
}
