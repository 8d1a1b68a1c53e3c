import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { p256PointOfSpki } from '../../hsm/seal/p256-signature.ts';
import { readConfig } from '../config/config.ts';
import { exportJournal } from '../journal/export.ts';
import type { JournalReport } from '../journal-format/finding.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { readJournal } from '../journal/read-journal.ts';
import { verifyJournal } from '../journal-format/verify.ts';

/**
 * `kazasu-gate journal export` and `journal verify`.
 *
 * @example
 * addJournalCommands(createProgram('kazasu-gate', 'The entry terminal.'));
 */
export function addJournalCommands(program: Command): void {
  const journal = program.command('journal').description("the gate's record: hand it over, verify it");

  journal
    .command('export')
    .description('write the whole journal to one file, also beside a gate that is running')
    .requiredOption('--config <file>', "the gate's configuration")
    .requiredOption('--out <file>', 'where to')
    .action((options: { config: string; out: string }, command: Command) => {
      const config = readConfig(options.config);
      const file = readJournal(join(config.state, 'journal.sqlite'), (store) =>
        exportJournal(store, config.gate),
      );
      writeWhole(options.out, file);
      const { logs } = verifyJournal(file);
      const entries = sum(logs.map((log) => log.entries));
      const signed = sum(logs.map((log) => log.signed));
      const unsigned = entries - signed;
      const more =
        unsigned === 0
          ? ''
          : ` The last ${unsigned} are not signed yet: the gate signs them when it goes on or closes.`;
      consoleOf(command).result(
        { file: options.out, bytes: file.length, logs: logs.length, entries, signed },
        `${entries} entries in ${logs.length} logs are in ${options.out}.${more}`,
      );
    });

  journal
    .command('verify')
    .description('find what was changed, removed, moved or cut off in a journal that was handed over')
    .argument('<file>', 'the journal')
    .option('--key <pem...>', "the gate's identity key, a public key as PEM; several where it was renewed")
    .action((file: string, options: { key?: string[] }, command: Command) => {
      const keys = options.key?.map(readKey);
      const report = verifyJournal(readFile(file), keys === undefined ? {} : { keys });
      if (report.findings.length > 0) process.exitCode = 1;
      consoleOf(command).result(forMachines(report), forPeople(report));
    });
}

function forMachines({ gate, logs, findings, signaturesChecked }: JournalReport): object {
  return {
    verdict: findings.length === 0 ? 'whole' : 'wrong',
    gate,
    signaturesChecked,
    logs: logs.map(({ epoch, entries, signed }) => ({ epoch, entries, signed })),
    findings,
  };
}

function forPeople({ gate, logs, findings, signaturesChecked }: JournalReport): string {
  const rows = logs.map(
    ({ epoch, entries, signed }) => `  log ${epoch}: ${entries} entries, ${signed} of them signed`,
  );
  const wrong = findings.map(({ code, sentence }) => `  ${code}: ${sentence}`);
  const proof = signaturesChecked
    ? []
    : ["Signatures were not checked: give the gate's key with --key, or the result proves nothing."];
  const verdict = findings.length === 0 ? 'Nothing is wrong.' : 'This is wrong:';
  return [`The journal of ${gate}`, ...rows, verdict, ...wrong, ...proof].join('\n');
}

function readKey(file: string): Uint8Array {
  const pem = readFile(file);
  try {
    return p256PointOfSpki(createPublicKey(Buffer.from(pem)).export({ type: 'spki', format: 'der' }));
  } catch (cause) {
    throw new JournalError('malformed', `${file} is not a P-256 public key in PEM.`, { cause });
  }
}

function readFile(file: string): Uint8Array {
  if (!existsSync(file)) throw new JournalError('malformed', `There is no file ${file}.`);
  return readFileSync(file);
}

/** A file that is there is whole, even if this program ends in between. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, bytes);
  renameSync(fresh, file);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
