import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../hsm/coded-error.ts';
import { Seeded } from '../session/seeded.ts';
import { mutate } from './mutate.ts';
import type { Target } from './targets.ts';

/** Inputs that once were findings: each is tried again by the tests for ever. */
export const foundFolder = join('test', 'fuzz', 'found');

/** An input that a reader did not take as it should. */
export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly what: string;
}

/** A reader that takes longer than this for 64 KiB could be kept busy by a stranger. */
const longestMs = 2000;

/** Feeds one input; what is wrong with how it was taken, if anything. */
export async function tryInput(target: Target, input: Uint8Array): Promise<Finding | undefined> {
  const began = performance.now();
  try {
    await target.feed(input);
  } catch (error) {
    if (!(error instanceof CodedError)) {
      return {
        target: target.name,
        input,
        what: error instanceof Error ? (error.stack ?? '') : String(error),
      };
    }
  }
  const took = performance.now() - began;
  return took > longestMs
    ? { target: target.name, input, what: `It took ${Math.round(took)} ms.` }
    : undefined;
}

/**
 * Feeds a target with changed samples, so many times from a seed: the same seed is the same run. What was
 * taken, and so came further than its neighbours, becomes a sample too.
 */
export async function fuzz(target: Target, seed: number, times: number): Promise<Finding | undefined> {
  const random = new Seeded(seed);
  const samples = [...target.samples];
  for (let time = 0; time < times; time += 1) {
    const input = mutate(random.one(samples), random, random.one(samples));
    const finding = await tryInput(target, input);
    if (finding !== undefined) return finding;
    if (samples.length < 64 && random.happens(2)) samples.push(input);
  }
  return undefined;
}

/** Keeps what was found, for the tests. */
export function keepFinding({ target, input }: Finding): string {
  mkdirSync(foundFolder, { recursive: true });
  const name = createHash('sha256').update(input).digest('hex').slice(0, 16);
  const file = join(foundFolder, `${target}-${name}.bin`);
  writeFileSync(file, input);
  return file;
}

/** What was found before, of one target. */
export function foundBefore(target: string): Uint8Array[] {
  const wanted = new RegExp(`^${target}-[0-9a-f]{16}\\.bin$`);
  return filesIn(foundFolder)
    .filter((file) => wanted.test(file))
    .map((file) => readFileSync(join(foundFolder, file)));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was found yet
  }
}
