import type { Benchmark } from './benchmark.ts';
import { certificateCheck } from './certificate-check.ts';
import { crlIndex } from './crl-index.ts';

/** Every benchmark, in the order of the README's table. */
export const benchmarks: readonly Benchmark[] = [certificateCheck, crlIndex];
