import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{hsm,ticketing,gate,ui,test,benchmarks}/**/*.test.ts'],
    // pcsclite aborts a process that loads it in a worker thread: each test file gets a process.
    pool: 'forks',
    // Most files wait for a reader or a child process, not for a core.
    maxWorkers: 4,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
