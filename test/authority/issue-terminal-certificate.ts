// node dist/test/authority/issue-terminal-certificate.js REQUEST --profile jpki-rsa --out FILE
// The sandbox's J-LIS on the command line: certifies a terminal key, and writes the roots to trust.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { Authority } from './authority.ts';
import { generations, purposes } from './generations.ts';
import type { TerminalProfile } from './terminal-certificates.ts';

interface Options {
  readonly profile: TerminalProfile;
  readonly out?: string;
  readonly folder: string;
  readonly roots?: string;
}

await new Command('issue-terminal-certificate')
  .description('The sandbox’s J-LIS certifies a terminal key. Nothing it issues opens a real card.')
  .argument('[request]', 'what `kazasu-hsm terminal-key request` wrote; none with --roots alone')
  .addOption(
    new Option('--profile <profile>', 'which card it is for')
      .choices(['jpki-rsa', 'eac-rsa', 'eac-p384'])
      .default('jpki-rsa'),
  )
  .option('--out <file>', 'where the terminal certificate goes')
  .option('--folder <folder>', 'where the authority keeps its keys between runs', join('state', 'authority'))
  .option('--roots <folder>', 'write the CA roots, and the terminal root’s key as PEM, there too')
  .action(run)
  .parseAsync();

async function run(request: string | undefined, options: Options, command: Command): Promise<void> {
  if (request === undefined && options.roots === undefined) command.error('Give a REQUEST, or --roots.');
  if (request !== undefined && options.out === undefined) command.error('Say with --out where it goes.');
  try {
    const authority = await Authority.create({ folder: options.folder });
    if (options.roots !== undefined) writeRoots(authority, options.profile, options.roots);
    if (request === undefined || options.out === undefined) return;
    const json: unknown = JSON.parse(readFileSync(request, 'utf8'));
    writeFileSync(options.out, authority.issueTerminalCertificate(json, options.profile));
    process.stderr.write(`Terminal certificate written to ${options.out}.\n`);
  } catch (error) {
    command.error(`Refused: ${error instanceof Error ? error.message : String(error)}`, { exitCode: 1 });
  }
}

function writeRoots(authority: Authority, profile: TerminalProfile, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const purpose of purposes) {
    for (const generation of generations) {
      const { certificate } = authority.root(purpose, generation);
      writeFileSync(join(folder, `${purpose}-${generation}.cer`), certificate);
    }
  }
  const terminalRoot = join(folder, `terminal-root-${profile}.pem`);
  writeFileSync(terminalRoot, authority.terminalRoot(profile).spki);
  process.stderr.write(`Roots and ${terminalRoot} written.\n`);
}
