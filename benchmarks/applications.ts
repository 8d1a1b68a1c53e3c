import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, openStore, type Store } from '../ticketing/store/store.ts';
import { startPostgres } from '../test/database/postgres.ts';
import { SaleWorld, type OnSale } from '../test/box-office/sale-world.ts';
import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import type { BuyersNews, BuyersOrder, BuyersRun } from './buyers-child.ts';
import { loadNow } from './gate-bench/spread.ts';

const rounds = 3;
const applications = 2000;
const inPlot = 500;
const concurrencies = [1, 2, 4, 8, 16, 32, 64];
/** Of what is asked for, so much is there: the last tenth goes away with nothing. */
const share = 0.9;
/** Half ask for one ticket, half for two. */
const ticketsEach = 1.5;
const buyersAtOnce = 256;
const reach = 1500;

interface Measured {
  /** Accepted a second, round by round, at full load. */
  readonly rates: readonly number[];
  readonly curve: readonly (readonly [number, number])[];
  readonly soldOut: number;
}

/** Applications taken while all want the same seats, on both databases. */
export const applicationsBenchmark: Benchmark = {
  id: 'applications',
  title: 'applications accepted, all for the same seats',
  async run(say): Promise<BenchmarkResult> {
    const world = await SaleWorld.open();
    const folder = mkdtempSync(join(tmpdir(), 'kazasu-bench-'));
    const cluster = startPostgres({ durable: true });
    try {
      say('SQLite, one process');
      const sqlite = await measure(world, join(folder, 'ticketing.sqlite'), 1);
      say('PostgreSQL, two processes');
      const postgres = await measure(world, cluster.newDatabase(), 2);
      return resultOf(sqlite, postgres);
    } finally {
      cluster.stop();
      rmSync(folder, { recursive: true, force: true });
      world.close();
    }
  },
};

function resultOf(sqlite: Measured, postgres: Measured): BenchmarkResult {
  const [ours, theirs] = [median(sqlite.rates), median(postgres.rates)];
  const one = sqlite.curve[0]?.[1] ?? 0;
  return {
    id: 'applications',
    value: ours,
    unit: 'accepted/s',
    reach: `≥ ${reach}/s on SQLite, zero oversold; PostgreSQL with 2 processes at least as many`,
    met: ours >= reach && theirs >= reach,
    beside: [
      { name: 'PostgreSQL, 2 processes (accepted/s)', value: theirs, ratio: theirs / ours },
      { name: 'SQLite, one buyer: a commit for each (accepted/s)', value: one, ratio: one / ours },
    ],
    note:
      `Medians of ${rounds} rounds of ${applications} applications for 1 or 2 of the same seats, ${buyersAtOnce} ` +
      `buyers at once, seats for ${share * 100} % of what they ask: ${sqlite.soldOut} and ${postgres.soldOut} ` +
      'were told that it is sold out; no seat was sold twice and none was left. Each goes the whole way: both ' +
      'certificates by the rule at the door, the signature over the exact bytes, the authority (in the same ' +
      'process), serial hash and two seals in SoftHSM, one transaction on this machine’s disk ' +
      '(synchronous=FULL; fsync on) for those that wait together. Cards sign beforehand, with one key for all. ' +
      `SQLite from ${list(sqlite.rates)}, PostgreSQL ${list(postgres.rates)}. ${loadNow()}`,
    plots: [
      {
        title: 'Applications accepted, by how many apply at once',
        x: { label: 'buyers at once', log: true },
        y: { label: 'accepted/s' },
        series: [
          { name: 'SQLite', points: sqlite.curve },
          { name: 'PostgreSQL ×2', points: postgres.curve },
        ],
      },
    ],
  };
}

async function measure(world: SaleWorld, address: string, processes: number): Promise<Measured> {
  await migrate(address);
  const store = await openStore(address);
  const sizes = [
    // The first only warms up.
    ...Array.from({ length: rounds + 1 }, () => ({ count: applications, buyers: buyersAtOnce })),
    ...concurrencies.map((buyers) => ({ count: inPlot, buyers })),
  ];
  const runs: BuyersRun[] = [];
  for (const { count, buyers } of sizes) {
    const seats = Math.floor(count * ticketsEach * share);
    const [sale] = (await world.sell(store, { seats })).sessions;
    if (sale === undefined) throw new Error('Nothing is on sale.');
    runs.push({ sale, applications: count, buyers });
  }
  const order = { address, token: world.tokenOptions };
  const children = Array.from({ length: processes }, (_, place) =>
    child({ ...order, runs: runs.map((run) => shareOf(run, place, processes)) }),
  );
  const rates: number[] = [];
  let soldOut = 0;
  for (const { sale } of runs) {
    await Promise.all(children.map((each) => each.next()));
    for (const each of children) each.go();
    const news = await Promise.all(children.map((each) => each.next()));
    const told = news.flatMap((each) => ('accepted' in each ? [each] : []));
    const accepted = told.reduce((sum, each) => sum + each.accepted, 0);
    rates.push((accepted / Math.max(...told.map(({ ms }) => ms))) * 1000);
    soldOut += told.reduce((sum, each) => sum + each.soldOut, 0);
    await requireEachSeatOnce(store, sale, accepted);
  }
  await Promise.all(children.map((each) => each.end));
  await store.close();
  const curve = concurrencies.map((buyers, place) => [buyers, rates[rounds + 1 + place] ?? 0] as const);
  return { rates: rates.slice(1, rounds + 1), curve, soldOut };
}

/** One process's part of a run; where there are more processes than buyers, some look on. */
function shareOf(run: BuyersRun, place: number, processes: number): BuyersRun {
  const buyers = Math.floor(run.buyers / processes) + (place < run.buyers % processes ? 1 : 0);
  const busy = Math.min(processes, run.buyers);
  return { ...run, buyers, applications: buyers === 0 ? 0 : Math.floor(run.applications / busy) };
}

/** Nothing oversold, nothing left behind: a figure that breaks this is none. */
async function requireEachSeatOnce({ db }: Store, { session }: OnSale, accepted: number): Promise<void> {
  const tickets = await db
    .selectFrom('tickets')
    .select('seat_id')
    .where('session_id', '=', session)
    .execute();
  const held = await db
    .selectFrom('seats')
    .select('ticket_id')
    .where('session_id', '=', session)
    .where('state', '=', 'held')
    .execute();
  const taken = await db.selectFrom('applications').select('id').where('session_id', '=', session).execute();
  const distinct = new Set(tickets.map(({ seat_id }) => seat_id)).size;
  if (distinct !== tickets.length || held.length !== tickets.length || taken.length !== accepted)
    throw new Error('Seats were sold twice, or lost.');
}

interface Child {
  next(): Promise<BuyersNews>;
  go(): void;
  readonly end: Promise<void>;
}

function child(order: BuyersOrder): Child {
  // Built it is beside this file; run by a tool that strips types, its source is.
  const file = join(
    import.meta.dirname,
    existsSync(join(import.meta.dirname, 'buyers-child.js')) ? 'buyers-child.js' : 'buyers-child.ts',
  );
  const process_: ChildProcess = fork(file, { execArgv: [] });
  const news: BuyersNews[] = [];
  let tell: (() => void) | undefined;
  let failed: Error | undefined;
  process_.on('message', (message) => {
    news.push(message as BuyersNews);
    tell?.();
  });
  const end = new Promise<void>((resolve) => {
    process_.on('exit', (status) => {
      if (status !== 0) failed = new Error(`A process of buyers ended with status ${String(status)}.`);
      tell?.();
      resolve();
    });
  });
  process_.send(order);
  return {
    next: async () => {
      for (;;) {
        const first = news.shift();
        if (first !== undefined) return first;
        if (failed !== undefined) throw failed;
        await new Promise<void>((resolve) => (tell = resolve));
      }
    },
    go: () => process_.send('go'),
    end,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function list(values: readonly number[]): string {
  return values.map((value) => String(Math.round(value))).join(', ');
}
