import { type Command, InvalidArgumentError, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { importRoot } from '../../hsm/certificate/root.ts';
import { readRecipient } from '../../hsm/cli/files.ts';
import { withToken, withTokenOptions, type TokenSelection } from '../../hsm/cli/token-options.ts';
import type { Console } from '../../hsm/program/console.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { ticketsAsCsv } from '../export/csv.ts';
import type { ExportedTicket } from '../export/exported-ticket.ts';
import type { ExportLanguage } from '../export/table.ts';
import { ticketsAsXlsx } from '../export/xlsx.ts';
import { exportPack } from '../session-files/export-pack.ts';
import { readSessionFile } from '../session-files/session-file.ts';
import { countLines, readTickets, type TicketLine } from '../session-files/tickets-file.ts';
import { exportFromStore, type StoreExport } from './export-from-store.ts';
import { tableFile } from './table-file.ts';
import { writeWholeFile } from './whole-file.ts';

interface FileOptions extends TokenSelection {
  readonly session: string;
  readonly tickets: string;
  readonly release: number;
  readonly gate: readonly string[];
  readonly root: readonly string[];
  readonly out: string;
}
type ExportOptions = Partial<FileOptions> & Omit<StoreExport, 'config'> & { readonly config?: string };

/** Adds `entry-list`: what gates admit from. */
export function addEntryListCommands(program: Command): void {
  const group = program.command('entry-list').description('What gates admit from.');
  addExport(group);
  addTable(group);
}

function addExport(group: Command): void {
  withTokenOptions(group.command('export'))
    .description(
      'Seals the tickets of a session into an entry list and packs it, signed, for the gates that may open it: from the service’s store (--config), or from files.',
    )
    .requiredOption(
      '--session <session>',
      'with --config EVENT/SESSION; else a file that says what it is: JSON, see ticketing/README.md',
    )
    .requiredOption('--out <file>', 'where the pack, or the delta, goes')
    .option('--config <file>', 'the service’s configuration: its store is exported, and keeps the version')
    .option('--group <name>', 'from the store: the gates that it is for', 'main')
    .addOption(
      new Option('--kind <kind>', 'from the store: newest is a delta where one will do')
        .choices(['newest', 'full', 'delta'])
        .default('newest'),
    )
    .option('--tickets <file>', 'from files: its tickets, one JSON object a line')
    .option('--release <number>', 'from files: the list’s version, higher than any before it', version)
    .option(
      '--gate <file...>',
      'from files: the gates’ transport keys ("kazasu-hsm transport-key show --out")',
    )
    .option('--root <file...>', 'from files: the roots by which gates check cards, PEM or DER')
    .action(async ({ config, ...options }: ExportOptions, command: Command) => {
      const console = consoleOf(command);
      if (config !== undefined) await exportFromStore({ ...options, config }, console);
      else await exportFromFiles(fromFiles(options, command), console);
    });
}

/** What only an export from files needs. */
function fromFiles(options: Omit<ExportOptions, 'config'>, command: Command): FileOptions {
  const { tickets, release, gate, root, token } = options;
  if (tickets === undefined || release === undefined || gate === undefined || root === undefined) {
    command.error(
      'error: give --config for the service’s store, or --tickets, --release, --gate and --root for files',
      { exitCode: 2 },
    );
  }
  return { ...options, tickets, release, gate, root, token: token ?? '' };
}

async function exportFromFiles(options: FileOptions, console: Console): Promise<void> {
  const session = readSessionFile(options.session);
  const gates = await Promise.all(options.gate.map(readRecipient));
  const roots = options.root.map((file) => importRoot(readFileSync(file)));
  const total = await countLines(options.tickets);
  const progress = console.progress('Sealing', total);
  const pack = await withToken(options, (token) =>
    exportPack(token, {
      session,
      tickets: readTickets(options.tickets),
      version: options.release,
      gates,
      roots,
      issuedAt: new Date(),
      onProgress: (done) => {
        progress.at(done);
      },
    }),
  );
  progress.end();
  await writeWholeFile(options.out, pack);
  console.result(
    {
      event: session.event,
      session: session.session,
      version: options.release,
      file: options.out,
      bytes: pack.length,
    },
    `Packed ${session.event}, ${session.session}, version ${options.release}, for ${gates.length} ${gates.length === 1 ? 'gate' : 'gates'}: ${options.out}.`,
  );
}

interface TableOptions {
  readonly tickets: string;
  readonly out: string;
  readonly language: ExportLanguage;
}

function addTable(group: Command): void {
  group
    .command('table')
    .description(
      'Writes the tickets as a table for people: seat, category, bound or not, when; never a hash.',
    )
    .requiredOption('--tickets <file>', 'the tickets, one JSON object a line')
    .requiredOption('--out <file>', 'where the table goes: .csv, or .xlsx for Excel', tableFile)
    .addOption(new Option('--language <code>', 'of the headings').choices(['ja', 'en']).default('ja'))
    .action(async ({ tickets, out, language }: TableOptions, command: Command) => {
      const console = consoleOf(command);
      const progress = console.progress('Writing', await countLines(tickets));
      let count = 0;
      const onProgress = (done: number): void => {
        count = done;
        progress.at(done);
      };
      const table = out.endsWith('.csv') ? ticketsAsCsv : ticketsAsXlsx;
      await writeWholeFile(out, table(forPeople(readTickets(tickets)), { language, onProgress }));
      progress.end();
      console.result({ file: out, tickets: count }, `Wrote ${count} tickets: ${out}.`);
    });
}

/** Of a ticket and its cards, what people may see. */
async function* forPeople(tickets: AsyncIterable<TicketLine>): AsyncGenerator<ExportedTicket> {
  for await (const { record, cards } of tickets) {
    const { ticket, category, seat, zone } = record;
    const [boundAt] = cards.map((card) => card.boundAt).sort((a, b) => a.getTime() - b.getTime());
    yield {
      ticket,
      category,
      ...(seat === undefined ? {} : { seat }),
      ...(zone === undefined ? {} : { zone }),
      ...(boundAt === undefined ? {} : { boundAt }),
    };
  }
}

function version(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return Number(text);
}
