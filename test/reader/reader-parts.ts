import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { VirtualReaderError } from './reader-error.ts';

/** The parts of the machine that a private pcscd needs, by path. */
export interface ReaderParts {
  readonly pcscd: string;
  readonly unshare: string;
  readonly setpriv: string;
  /** vpcd's driver library. */
  readonly driver: string;
}

/** Programs for the machine's keeper live there, which an ordinary user's PATH leaves out. */
const administration = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The search path for all that runs in the namespaces. */
export function programPath(): string {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...administration].join(delimiter);
}

/** Looks for every part; refuses with the name of what is missing and the package that brings it. */
export async function findReaderParts(): Promise<ReaderParts> {
  if (process.platform !== 'linux') {
    throw new VirtualReaderError(
      'no-namespace',
      `A private pcscd lives in Linux namespaces, which ${process.platform} does not have: run this on Linux.`,
    );
  }
  await program('ip', 'iproute2');
  return {
    pcscd: await program('pcscd', 'pcscd'),
    unshare: await program('unshare', 'util-linux'),
    setpriv: await program('setpriv', 'util-linux'),
    driver: await vpcdDriver(),
  };
}

async function program(name: string, debianPackage: string): Promise<string> {
  for (const folder of programPath().split(delimiter)) {
    const path = join(folder, name);
    if (folder !== '' && (await isThere(path, constants.X_OK))) return path;
  }
  throw new VirtualReaderError(
    'missing-program',
    `The program ${name} is missing: install it, on Debian with "apt-get install ${debianPackage}".`,
  );
}

/** What vpcd's own configuration names, or else where its builds put it. */
async function vpcdDriver(): Promise<string> {
  const usual = ['/usr/lib', '/usr/lib64', '/usr/local/lib'].map(
    (folder) => `${folder}/pcsc/drivers/serial/libifdvpcd.so`,
  );
  for (const path of [...(await configuredDrivers()), ...usual]) {
    if (await isThere(path, constants.R_OK)) return path;
  }
  throw new VirtualReaderError(
    'missing-driver',
    'The virtual reader vpcd is missing: install it, on Debian with "apt-get install vsmartcard-vpcd".',
  );
}

async function configuredDrivers(): Promise<string[]> {
  const folder = '/etc/reader.conf.d';
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.flatMap((text) =>
    [...text.matchAll(/^\s*LIBPATH\s+(\S*vpcd\S*)/gm)].map((match) => match[1] ?? ''),
  );
}

async function isThere(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
