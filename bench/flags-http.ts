// `/flags` with 50 flags, asked as posthog-node asks, against a bare Node HTTP server that parses the
// same body and answers a constant of the same size. Both run as processes of their own, on the same
// machine, in interleaved rounds; what counts is the ratio.
import { createFlag } from '../sdk-compat/management.ts';
import { type RunningSerin, startSerin } from '../sdk-compat/server.ts';
import type { LoadResult, LoadTask } from './http/load.ts';
import { median } from './statistics.ts';
import { applyLoad, startBareServer } from './http/processes.ts';

const FLAG_COUNT = 50;
const ROUNDS = 7;
const ROUND_MS = 3000;
const WARM_UP_MS = 4000;
const CONNECTIONS = 16;

/** What the benchmark found; rates in requests per second, medians over the rounds. */
export type FlagsHttpResult = {
  readonly serinPerSecond: number;
  readonly barePerSecond: number;
  /** Serin's rate divided by the bare server's. */
  readonly ratio: number;
  readonly p99Ms: number;
  readonly answerBytes: number;
};

/** Runs the benchmark and prints its result. */
export async function run(): Promise<FlagsHttpResult> {
  const serin = await startSerin();
  try {
    for (const flag of flagsForBench()) await createFlag(serin, flag);
    return await compare(serin);
  } finally {
    await serin.stop();
  }
}

async function compare(serin: RunningSerin): Promise<FlagsHttpResult> {
  const task = flagsTask(serin);
  const warmUp = await applyLoad({ ...task, durationMs: WARM_UP_MS });
  refuseFailures(warmUp);
  const bare = await startBareServer(warmUp.answerBytes);
  try {
    await applyLoad({ ...task, port: bare.port, durationMs: WARM_UP_MS / 2 });
    const serinRounds: LoadResult[] = [];
    const bareRounds: LoadResult[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bareRounds.push(await applyLoad({ ...task, port: bare.port }));
      serinRounds.push(await applyLoad(task));
    }
    serinRounds.forEach(refuseFailures);
    return report(serinRounds, bareRounds);
  } finally {
    await bare.stop();
  }
}

function report(serin: readonly LoadResult[], bare: readonly LoadResult[]): FlagsHttpResult {
  const serinPerSecond = median(serin.map((round) => round.requestsPerSecond));
  const barePerSecond = median(bare.map((round) => round.requestsPerSecond));
  const result = {
    serinPerSecond,
    barePerSecond,
    ratio: median(
      serin.map((round, i) => round.requestsPerSecond / (bare[i]?.requestsPerSecond ?? Number.NaN)),
    ),
    p99Ms: median(serin.map((round) => round.p99Ms)),
    answerBytes: serin[0]?.answerBytes ?? 0,
  };
  console.log(
    `/flags, ${FLAG_COUNT} flags, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_MS} ms`,
  );
  console.log(
    `  bare Node HTTP   ${barePerSecond.toFixed(0)} requests/s (answers of ${result.answerBytes} bytes)`,
  );
  console.log(
    `  Serin            ${serinPerSecond.toFixed(0)} requests/s, p99 ${result.p99Ms.toFixed(2)} ms`,
  );
  console.log(`  ratio            ${result.ratio.toFixed(2)} (aim: at least 0.6)`);
  return result;
}

function refuseFailures(result: LoadResult): void {
  if (result.refused > 0) throw new Error(`${result.refused} requests were not answered with 200.`);
}

/** The request that posthog-node 5.70.0 sends for all flags of a person. */
function flagsTask(serin: RunningSerin): LoadTask {
  return {
    port: serin.port,
    path: '/flags/?v=2',
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'posthog-node/5.70.0',
      Accept: '*/*',
    },
    body: JSON.stringify({
      token: serin.projectToken,
      distinct_id: 'user-{n}',
      groups: {},
      person_properties: {
        distinct_id: 'user-{n}',
        email: 'person-{n}@example.com',
        plan: 'growth',
        country: 'DE',
        signup_year: 2024,
      },
      group_properties: {},
      geoip_disable: true,
      evaluation_runtime: 'server',
    }),
    connections: CONNECTIONS,
    durationMs: ROUND_MS,
  };
}

/**
 * 50 flags as a team has them: of every ten, three are out for everyone, two for people with a property,
 * two are half way out, one is half way out for people with a property, one is for colleagues and a
 * quarter of the others, one has three variants with payloads. So every second flag needs a hash.
 */
function flagsForBench() {
  return Array.from({ length: FLAG_COUNT }, (_, i) => ({
    key: `bench-flag-${i}`,
    name: `Benchmark flag ${i}`,
    active: true,
    filters: FILTERS[i % FILTERS.length]!,
  }));
}

const plan = { key: 'plan', value: ['growth', 'scale'], type: 'person', operator: 'exact' };
const country = { key: 'country', value: 'FR', type: 'person', operator: 'exact' };
const colleague = { key: 'email', value: '@acme.test', type: 'person', operator: 'icontains' };
const groups = (...sets: [share: number, ...properties: object[]][]) => ({
  groups: sets.map(([share, ...properties]) => ({ properties, rollout_percentage: share })),
});
const FILTERS: readonly object[] = [
  groups([100]),
  groups([50]),
  groups([100, plan]),
  groups([50, plan]),
  groups([100]),
  groups([100, colleague], [25]),
  groups([50]),
  {
    ...groups([100]),
    multivariate: {
      variants: [
        { key: 'control', rollout_percentage: 34 },
        { key: 'blue', rollout_percentage: 33 },
        { key: 'green', rollout_percentage: 33 },
      ],
    },
    payloads: { blue: '{"hex":"#0000ff"}', green: '{"hex":"#00ff00"}' },
  },
  groups([100, country]),
  groups([100]),
];

if (import.meta.main) await run();
