import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { migrate, openStore, type Store, type StoreKind } from '../../ticketing/store/store.ts';
import { startPostgres, type PostgresCluster } from './postgres.ts';

/** What a test of the store gets. */
export interface TestDatabase {
  readonly kind: StoreKind;
  /** The address of a new database with all tables and nothing in them. */
  newAddress(): Promise<string>;
  /** Opens a store on a new database; it is closed after the tests. */
  newStore(): Promise<Store>;
}

/**
 * Runs the same tests on SQLite and on PostgreSQL.
 *
 * @example
 * describeEachDatabase('seats', (database) => {
 *   it('are held once', async () => {
 *     const store = await database.newStore();
 *   });
 * });
 */
export function describeEachDatabase(what: string, tests: (database: TestDatabase) => void): void {
  describe.each(['sqlite', 'postgres'] as const)(`${what}, on %s`, (kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'kazasu-store-'));
    const stores: Store[] = [];
    let cluster: PostgresCluster | undefined;
    let count = 0;
    beforeAll(() => {
      if (kind === 'postgres') cluster = startPostgres();
    });
    afterAll(async () => {
      for (const store of stores) await store.close();
      cluster?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const newAddress = async (): Promise<string> => {
      count += 1;
      const address = cluster?.newDatabase() ?? join(folder, `${count}.sqlite`);
      await migrate(address);
      return address;
    };
    tests({
      kind,
      newAddress,
      newStore: async () => {
        const store = await openStore(await newAddress());
        stores.push(store);
        return store;
      },
    });
  });
}
