import { createHash } from 'node:crypto';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appendState, readState } from '../keys/state-folder.ts';
import { CeremonyError } from './ceremony-error.ts';

/** The log's name in the state folder. */
export const CEREMONY_LOG = 'ceremony.jsonl';
/** What the first entry names as its predecessor. */
export const BEGINNING = '0'.repeat(64);

const Detail = z.record(z.string(), z.union([z.string(), z.boolean(), z.number(), z.array(z.string())]));

const EntryShape = z.strictObject({
  seq: z.int().nonnegative(),
  at: z.iso.datetime(),
  /** The command, e.g. `terminal-key request`. */
  act: z.string(),
  /** Who was logged in at the machine. */
  user: z.string(),
  /** Public facts: ids, fingerprints, names of gates. */
  detail: Detail,
  approvedBy: z.array(z.string()),
  outcome: z.enum(['done', 'failed']),
  /** Why it failed. */
  code: z.string().optional(),
  /** SHA-256, in hexadecimal, of the line before this one. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
});

export type CeremonyDetail = z.infer<typeof Detail>;
export type CeremonyEntry = z.infer<typeof EntryShape>;
export type NewEntry = Omit<CeremonyEntry, 'seq' | 'previous'>;

export interface CeremonyLog {
  readonly entries: readonly CeremonyEntry[];
  /** Hash of the last line: names the whole log. */
  readonly head: string;
  /** Bytes of a last line that was cut off while it was written. */
  readonly cut: number;
}

/** Reads the log of a state folder, and checks that every line follows from the one before. */
export async function readCeremonyLog(folder: string): Promise<CeremonyLog> {
  return parseCeremonyLog((await readState(folder, CEREMONY_LOG)) ?? '');
}

/** Reads a log's text. */
export function parseCeremonyLog(text: string): CeremonyLog {
  const end = text.lastIndexOf('\n') + 1;
  const entries: CeremonyEntry[] = [];
  let head = BEGINNING;
  for (const line of text.slice(0, end).split('\n').slice(0, -1)) {
    const entry = parseLine(line, entries.length);
    if (entry.seq !== entries.length || entry.previous !== head) throw broken(entries.length);
    entries.push(entry);
    head = hashOf(line);
  }
  return { entries, head, cut: Buffer.byteLength(text.slice(end)) };
}

/**
 * Appends an entry, and returns once it is on disk. A last line that was cut off (the power failed while
 * it was written) is taken away, and the new entry says so.
 */
export async function appendEntry(folder: string, entry: NewEntry): Promise<CeremonyEntry> {
  const text = (await readState(folder, CEREMONY_LOG)) ?? '';
  const { entries, head, cut } = parseCeremonyLog(text);
  if (cut > 0) await truncate(join(folder, CEREMONY_LOG), Buffer.byteLength(text) - cut);
  const detail = cut > 0 ? { ...entry.detail, cutOffBefore: cut } : entry.detail;
  const written: CeremonyEntry = { seq: entries.length, ...entry, detail, previous: head };
  await appendState(folder, CEREMONY_LOG, JSON.stringify(written));
  return written;
}

function parseLine(line: string, seq: number): CeremonyEntry {
  try {
    return EntryShape.parse(JSON.parse(line));
  } catch (cause) {
    throw broken(seq, cause);
  }
}

function broken(seq: number, cause?: unknown): CeremonyError {
  return new CeremonyError(
    'log-broken',
    `The ceremony log was changed: entry ${seq} does not follow from the one before. Compare it with the signed sheets, and keep it as evidence.`,
    { cause },
  );
}

function hashOf(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex');
}
