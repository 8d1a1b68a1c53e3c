import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialiseToken } from '../../hsm/token/initialise.ts';
import type { TokenOptions } from '../../hsm/token/token.ts';

/** A PKCS#11 module with fresh tokens of its own, in a temporary folder. */
export interface TokenBed {
  readonly kind: ModuleKind;
  /** Holds everything the module keeps. */
  readonly folder: string;
  /** How to open the token of that label. */
  options(label: string): TokenOptions;
  /** What a child process needs in its environment to find the tokens. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

export type ModuleKind = 'SoftHSM' | 'NSS softokn';

/** The modules on which the whole suite runs. */
export const MODULE_KINDS: readonly ModuleKind[] = ['SoftHSM', 'NSS softokn'];

/** The PIN of every token here: these are fixtures, and guard nothing. */
export const TEST_PIN = 'correct-horse-8';
export const TEST_OFFICER_PIN = 'officer-horse-8';

/**
 * Makes one token per label. NSS takes its tokens as parameters of the module, and SoftHSM its folder
 * from the environment, which is set for this process: one bed of a kind at a time.
 *
 * @example
 * const bed = makeTokenBed('SoftHSM', ['gate']);
 * const token = await openToken(bed.options('gate'));
 */
export function makeTokenBed(
  kind: ModuleKind,
  labels: readonly string[],
  softhsmConfig: readonly string[] = [],
): TokenBed {
  const folder = mkdtempSync(join(tmpdir(), 'kazasu-token-'));
  const environment = kind === 'SoftHSM' ? softhsmIn(folder, softhsmConfig) : {};
  Object.assign(process.env, environment);
  const module = kind === 'SoftHSM' ? softhsmModule() : softoknModule();
  const parameters = kind === 'SoftHSM' ? {} : { parameters: nssParameters(folder, labels) };
  for (const label of labels)
    initialiseToken({ module, ...parameters, label, securityOfficerPin: TEST_OFFICER_PIN, pin: TEST_PIN });
  return {
    kind,
    folder,
    environment,
    options: (token) => ({ module, ...parameters, token, pin: TEST_PIN }),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function softhsmModule(): string {
  return firstOf('softhsm2', [
    '/usr/lib/softhsm/libsofthsm2.so',
    '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
    '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
    '/usr/lib64/pkcs11/libsofthsm2.so',
  ]);
}

export function softoknModule(): string {
  return firstOf('libnss3', [
    '/usr/lib/x86_64-linux-gnu/libsoftokn3.so',
    '/usr/lib/aarch64-linux-gnu/libsoftokn3.so',
    '/usr/lib64/libsoftokn3.so',
  ]);
}

/** The first path that exists; a missing part fails with its name and how to install it. */
export function firstOf(debianPackage: string, paths: readonly string[]): string {
  const found = paths.find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`Missing: ${debianPackage}. Install it with: apt-get install -y ${debianPackage}`);
  return found;
}

function softhsmIn(folder: string, more: readonly string[]): Record<string, string> {
  mkdirSync(join(folder, 'tokens'));
  const config = join(folder, 'softhsm2.conf');
  const lines = [
    `directories.tokendir = ${join(folder, 'tokens')}`,
    'objectstore.backend = file',
    'log.level = ERROR',
    ...more,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  return { SOFTHSM2_CONF: config };
}

function nssParameters(folder: string, labels: readonly string[]): string {
  const tokens = labels.map((label, index) => {
    const database = join(folder, `nss-${index}`);
    mkdirSync(database);
    return `0x${(0x10 + index).toString(16)}=[configDir='sql:${database}' tokenDescription='${label}' slotDescription='${label}']`;
  });
  return `configdir='' flags=noCertDB,noModDB tokens=<${tokens.join(' ')}>`;
}
