/** One figure that the README quotes: measured beside what a user would pick instead, in one run. */
export interface Benchmark {
  /** As in the table of numbers to reach; `npm run bench -- ID` runs it. */
  readonly id: string;
  readonly title: string;
  /** Whether it is the gate at work that is measured: then Node has the flags that `kazasu-gate` gives it. */
  readonly asGate?: true;
  /** Measures. `say` tells a person what is being done. */
  run(say: (text: string) => void): Promise<BenchmarkResult>;
}

export interface BenchmarkResult {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** The number to reach, in words. */
  readonly reach: string;
  readonly met: boolean;
  /** Peers and bounds, measured in the same run; `ratio` is theirs over ours. */
  readonly beside: readonly Peer[];
  /** What a reader must know: spread, the card model it rests on, what it leaves out. */
  readonly note?: string;
  readonly plots?: readonly Plot[];
}

export interface Peer {
  readonly name: string;
  readonly value: number;
  readonly ratio: number;
}

export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [number, number])[];
  }[];
}

export interface Axis {
  readonly label: string;
  readonly log?: boolean;
}
