import type { Command } from 'commander';
import type { TicketingConfig } from '../config/config.ts';
import { openStore, type Store } from '../store/store.ts';
import { TicketingError } from '../ticketing-error.ts';

export interface ConfigOption {
  readonly config: string;
}

/** The option of every command that works on what the service has. */
export function withConfig(command: Command): Command {
  return command.requiredOption('--config <file>', 'the service’s configuration, JSON or TOML');
}

export interface OrganisationOption extends ConfigOption {
  readonly organisation?: string;
}

/** The same, and whose of it. */
export function withOrganisation(command: Command): Command {
  return withConfig(command).option(
    '--organisation <name>',
    'whose; the configuration’s organisation where left out',
  );
}

/** Opens the service's store, also beside a service that runs, and closes it after the work. */
export async function withStore<Result>(
  { database }: TicketingConfig,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(database);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The id of the organisation that is meant. */
export async function organisationOf(
  { db }: Pick<Store, 'db'>,
  config: TicketingConfig,
  name = config.organisation,
): Promise<string> {
  const row = await db.selectFrom('organisations').select('id').where('name', '=', name).executeTakeFirst();
  if (row !== undefined) return row.id;
  throw new TicketingError('not-there', `There is no organisation ${name}; name it with --organisation.`);
}
