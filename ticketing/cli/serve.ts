import type { Command } from 'commander';
import { once } from 'node:events';
import type { Console } from '../../hsm/program/console.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { readConfig, type TicketingConfig } from '../config/config.ts';
import { withConfig, withStore, type ConfigOption } from './config-option.ts';
import { openLog } from './open-log.ts';
import { invitationLink } from '../people/invitations.ts';
import { hasOwner, inviteOwner } from '../people/owner.ts';
import { openService } from '../service/service.ts';
import { migrate, type Store } from '../store/store.ts';
import { TicketingError } from '../ticketing-error.ts';

/** Adds `serve`, `owner` and `db`: the service itself. */
export function addServiceCommands(program: Command): void {
  withConfig(program.command('serve'))
    .description('run the service until stopped (Ctrl-C, SIGTERM)')
    .action(async ({ config }: ConfigOption, command: Command) => {
      await serve(readConfig(config, process.env), consoleOf(command));
    });
  withConfig(program.command('owner').description('The organisation’s owners.').command('invite'))
    .description('print a one-time link by which one person becomes an owner, within three days')
    .option('--organisation <name>', 'which one; a new name makes a new organisation')
    .action(async (options: ConfigOption & { organisation?: string }, command: Command) => {
      const config = readConfig(options.config, process.env);
      await withStore(config, (store) =>
        printOwnerLink(store, config, consoleOf(command), checkedName(options.organisation)),
      );
    });
  withConfig(program.command('db').description('The database.').command('migrate'))
    .description('bring the tables to this version; make a backup first')
    .action(async ({ config }: ConfigOption, command: Command) => {
      const steps = await migrate(readConfig(config, process.env).database);
      const text = steps.length === 0 ? 'The tables are of this version.' : `Done: ${steps.join(', ')}.`;
      consoleOf(command).result({ steps }, text);
    });
}

async function serve(config: TicketingConfig, console: Console): Promise<void> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const pin = await readPin(TOKEN_PIN);
  const { log, flush } = openLog(console);
  const service = await openService(config, { pin, log });
  try {
    console.result(
      { serving: service.url, publicUrl: config.publicUrl.href },
      `The ticketing service is up at ${service.url} (for browsers: ${config.publicUrl.href}; reference: /reference).`,
    );
    if (!(await hasOwner(service.store))) await printOwnerLink(service.store, config, console);
    await stopped;
  } finally {
    await service.close();
    flush();
  }
}

/** The link goes to the terminal alone, never into a log. */
async function printOwnerLink(
  store: Store,
  config: TicketingConfig,
  console: Console,
  organisation = config.organisation,
): Promise<void> {
  const invitation = await inviteOwner(store, organisation, Date.now());
  const link = invitationLink(config.publicUrl, invitation);
  const until = new Date(invitation.expiresAt).toISOString();
  console.result(
    { organisation, link, expiresAt: until },
    `Whoever opens this link first, until ${until}, becomes an owner of ${organisation}:\n  ${link}`,
  );
}

function checkedName(name: string | undefined): string | undefined {
  if (name === undefined || (name.trim() !== '' && name.length <= 100)) return name?.trim();
  throw new TicketingError('file-wrong', 'An organisation’s name has 1 to 100 signs.');
}
