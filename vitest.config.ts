// Which tests run where. `pure` needs nothing and runs in seconds; `store` and `http` share one PostgreSQL
// and one chDB per run; the others start whole servers or browsers and are asked for by name.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { RetriedTests } from './scripts/retried-tests.ts';

const STORE = ['store', 'query', 'job', 'service', 'client'].map(
  (role) => `server/src/**/*.${role}.test.ts`,
);
const HTTP = ['http', 'routes'].map((role) => `server/src/**/*.${role}.test.ts`);
const PLATFORM = 'server/src/platform/**/*.test.ts';

/** Starts of engines, browsers and demonstrations take their time on a busy machine. */
const LONG_MS = 120_000;
/** A test in a browser waits for many things, each for up to a minute. */
const BROWSER_MS = 300_000;
/** No test may fail because the machine is slow: a limit only ends what hangs. */
const BUSY_MS = 120_000;
const FIXED_SEED = ['./server/test/fixed-seed.ts'];
/** What failed once in thousands of tests on a busy machine is tried again, and named at the end of the run. */
const ONCE_MORE = 1;
const PATIENT_POLLS = { poll: { timeout: BUSY_MS / 2 } };
const ENGINES = {
  // Each file starts what it needs and ends it again: modules loaded once for all files save a quarter of the time.
  isolate: false,
  setupFiles: FIXED_SEED,
  globalSetup: './server/test/global-setup.ts',
  testTimeout: BUSY_MS,
  hookTimeout: BUSY_MS,
  expect: PATIENT_POLLS,
  retry: ONCE_MORE,
};
const WHOLE_SERVERS = {
  testTimeout: LONG_MS,
  hookTimeout: LONG_MS,
  expect: PATIENT_POLLS,
  fileParallelism: false,
};

export default defineConfig({
  test: {
    reporters: ['default', new RetriedTests()],
    // One for each core: Vitest would leave one free, half of a machine with two.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'pure',
          // Pure code leaves nothing behind: one world for all files takes half the time.
          isolate: false,
          setupFiles: FIXED_SEED,
          testTimeout: BUSY_MS,
          include: ['server/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...STORE, ...HTTP, PLATFORM],
        },
      },
      { test: { name: 'store', include: [...STORE, PLATFORM], exclude: HTTP, ...ENGINES } },
      { test: { name: 'http', include: HTTP, ...ENGINES } },
      {
        test: {
          name: 'web',
          setupFiles: FIXED_SEED,
          testTimeout: BUSY_MS,
          include: ['web/src/**/*.test.{ts,tsx}'],
        },
      },
      {
        test: {
          name: 'compat',
          include: ['sdk-compat/**/*.test.ts'],
          globalSetup: './sdk-compat/global-setup.ts',
          ...WHOLE_SERVERS,
          // Tests share a server and use flags and people of their own; many of them mostly wait.
          fileParallelism: true,
          // A test that asks twice, or counts what a client asks, is disturbed when one beside it changes a flag in between.
          retry: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['web/e2e/**/*.test.ts'],
          globalSetup: './web/e2e/global-setup.ts',
          ...WHOLE_SERVERS,
          // Each file has a server of its own, and mostly waits for it: two at a time share two cores well.
          fileParallelism: true,
          retry: ONCE_MORE,
          testTimeout: BROWSER_MS,
          hookTimeout: BROWSER_MS,
          expect: { poll: { timeout: BUSY_MS } },
        },
      },
      { test: { name: 'crash', include: ['server/test/crash*.test.ts'], ...WHOLE_SERVERS } },
    ],
  },
});
