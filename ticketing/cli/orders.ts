import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import type { Console } from '../../hsm/program/console.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { readConfig } from '../config/config.ts';
import { askForImport, runImport } from '../orders/import-orders.ts';
import { findImport } from '../orders/import-views.ts';
import { OrdersError } from '../orders/orders-error.ts';
import { openStore, type Store } from '../store/store.ts';
import { TicketingError } from '../ticketing-error.ts';

interface ImportOptions {
  readonly config: string;
  readonly event: string;
  readonly guide: string;
  readonly goodOnes?: true;
}

/** Adds `orders import`: what was sold elsewhere. */
export function addOrderCommands(program: Command): void {
  program
    .command('orders')
    .description('Orders of play guides.')
    .command('import')
    .description('import orders, a line a ticket: order, ticket, session, category and seat')
    .argument('<file>', 'CSV, UTF-8 or Shift_JIS')
    .requiredOption('--config <file>', 'the service’s configuration, JSON or TOML')
    .requiredOption('--event <name>', 'the event, as packs name it')
    .requiredOption('--guide <name>', 'whose orders they are')
    .option('--good-ones', 'take the good lines where others are wrong, in place of none')
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const store = await openStore(readConfig(options.config, process.env).database);
      try {
        await importFile(store, file, options, consoleOf(command));
      } finally {
        await store.close();
      }
    });
}

async function importFile(
  store: Store,
  path: string,
  { event: name, guide, goodOnes }: ImportOptions,
  console: Console,
): Promise<void> {
  const event = await store.db
    .selectFrom('events')
    .select(['id', 'organisation_id'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (event === undefined) throw new OrdersError('no-such-event', 'There is no event of that name.');
  const { id, organisation_id: organisation } = event;
  const wanted = goodOnes === true ? 'good' : 'all';
  const parts = { store, now: Date.now };
  const asked = await askForImport(parts, {
    organisation,
    person: null,
    event: id,
    guide,
    file: await contentOf(path),
    wanted,
  });
  await runImport(parts, asked);
  const { state, total, taken, wrong, report } = await findImport(store, organisation, asked);
  const lines = report.map(({ line, why }) => `  line ${line}: ${why}`);
  const text = [`${taken} of ${total} tickets were taken; ${wrong} lines are wrong.`, ...lines].join('\n');
  console.result({ import: asked, state, total, taken, wrong, report }, text);
  if (state === 'refused') {
    throw new OrdersError('file-wrong', 'Lines are wrong, so none was taken; mend them, or add --good-ones.');
  }
}

async function contentOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TicketingError('file-unreadable', `The file ${path} cannot be read.`, { cause });
  }
}
