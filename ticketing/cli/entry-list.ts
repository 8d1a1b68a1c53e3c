import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';
import { importRoot } from '../../hsm/certificate/root.ts';
import { readRecipient } from '../../hsm/cli/files.ts';
import { withToken, withTokenOptions, type TokenSelection } from '../../hsm/cli/token-options.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { exportPack } from '../session-files/export-pack.ts';
import { readSessionFile } from '../session-files/session-file.ts';
import { countLines, readTickets } from '../session-files/tickets-file.ts';

interface PackOptions extends TokenSelection {
  readonly session: string;
  readonly tickets: string;
  readonly release: number;
  readonly gate: readonly string[];
  readonly root: readonly string[];
  readonly out: string;
}

/** Adds `entry-list`: what gates admit from. */
export function addEntryListCommands(program: Command): void {
  const group = program.command('entry-list').description('What gates admit from.');
  withTokenOptions(group.command('export'))
    .description(
      'Seals the tickets of a session into an entry list and packs it, signed, for the gates that may open it.',
    )
    .requiredOption('--session <file>', 'what the session is: JSON, see ticketing/README.md')
    .requiredOption('--tickets <file>', 'its tickets, one JSON object a line')
    .requiredOption('--release <number>', 'the list’s version: higher than any before it', version)
    .requiredOption('--gate <file...>', 'the gates’ transport keys ("kazasu-hsm transport-key show --out")')
    .requiredOption('--root <file...>', 'the roots by which gates check cards, PEM or DER')
    .requiredOption('--out <file>', 'where the pack goes')
    .action(async (options: PackOptions, command: Command) => {
      const console = consoleOf(command);
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
      await writeFile(options.out, pack);
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
    });
}

function version(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 on.');
  return Number(text);
}
