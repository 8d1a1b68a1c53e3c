import { loadavg } from 'node:os';

/** How a figure is spread over many taps. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? sorted[0] ?? Number.NaN;
  return { least: at(0), median: at(0.5), p99: at(0.99), most: at(1) };
}

/** In words, for a note. */
export function inWords({ least, median, p99, most }: Spread): string {
  return `least ${ms(least)}, median ${ms(median)}, p99 ${ms(p99)}, most ${ms(most)} ms`;
}

/** Milliseconds, short. */
export function ms(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** Which share of the values lies at or under each: a line for a plot. */
export function distribution(values: readonly number[]): [number, number][] {
  const sorted = Float64Array.from(values).sort();
  const shares = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
  return shares.map((share) => [sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN, 100 * share]);
}

/** How busy the machine was: other work on it shows in a p99. */
export function loadNow(): string {
  return `The machine’s load average over the last minute was ${(loadavg()[0] ?? 0).toFixed(1)}.`;
}
