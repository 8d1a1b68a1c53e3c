// One process of the ticketing service with buyers before it: it takes applications through the real path, and
// says how many were accepted and how long that took. Its cards sign before the clock starts.
import type { TokenOptions } from '../hsm/token/token.ts';
import { ApplicationError } from '../ticketing/applications/application-error.ts';
import { openStore } from '../ticketing/store/store.ts';
import { SaleWorld, type OnSale } from '../test/box-office/sale-world.ts';

/** What a process is told to do. */
export interface BuyersOrder {
  readonly address: string;
  readonly token: TokenOptions;
  /** One run after the other: what is sold, how many apply, and how many of them at once. */
  readonly runs: readonly BuyersRun[];
}

export interface BuyersRun {
  readonly sale: OnSale;
  readonly applications: number;
  readonly buyers: number;
}

/** What a process says: that it is ready for its next run, or what a run came to. */
export type BuyersNews =
  { readonly ready: true } | { readonly accepted: number; readonly soldOut: number; readonly ms: number };

process.once('message', (order) => {
  void work(order as BuyersOrder).then(() => {
    process.disconnect();
  });
});

async function work({ address, token, runs }: BuyersOrder): Promise<void> {
  const world = await SaleWorld.beside(token);
  const store = await openStore(address);
  const applications = world.applications(store, { now: Date.now });
  const people = Array.from({ length: Math.max(...runs.map((run) => run.applications)) }, () =>
    world.issue(),
  );
  for (const { sale, applications: count, buyers } of runs) {
    world.now = Date.now();
    const bodies = people
      .slice(0, count)
      .map((person, n) => world.submit(person, sale, { tickets: 1 + (n % 2) }));
    tell({ ready: true });
    await new Promise((resolve) => process.once('message', resolve));
    let [next, accepted, soldOut] = [0, 0, 0];
    const started = performance.now();
    const buyer = async (): Promise<void> => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
        try {
          await applications.take(body);
          accepted += 1;
        } catch (error) {
          if (!(error instanceof ApplicationError) || error.code !== 'sold-out') throw error;
          soldOut += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: buyers }, buyer));
    tell({ accepted, soldOut, ms: performance.now() - started });
  }
  await store.close();
  world.close();
}

function tell(news: BuyersNews): void {
  process.send?.(news);
}
