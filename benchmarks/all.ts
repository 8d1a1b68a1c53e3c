import { applicationsBenchmark } from './applications.ts';
import type { Benchmark } from './benchmark.ts';
import { certificateCheck } from './certificate-check.ts';
import { crlIndex } from './crl-index.ts';
import { gateStart } from './gate-start.ts';
import { listBuild } from './list-build.ts';
import { listDelta } from './list-delta.ts';
import { listLookup } from './list-lookup.ts';
import { listOpen } from './list-open.ts';
import { screenVerdict } from './screen-verdict.ts';
import { soak } from './soak.ts';
import { tapCardModel } from './tap-card-model.ts';
import { tapOwn } from './tap-own.ts';
import { tapPcsc } from './tap-pcsc.ts';
import { tapSlowHsm } from './tap-slow-hsm.ts';
import { tapVsOpensc } from './tap-vs-opensc.ts';

/** Every benchmark, in the order of the README's table. */
export const benchmarks: readonly Benchmark[] = [
  tapOwn,
  tapPcsc,
  tapCardModel,
  tapVsOpensc,
  tapSlowHsm,
  listLookup,
  listOpen,
  listBuild,
  listDelta,
  certificateCheck,
  crlIndex,
  applicationsBenchmark,
  soak,
  gateStart,
  screenVerdict,
];
