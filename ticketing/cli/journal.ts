import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { CodedError } from '../../hsm/coded-error.ts';
import { openSigner } from '../../hsm/keys/signer-key.ts';
import type { Console } from '../../hsm/program/console.ts';
import { consoleOf } from '../../hsm/program/program.ts';
import { readPin, TOKEN_PIN } from '../../hsm/token/pin.ts';
import { openToken } from '../../hsm/token/token.ts';
import { readConfig } from '../config/config.ts';
import { importJournal } from '../journals/import-journal.ts';
import { reconcile } from '../journals/reconcile-session.ts';
import type { TakenJournal } from '../journals/take-journal.ts';
import { TicketingError } from '../ticketing-error.ts';
import { organisationOf, withOrganisation, withStore, type OrganisationOption } from './config-option.ts';

interface ImportOptions extends OrganisationOption {
  readonly evenIfRevoked?: boolean;
}

/** Adds `journal import`: what gates without a network handed over. */
export function addJournalCommands(program: Command): void {
  const group = program.command('journal').description('What gates write down of each tap.');
  withOrganisation(group.command('import'))
    .description(
      'Take gates’ journals from files, verify them, and make cases of what is wrong; the same again changes nothing.',
    )
    .argument('<file...>', 'journals ("kazasu-gate journal export")')
    .option('--even-if-revoked', 'a revoked gate’s journal counts all the same')
    .action(async (files: readonly string[], options: ImportOptions, command: Command) => {
      await importFiles(files, options, consoleOf(command));
    });
}

/** Takes each by itself: one that is refused does not keep the others out. */
async function importFiles(
  files: readonly string[],
  options: ImportOptions,
  console: Console,
): Promise<void> {
  const config = readConfig(options.config, process.env);
  const token = await openToken({ ...config.pkcs11, pin: await readPin(TOKEN_PIN) });
  try {
    const listSigner = await openSigner(token, 'list-signing');
    await withStore(config, async (store) => {
      const organisation = await organisationOf(store, config, options.organisation);
      const evenIfRevoked = options.evenIfRevoked === true;
      const sessions = new Set<string>();
      const progress = console.progress('Importing', files.length);
      for (const [at, file] of files.entries()) {
        try {
          const brought = { organisation, person: null, file: readJournalFile(file), evenIfRevoked };
          const taken = await importJournal({ store, listSigner, now: Date.now }, brought);
          for (const session of taken.sessions) sessions.add(session);
          tell(file, taken, console);
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          console.note(`${file}:`);
          console.failure(error);
          process.exitCode = 1;
        }
        progress.at(at + 1);
      }
      progress.end();
      for (const session of sessions) {
        const outcomes = await reconcile(store, session, Date.now());
        const opened = outcomes.filter((outcome) => outcome !== 'known').length;
        console.result(
          { session, found: outcomes.length, opened },
          `${session}: ${outcomes.length} to be looked at, ${opened} of them new ("kazasu-ticketing cases").`,
        );
      }
    });
  } finally {
    token.close();
  }
}

function tell(file: string, { gate, entries, sessions, answer }: TakenJournal, console: Console): void {
  const { findings, countersigned } = answer;
  const wrong = findings.map(({ code, sentence }) => `\n  ${code}: ${sentence}`).join('');
  console.result(
    { file, gate, entries, sessions: [...sessions], findings, countersigned },
    `${file}: ${entries} new entries of gate ${gate}.${wrong}`,
  );
}

function readJournalFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new TicketingError('file-unreadable', `The journal ${file} cannot be read.`, { cause });
  }
}
