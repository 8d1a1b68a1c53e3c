import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { looksLikePem, pemText } from '../certificate/pem.ts';
import { type Purpose, purposes } from '../certificate/purpose.ts';
import { importRoot, type Root } from '../certificate/root.ts';
import { consoleOf } from '../program/program.ts';
import { proposedPurpose } from '../trust/root-purpose.ts';
import { readTerminalRoot, type TerminalRoot } from '../trust/terminal-root.ts';
import { TrustError } from '../trust/trust-error.ts';
import { readSmallFile } from '../trust/trust-folder.ts';
import { TrustStore } from '../trust/trust-store.ts';
import { stateOption } from './token-options.ts';

interface AddOptions {
  readonly state: string;
  readonly yes?: boolean;
  readonly purpose?: Purpose;
  readonly profile?: string;
  readonly reference?: string;
}

/** Something that a file holds and that can be added. */
interface Candidate {
  readonly shown: object;
  readonly text: string;
  add(store: TrustStore): Promise<void>;
}

/** Adds `trust add` and `trust list` to the program. */
export function addTrustCommands(program: Command): void {
  const trust = program
    .command('trust')
    .description('What this installation trusts: roots, and J-LIS’s keys.');
  trust
    .command('add')
    .description(
      'Adds root certificates (PEM or DER), or J-LIS’s key for terminal certificates (SPKI in PEM).',
    )
    .argument('<file...>', 'one certificate or key in each')
    .option('--yes', 'yes, the fingerprints of the unknown ones were compared with what J-LIS publishes')
    .addOption(
      new Option('--purpose <purpose>', 'what the roots are for, where their name does not say').choices(
        purposes,
      ),
    )
    .option(
      '--profile <name>',
      'the card profile that a terminal root key is for: jpki-rsa, eac-rsa, eac-p384',
    )
    .option('--reference <hex>', 'how terminal certificates refer to that key: its key id, or CAR')
    .addOption(stateOption())
    .action(async (files: string[], options: AddOptions, command: Command) => {
      // All are looked at before the first is added: a wrong one leaves nothing half done.
      const candidates = [];
      for (const file of files) candidates.push(await readCandidate(file, options));
      const store = await TrustStore.open(trustFolder(options));
      for (const candidate of candidates) {
        await candidate.add(store);
        consoleOf(command).result({ added: candidate.shown }, `Added ${candidate.text}`);
      }
    });
  trust
    .command('list')
    .description('Shows what is trusted, and the files in its folder that are not taken.')
    .addOption(stateOption())
    .action(async (options: AddOptions, command: Command) => {
      const console = consoleOf(command);
      const store = await TrustStore.open(trustFolder(options));
      for (const { shown, text } of listed(store)) console.result(shown, text);
      for (const { file, reason } of store.refused) {
        console.result({ kind: 'refused', file, reason }, `Not taken: ${file}. ${reason}`);
        process.exitCode = 1;
      }
    });
}

function trustFolder({ state }: AddOptions): string {
  return join(state, 'trust');
}

async function readCandidate(file: string, options: AddOptions): Promise<Candidate> {
  const bytes = await readSmallFile(file);
  const text = looksLikePem(bytes) ? pemText(bytes) : '';
  if (text.includes('-----BEGIN PUBLIC KEY-----')) return terminalRootCandidate(text, file, options);
  return rootCandidate(importRoot(bytes), file, options);
}

function rootCandidate(root: Root, file: string, options: AddOptions): Candidate {
  requireYes(root.known !== undefined || options.yes === true, file, 'root certificate', root.fingerprint);
  const purpose = options.purpose ?? proposedPurpose(root);
  if (purpose === undefined) {
    throw new TrustError(
      'purpose-needed',
      `The root in ${file} does not say what it is for: add --purpose authentication or --purpose signature.`,
    );
  }
  return { ...describeRoot(root, purpose), add: (store) => store.addRoot(root, purpose) };
}

function terminalRootCandidate(pem: string, file: string, options: AddOptions): Candidate {
  const root = readTerminalRoot(pem, options.profile ?? '', options.reference);
  requireYes(options.yes === true, file, 'terminal root key', root.fingerprint);
  return { ...describeTerminalRoot(root), add: (store) => store.addTerminalRoot(root) };
}

function requireYes(given: boolean, file: string, kind: string, fingerprint: string): void {
  if (given) return;
  throw new TrustError(
    'unknown-root',
    `The ${kind} in ${file} is not one that this program knows. Compare its fingerprint, ` +
      `SHA-256 ${fingerprint}, with what J-LIS publishes; where they are the same, run this again with --yes.`,
  );
}

function listed(store: TrustStore): { shown: object; text: string }[] {
  return [
    ...purposes.flatMap((purpose) => store.roots(purpose).map((root) => describeRoot(root, purpose))),
    ...store.terminalRoots().map(describeTerminalRoot),
  ];
}

function describeRoot(root: Root, purpose: Purpose): { shown: object; text: string } {
  const { notBefore, notAfter, keyKind } = root.certificate;
  const { fingerprint } = root;
  const known = root.known?.name;
  const [from, to] = [notBefore.toISOString(), notAfter.toISOString()];
  return {
    shown: {
      kind: 'root',
      purpose,
      fingerprint,
      known: known ?? null,
      key: keyKind,
      notBefore: from,
      notAfter: to,
    },
    text: `${purpose} root ${fingerprint} (${known ?? 'not known by name'}), ${keyKind}, valid ${from} to ${to}`,
  };
}

function describeTerminalRoot(root: TerminalRoot): { shown: object; text: string } {
  const { profile, fingerprint } = root;
  const reference = root.reference === undefined ? null : Buffer.from(root.reference).toString('hex');
  return {
    shown: { kind: 'terminal-root', profile, fingerprint, reference },
    text: `terminal root key ${fingerprint} for ${profile}, reference ${reference ?? 'not given'}`,
  };
}
