import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readHidden } from './hidden-prompt.ts';
import { TokenError } from './token-error.ts';

/** Where a PIN may come from. Never from the command line: every user of the machine can read those. */
export interface PinSources {
  /** What the PIN is for, as the prompt says it. */
  readonly prompt: string;
  /** An open file descriptor (`--pin-fd`). */
  readonly fd?: number;
  /** A file (`--pin-file`), e.g. a credentials file. */
  readonly file?: string;
  /** The environment variable's name. */
  readonly variable: string;
  /** The file's name in systemd's CREDENTIALS_DIRECTORY. */
  readonly credential: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where nobody sits at a terminal to be asked. */
  readonly unattended?: boolean;
}

/** The PIN of the token itself. */
export const TOKEN_PIN = {
  prompt: 'PIN of the token: ',
  variable: 'KAZASU_PIN',
  credential: 'kazasu-pin',
} as const;

const LONGEST = 4096;

/**
 * Gets a PIN from the first of: file descriptor, file, environment variable, systemd credential, prompt
 * without echo. It is not kept, and no error or log shows it.
 *
 * @example
 * const pin = await readPin({ ...TOKEN_PIN, unattended: true });
 * const token = await openToken({ module, token: 'gate', pin });
 */
export async function readPin(sources: PinSources): Promise<string> {
  const { environment = process.env } = sources;
  if (sources.fd !== undefined) return checked(readAll(sources.fd), `file descriptor ${sources.fd}`);
  if (sources.file !== undefined) return checked(readFile(sources.file), sources.file);
  const variable = environment[sources.variable];
  if (variable !== undefined) return checked(variable, sources.variable);
  const credentials = environment['CREDENTIALS_DIRECTORY'];
  if (credentials !== undefined) {
    const pin = readFileIfThere(join(credentials, sources.credential));
    if (pin !== undefined) return checked(pin, `the credential ${sources.credential}`);
  }
  if (sources.unattended !== true && process.stdin.isTTY)
    return checked(await readHidden(sources.prompt), 'the terminal');
  throw new TokenError(
    'pin-missing',
    `There is no PIN to go on with (${sources.prompt.replace(/: $/, '')}). Give it by ${sources.variable}, or run this on a terminal to be asked.`,
  );
}

/** Several persons' PINs from one file: a line `NAME:PIN` each. */
export function readNamedPins(file: string): ReadonlyMap<string, string> {
  const pins = new Map<string, string>();
  for (const line of readFile(file).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) pins.set(line.slice(0, colon).trim(), line.slice(colon + 1));
  }
  return pins;
}

/** One line is a PIN; the line's end is not part of it. */
function checked(text: string, source: string): string {
  const pin = text.replace(/\r?\n$/, '');
  if (pin === '' || /[\r\n\0]/.test(pin))
    throw new TokenError(
      'pin-missing',
      `What came from ${source} is no PIN: it must be one line, not empty.`,
    );
  return pin;
}

function readFile(path: string): string {
  const pin = readFileIfThere(path);
  if (pin === undefined) throw new TokenError('pin-missing', `The PIN file ${path} is not there.`);
  return pin;
}

function readFileIfThere(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new TokenError('pin-missing', `The PIN file ${path} cannot be read; check who may.`, { cause });
  }
  try {
    return readAll(fd);
  } finally {
    closeSync(fd);
  }
}

/** Reads to the end, but never more than a PIN could be. */
function readAll(fd: number): string {
  const buffer = Buffer.alloc(LONGEST);
  try {
    if (fstatSync(fd).isDirectory()) throw new TypeError('a folder');
    let length = 0;
    for (;;) {
      const read = readSync(fd, buffer, length, LONGEST - length, null);
      length += read;
      if (read === 0 || length === LONGEST) break;
    }
    return buffer.toString('utf8', 0, length);
  } catch (cause) {
    throw new TokenError('pin-missing', 'The PIN cannot be read from where it was said to be.', { cause });
  } finally {
    buffer.fill(0);
  }
}
