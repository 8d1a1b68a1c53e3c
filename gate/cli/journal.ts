import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { p256PointOfSpki } from '../../hsm/seal/p256-signature.ts';
import { countersignerName } from '../../ticketing/gate-api/messages.ts';
import { readConfig } from '../config/config.ts';
import type { Place } from '../journal/derived.ts';
import { exportJournal } from '../journal/export.ts';
import { verifyInclusionFile, type ProvenEntry } from '../journal-format/inclusion-file.ts';
import type { JournalReport } from '../journal-format/finding.ts';
import { JournalError } from '../journal-format/journal-error.ts';
import { proveEntry } from '../journal/prove-entry.ts';
import { entryOfCode } from '../receipt/entry-code.ts';
import { readJournal } from '../journal/read-journal.ts';
import { verifyJournal } from '../journal-format/verify.ts';

/**
 * `kazasu-gate journal export` and `journal verify`; `journal prove` and `journal verify-proof` for one entry.
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

  addProofCommands(journal);

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

interface ProveOptions {
  readonly config: string;
  readonly entry: Place;
  readonly out: string;
}

interface VerifyProofOptions {
  readonly key?: readonly string[];
  readonly receiverKey?: readonly string[];
}

function addProofCommands(journal: Command): void {
  journal
    .command('prove')
    .description('write the proof that one entry is in the journal that this gate signed')
    .requiredOption('--config <file>', "the gate's configuration")
    .requiredOption('--entry <entry>', 'the code on the receipt, or log/number', readPlace)
    .requiredOption('--out <file>', 'where to, a .tlog-proof')
    .action(({ config: file, entry, out }: ProveOptions, command: Command) => {
      const { state } = readConfig(file);
      const proof = readJournal(join(state, 'journal.sqlite'), (store) => proveEntry(store, entry));
      writeWhole(out, Buffer.from(proof));
      consoleOf(command).result(
        { file: out, ...entry },
        `The proof of entry ${entry.number} of log ${entry.epoch} is in ${out}.`,
      );
    });

  journal
    .command('verify-proof')
    .description('verify such a proof: the entry it shows is in the journal that the gate signed')
    .argument('<file>', 'the proof')
    .option('--key <pem...>', "the gate's identity key, a public key as PEM; several where it was renewed")
    .option('--receiver-key <pem...>', "the ticketing service's list-signing key, where it countersigned")
    .action((file: string, { key, receiverKey = [] }: VerifyProofOptions, command: Command) => {
      const keys = key?.map(readKey);
      const countersigners = receiverKey.map((each) => ({
        name: countersignerName,
        publicKey: readKey(each),
      }));
      const text = Buffer.from(readFile(file)).toString('utf8');
      const proven = verifyInclusionFile(text, keys === undefined ? {} : { keys, countersigners });
      consoleOf(command).result(provenForMachines(proven), provenForPeople(proven));
    });
}

function provenForMachines({ entry, checkpoint, countersignedBy, signatureChecked }: ProvenEntry): object {
  const { gate, epoch, size } = checkpoint;
  const tag =
    'tag' in entry && entry.tag !== undefined ? { tag: Buffer.from(entry.tag).toString('hex') } : {};
  const shown = Object.entries(entry).filter(([, value]) => !(value instanceof Uint8Array));
  return {
    verdict: 'proven',
    signatureChecked,
    countersignedBy,
    gate,
    epoch,
    size,
    entry: { ...Object.fromEntries(shown), ...tag },
  };
}

function provenForPeople(proven: ProvenEntry): string {
  const { entry, checkpoint, countersignedBy, signatureChecked } = proven;
  const { gate, epoch, size } = checkpoint;
  const what = entry.kind === 'tap' ? `a tap, ${entry.verdict}` : entry.kind;
  const who = ['ticket' in entry ? entry.ticket : undefined].filter((each) => each !== undefined);
  return [
    `Entry ${entry.number} of log ${epoch} of gate ${gate}: ${[what, ...who].join(', ')}, at ${new Date(entry.at).toISOString()}.`,
    signatureChecked
      ? `It is among the first ${size} entries, which the gate signed${countersignedBy.length > 0 ? ' and the ticketing service countersigned' : ''}.`
      : "The signature was not checked: give the gate's key with --key, or the result proves nothing.",
  ].join('\n');
}

function readPlace(text: string): Place {
  const [, epoch, number] = /^(\d{1,10})\/(\d{1,15})$/.exec(text) ?? [];
  const place = epoch === undefined ? entryOfCode(text) : { epoch: Number(epoch), number: Number(number) };
  if (place !== undefined) return place;
  throw new InvalidArgumentError(
    'It is a code as 1-572-0 from a receipt (mistyped?), or log/number as 1/572.',
  );
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
