import { Option, type Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import {
  caseStates,
  inList,
  readCase,
  readCases,
  type CaseInList,
  type CaseView,
} from '../cases/case-views.ts';
import { readConfig } from '../config/config.ts';
import { organisationOf, withOrganisation, withStore, type OrganisationOption } from './config-option.ts';

const atOnce = 200;

interface ListOptions extends OrganisationOption {
  readonly state?: (typeof caseStates)[number];
  readonly kind?: string;
}

/** Adds `cases`: what people must look at. They are worked over HTTP, where it is known who does it. */
export function addCaseCommands(program: Command): void {
  const group = program.command('cases').description('What people must look at.');
  withOrganisation(group.command('list', { isDefault: true }))
    .description('list them, the newest first; those that are closed only where --state says so')
    .addOption(new Option('--state <state>', 'only such').choices(caseStates))
    .option('--kind <kind>', 'only such, as double-entry')
    .action(async (options: ListOptions, command: Command) => {
      const config = readConfig(options.config, process.env);
      const console = consoleOf(command);
      await withStore(config, async (store) => {
        const organisation = await organisationOf(store, config, options.organisation);
        const states = options.state === undefined ? (['open', 'working'] as const) : [options.state];
        for (let after: string | undefined; ;) {
          const wanted = { after, limit: atOnce, states, kind: options.kind };
          const page = (await readCases(store, organisation, wanted)).map(inList);
          for (const each of page) console.result(each, lineOf(each));
          if (page.length < atOnce) return;
          after = page.at(-1)?.id;
        }
      });
    });
  withOrganisation(group.command('show'))
    .description('show one with all that is needed to work it')
    .argument('<case>', 'its id, as the list has it')
    .action(async (id: string, options: OrganisationOption, command: Command) => {
      const config = readConfig(options.config, process.env);
      await withStore(config, async (store) => {
        const organisation = await organisationOf(store, config, options.organisation);
        const view = await readCase(store, organisation, id);
        consoleOf(command).result(view, forPeople(view));
      });
    });
}

function lineOf({ id, kind, subject, state, openedAt }: CaseInList): string {
  return [id, state.padEnd(7), openedAt, kind, subject].join('  ');
}

function forPeople(view: CaseView): string {
  const notes = view.notes.map(({ at, text }) => `  ${at}  ${text}`);
  return [
    lineOf(view),
    ...(view.outcome === null ? [] : [`It came to: ${view.outcome}`]),
    JSON.stringify(view.detail, null, 2),
    ...(notes.length === 0 ? [] : ['Notes:', ...notes]),
  ].join('\n');
}
