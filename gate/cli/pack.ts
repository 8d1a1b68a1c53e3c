import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { consoleOf } from '../../hsm/program/program.ts';
import { readConfig } from '../config/config.ts';
import { inspectPack, type Inspected } from '../pack/inspect-pack.ts';
import { readListKeys } from '../pack/list-keys.ts';
import { openPackShelf } from '../pack/open-pack-shelf.ts';
import { PackError } from '../pack/pack-error.ts';
import type { Taken } from '../pack/pack-shelf.ts';

interface InspectOptions {
  readonly config?: string;
  readonly key: readonly string[];
}

/** Adds `pack inspect` and `pack take` to the program. */
export function addPackCommands(program: Command): void {
  const pack = program
    .command('pack')
    .description('Packs, and the changes to them, that this gate is handed.');
  pack
    .command('inspect')
    .description('Verifies a pack, an entry list or a delta, and says what it is and for whom.')
    .argument('<file>', 'the file')
    .option('--config <file>', "the gate's configuration, for the list-signing keys in it")
    .option('--key <file...>', 'a list-signing key, PEM, beside those of the configuration', [])
    .action(async (file: string, { config, key }: InspectOptions, command: Command) => {
      const trusted = readListKeys([...(config === undefined ? [] : readConfig(config).listKeys), ...key]);
      if (trusted.length === 0) {
        throw new PackError(
          'no-list-key',
          'Give --config or --key: without a key nothing in the file can be believed.',
        );
      }
      const inspected = inspectPack(await readOffered(file), trusted, new Date());
      consoleOf(command).result(inspected, inspectedInWords(inspected));
    });
  pack
    .command('take')
    .description(
      'Takes a pack or a delta, where it is whole, for this gate, in date and newer than any before.',
    )
    .argument('<file>', 'the file')
    .requiredOption('--config <file>', "the gate's configuration")
    .action(async (file: string, { config }: { config: string }, command: Command) => {
      const { shelf, close } = openPackShelf(readConfig(config));
      try {
        const taken = await shelf.take(await readOffered(file), new Date());
        consoleOf(command).result(taken, takenInWords(taken));
      } finally {
        close();
      }
    });
}

async function readOffered(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new PackError('unreadable', `The file ${file} cannot be read; check its name and the carrier.`, {
      cause,
    });
  }
}

const kindNames: Record<Inspected['kind'], string> = {
  list: 'entry list',
  delta: 'delta (a change to an entry list)',
  pack: 'pack',
};

function inspectedInWords(inspected: Inspected): string {
  const { kind, event, session, gateGroup, version, issuedAt } = inspected;
  const rows: [string, string | number][] = [
    ['kind', kindNames[kind]],
    ['event', event],
    ['session', session],
    ['gate group', gateGroup],
    ['version', version],
    ['issued', issuedAt.toISOString()],
    ...(kind === 'delta' ? deltaRows(inspected) : listRows(inspected)),
    ...(kind === 'pack' ? packRows(inspected) : []),
  ];
  const lines = rows.map(([name, value]) => `${name.padEnd(12)} ${printable(String(value))}`);
  return ['Signature and every digest hold.', ...lines].join('\n');
}

function deltaRows(delta: Inspected & { kind: 'delta' }): [string, string | number][] {
  return [
    ['changes', `version ${delta.base}`],
    ['written', delta.written],
    ['withdrawn', delta.withdrawn],
    ['revoked', delta.revoked],
  ];
}

function listRows(list: Inspected & { kind: 'list' | 'pack' }): [string, string | number][] {
  const valid = { now: 'valid now', 'not-yet': 'not valid yet', 'no-longer': 'no longer valid' }[list.valid];
  return [
    ['valid', `${list.validFrom.toISOString()} to ${list.validUntil.toISOString()}: ${valid}`],
    ['entries', list.entries],
    ['revoked', list.revoked],
  ];
}

function packRows(pack: Inspected & { kind: 'pack' }): [string, string | number][] {
  return [
    ['event is', pack.names.event],
    ['session is', pack.names.session],
    ['starts', pack.startsAt.toISOString()],
    ['rules', JSON.stringify(pack.rules)],
    ...pack.gates.map((gate): [string, string] => ['key for', gate]),
    ...pack.roots.map((root): [string, string] => ['root', root]),
    ['CRLs', pack.crls],
  ];
}

function takenInWords(taken: Taken): string {
  const what = `${printable(taken.event)}, ${printable(taken.session)}`;
  if (taken.kind === 'pack') return `Taken: ${what}, version ${taken.version}.`;
  if (!taken.applied)
    return `Nothing to do: this delta was taken before; ${what} is at version ${taken.version}.`;
  const { added, changed, withdrawn, revoked } = taken;
  return `Taken: ${what}, now version ${taken.version}: ${added} added, ${changed} changed, ${withdrawn} withdrawn, ${revoked} revoked.`;
}

/** What would move a terminal's cursor is not shown, even of a signed file. */
function printable(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
}
