import { Option, type Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { readConfig } from '../config/config.ts';
import { tableAsCsv } from '../export/csv.ts';
import type { ExportLanguage } from '../export/table.ts';
import { tableAsXlsx } from '../export/xlsx.ts';
import { figuresTable } from '../figures/figures-table.ts';
import { viewOf } from '../figures/figures-view.ts';
import { sessionFigures, type SessionFigures } from '../figures/session-figures.ts';
import { TicketingError } from '../ticketing-error.ts';
import { organisationOf, withOrganisation, withStore, type OrganisationOption } from './config-option.ts';
import { tableFile } from './table-file.ts';
import { writeWholeFile } from './whole-file.ts';

interface FiguresOptions extends OrganisationOption {
  readonly session: string;
  readonly out?: string;
  readonly language: ExportLanguage;
}

/** Adds `figures`: what happened at a session. */
export function addFiguresCommand(program: Command): void {
  withOrganisation(program.command('figures'))
    .description('What happened at a session, of the journals that are in: on the screen, or as a table.')
    .requiredOption('--session <event/session>', 'as packs and journals name it')
    .option('--out <file>', 'where the table goes: .csv, or .xlsx for Excel', tableFile)
    .addOption(new Option('--language <code>', 'of the table').choices(['ja', 'en']).default('ja'))
    .action(async ({ session, out, language, ...options }: FiguresOptions, command: Command) => {
      const config = readConfig(options.config, process.env);
      const console = consoleOf(command);
      const figures = await withStore(config, async (store) => {
        const organisation = await organisationOf(store, config, options.organisation);
        return sessionFigures(store, organisation, { name: session }, Date.now());
      });
      if (figures === undefined) {
        throw new TicketingError('not-there', `There is no session ${session}; name it as EVENT/SESSION.`);
      }
      if (out === undefined) {
        console.result(viewOf(figures), forPeople(figures));
        return;
      }
      const write = out.endsWith('.csv') ? tableAsCsv : tableAsXlsx;
      await writeWholeFile(out, write(figuresTable(figures, language)));
      console.result({ session, file: out }, `Wrote the figures of ${session}: ${out}.`);
    });
}

function forPeople({ name, tickets, doors, refused, journals }: SessionFigures): string {
  const missing = journals.filter(({ whole }) => !whole).map(({ gate }) => gate);
  return [
    name,
    ...tickets.map(
      (each) =>
        `  ${each.category}: ${each.tickets} tickets, ${each.bound} with a card, ${each.entered} entered${each.noShows === null ? '' : `, ${each.noShows} no-shows`}`,
    ),
    ...doors.map(
      ({ door, entries, exits, byHand, peak }) =>
        `  door ${door}: ${entries} in (${byHand} by hand), ${exits} out${peak === null ? '' : `; the fullest minute ${new Date(peak.at).toISOString()}, ${peak.entries} in`}`,
    ),
    ...refused.map(
      ({ verdict, code, taps }) => `  refused: ${verdict}${code === null ? '' : ` (${code})`} ${taps}`,
    ),
    ...(missing.length === 0 ? [] : [`  not to the session's end: the journals of ${missing.join(', ')}`]),
  ].join('\n');
}
