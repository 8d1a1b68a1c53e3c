import type { Benchmark } from './benchmark.ts';

/** Every benchmark, in the order of the README's table. */
export const benchmarks: readonly Benchmark[] = [];
