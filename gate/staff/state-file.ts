import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { StaffError } from './staff-error.ts';

/** Reads a small file of the state folder; undefined where there is none. One that is damaged is refused. */
export function readState<Value>(file: string, schema: z.ZodType<Value>): Value | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw damaged(file, cause);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(file, cause);
  }
}

/** Writes it whole and for good, or not at all. Only the gate's own user may read it. */
export function writeState(file: string, value: object): void {
  const pending = `${file}.part`;
  const handle = openSync(pending, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(value)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(pending, file);
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function damaged(file: string, cause: unknown): StaffError {
  return new StaffError('damaged', `The file ${file} is damaged or cannot be read; set the PINs anew.`, {
    cause,
  });
}
