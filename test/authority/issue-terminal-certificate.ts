// node dist/test/authority/issue-terminal-certificate.js REQUEST --profile jpki-rsa --out FILE
// The sandbox's J-LIS on the command line: certifies a terminal key, and writes the roots to trust.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { CodedError } from '../../hsm/coded-error.ts';
import { consoleOf, createProgram, runProgram } from '../../hsm/program/program.ts';
import { Authority } from './authority.ts';
import { generations, purposes } from './generations.ts';
import type { TerminalProfile } from './terminal-certificates.ts';

interface Options {
  readonly profile: TerminalProfile;
  readonly out?: string;
  readonly folder: string;
  readonly roots?: string;
}

const program = createProgram(
  'issue-terminal-certificate',
  'The sandbox’s J-LIS certifies a terminal key. Nothing it issues opens a real card.',
)
  .argument('[request]', 'what `kazasu-hsm terminal-key request` wrote; none where --roots alone is wanted')
  .addOption(
    new Option('--profile <profile>', 'which card it is for')
      .choices(['jpki-rsa', 'eac-rsa', 'eac-p384'])
      .default('jpki-rsa'),
  )
  .option('--out <file>', 'where the terminal certificate goes')
  .option('--folder <folder>', 'where the authority keeps its keys between runs', join('state', 'authority'))
  .option('--roots <folder>', 'write the CA roots, and the terminal root’s key as PEM, there too')
  .action(run);

process.exitCode = await runProgram(program, process.argv.slice(2));

async function run(request: string | undefined, options: Options, command: Command): Promise<void> {
  if (request === undefined && options.roots === undefined) command.error('Give a REQUEST, or --roots.');
  if (request !== undefined && options.out === undefined) command.error('Say with --out where it goes.');
  const authority = await Authority.create({ folder: options.folder });
  if (options.roots !== undefined) {
    const terminalRoot = writeRoots(authority, options.profile, options.roots);
    consoleOf(command).result({ roots: options.roots, terminalRoot }, `Roots and ${terminalRoot} written.`);
  }
  if (request === undefined || options.out === undefined) return;
  writeFileSync(options.out, certify(authority, request, options.profile));
  consoleOf(command).result({ out: options.out }, `Terminal certificate written to ${options.out}.`);
}

class TerminalRequestError extends CodedError<'refused'> {}

function certify(authority: Authority, path: string, profile: TerminalProfile): Uint8Array {
  try {
    return authority.issueTerminalCertificate(JSON.parse(readFileSync(path, 'utf8')), profile);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new TerminalRequestError('refused', `The request is refused: ${why}`, { cause });
  }
}

function writeRoots(authority: Authority, profile: TerminalProfile, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const purpose of purposes) {
    for (const generation of generations) {
      const { certificate } = authority.root(purpose, generation);
      writeFileSync(join(folder, `${purpose}-${generation}.cer`), certificate);
    }
  }
  const terminalRoot = join(folder, `terminal-root-${profile}.pem`);
  writeFileSync(terminalRoot, authority.terminalRoot(profile).spki);
  return terminalRoot;
}
