import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Crl } from './crl-reader.ts';
import { refuseRevocation } from './revocation-error.ts';

/**
 * The highest number seen of each line of lists, a line being all lists of one key and distribution point.
 * Without it, someone could hand in last month's list, on which a stolen card is not yet.
 */
export interface CrlNumbers {
  highest(line: string): bigint | undefined;
  /** Remembers a number for good before it returns. */
  raise(line: string, number: bigint): void;
}

/** The line that a list belongs to. */
export function lineOf({ root, distributionPoint }: Pick<Crl, 'root' | 'distributionPoint'>): string {
  const hash = createHash('sha256').update(root.certificate.spki);
  for (const name of distributionPoint) hash.update(name);
  return hash.digest('hex');
}

/** For one run alone, as a command that checks one certificate. */
export class CrlNumbersInMemory implements CrlNumbers {
  readonly #highest = new Map<string, bigint>();

  highest(line: string): bigint | undefined {
    return this.#highest.get(line);
  }

  raise(line: string, number: bigint): void {
    const before = this.#highest.get(line);
    if (before === undefined || number > before) this.#highest.set(line, number);
  }
}

const fileShape = z.strictObject({
  format: z.literal('kazasu/crl-numbers/v1'),
  highest: z.record(z.string().regex(/^[0-9a-f]{64}$/), z.string().regex(/^(0|[1-9][0-9]{0,48})$/)),
});

/** Kept in a small file, replaced whole each time; a damaged one is an error, never an empty record. */
export class CrlNumbersFile implements CrlNumbers {
  readonly #path: string;
  readonly #highest: Map<string, bigint>;

  constructor(path: string) {
    this.#path = path;
    this.#highest = readNumbers(path);
  }

  highest(line: string): bigint | undefined {
    return this.#highest.get(line);
  }

  raise(line: string, number: bigint): void {
    const before = this.#highest.get(line);
    if (before !== undefined && number <= before) return;
    this.#highest.set(line, number);
    const highest = Object.fromEntries([...this.#highest].map(([key, value]) => [key, value.toString()]));
    replaceFile(this.#path, `${JSON.stringify({ format: 'kazasu/crl-numbers/v1', highest }, null, 1)}\n`);
  }
}

function readNumbers(path: string): Map<string, bigint> {
  try {
    const { highest } = fileShape.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(Object.entries(highest).map(([line, number]) => [line, BigInt(number)]));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map(); // the first run
    return refuseRevocation('record-damaged', { cause });
  }
}

/** On the disk before it returns, name and all: a number that a power cut forgets lets an old list pass. */
function replaceFile(path: string, text: string): void {
  const next = `${path}.new`;
  flushed(next, 'w', (file) => writeSync(file, text));
  renameSync(next, path);
  flushed(dirname(path), 'r');
}

function flushed(path: string, mode: 'w' | 'r', write: (file: number) => void = () => undefined): void {
  const file = openSync(path, mode, 0o600);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
