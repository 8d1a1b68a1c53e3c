import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SaleWorld } from '../../test/box-office/sale-world.ts';
import { describeEachDatabase } from '../../test/database/each-database.ts';
import { openStore, type Store } from '../store/store.ts';

let world: SaleWorld;
beforeAll(async () => {
  world = await SaleWorld.open();
});
afterAll(() => {
  world.close();
});

/** A store that does something else after so many answers outside a transaction. */
function interrupted(store: Store, after: number, act: () => Promise<unknown>): Store {
  let answers = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      answers += 1;
      if (answers === after) await act();
      return result;
    },
  };
  return { ...store, db: store.db.withPlugin(plugin) };
}

describeEachDatabase('an application for the last seats that comes a second time', (database) => {
  it('is answered as the first, whenever another instance takes that one', async () => {
    const address = await database.newAddress();
    const [store, other] = await Promise.all([openStore(address), openStore(address)]);
    const elsewhere = world.applications(other);
    for (let [after, isOver] = [1, false]; !isOver; after += 1) {
      const [sale] = (await world.sell(store, { seats: 2 })).sessions;
      if (sale === undefined) throw new Error('Nothing is on sale.');
      const body = world.submit(world.issue(), sale, { tickets: 2 });
      isOver = true;
      const first = async (): Promise<void> => {
        isOver = false;
        await elsewhere.take(body);
      };
      const second = await world.applications(interrupted(store, after, first)).take(body);
      expect(second).toEqual(await elsewhere.take(body));
    }
    await Promise.all([store.close(), other.close()]);
  });
});
