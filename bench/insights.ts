// Insights: how long each kind of question takes against the same question written by hand for the same table, in the
// same run; and how long it takes while events come in. `--events=10000000` asks it of more than a million.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '../server/src/insights/running/insights.query.ts';
import type { Inquiry } from '../server/src/insights/scope.ts';
import { NO_COHORTS } from '../server/src/insights/sql/asked-cohorts.ts';
import { insertEvents } from '../server/src/platform/test-events.ts';
import { quantile } from './statistics.ts';
import { QUESTIONS, type Question } from './insights/questions.ts';
import {
  ENVIRONMENT,
  type BenchStore,
  type Client,
  bytesPerEvent,
  fill,
  openStore,
} from './insights/store.ts';

const OPTION = '--events=';
const DEFAULT_EVENTS = 1_000_000;
const ROUNDS = 15;
/** While events come in: 2,000 a second, as one insert each second. */
const BATCH = 2000;
const BUSY_ROUNDS = 15;

type Timing = {
  readonly name: string;
  readonly ours: number;
  readonly byHand: number;
  readonly busyP50: number;
  readonly busyP95: number;
};
export type InsightsResult = {
  readonly bytesPerEvent: number;
  readonly timings: readonly Timing[];
};

/** Runs the benchmark and prints its table. */
export async function run(): Promise<InsightsResult> {
  const option = process.argv.find((argument) => argument.startsWith(OPTION));
  const events = Number(option?.slice(OPTION.length) ?? DEFAULT_EVENTS);
  const folder = await mkdtemp(join(tmpdir(), 'serin-bench-'));
  const store = await openStore(join(folder, 'clickhouse'));
  try {
    await fill(store.client, events);
    const bytes = await bytesPerEvent(store.client);
    const quiet = [];
    for (const question of QUESTIONS) quiet.push(await compare(question, store));
    const busy = await whileStoring(store.client, async () => {
      const timings = [];
      for (const question of QUESTIONS) timings.push(await repeat(question, store.client));
      return timings;
    });
    const timings = quiet.map((one, i) => ({ ...one, ...(busy[i] ?? NOTHING) }));
    return report({ bytesPerEvent: bytes, timings }, events);
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const NOTHING = { busyP50: Number.NaN, busyP95: Number.NaN };

function inquiryOf(client: Client): Inquiry {
  const { signal } = new AbortController();
  return {
    scope: {
      environmentId: ENVIRONMENT,
      calendar: { timeZone: 'UTC', firstWeekday: 1, nowMs: Date.now() },
      groupTypes: [],
      hasOverrides: false,
      testAccountFilters: [],
      cohorts: NO_COHORTS,
      isUsablePattern: () => true,
    },
    ask: (sql) => ask(client, sql, signal),
  };
}

/** The fastest of both, asked in turns: what else the machine does only ever adds. The first round warms up. */
async function compare(question: Question, { client }: BenchStore) {
  const times = { ours: [] as number[], byHand: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    const inquiry = inquiryOf(client);
    const [ours, oursMs] = await timed(() => question.ours(inquiry));
    const [byHand, byHandMs] = await timed(() => question.byHand(inquiry));
    if (Math.abs(ours - byHand) > Math.abs(byHand) / 1000) {
      throw new Error(`${question.name}: ${ours}, by hand ${byHand}`);
    }
    if (round === 0) continue;
    times.ours.push(oursMs);
    times.byHand.push(byHandMs);
  }
  return {
    name: question.name,
    ours: Math.min(...times.ours),
    byHand: Math.min(...times.byHand),
  };
}

async function repeat(question: Question, client: Client) {
  const times: number[] = [];
  for (let round = 0; round < BUSY_ROUNDS; round += 1) {
    times.push((await timed(() => question.ours(inquiryOf(client))))[1]);
  }
  return { busyP50: quantile(times, 0.5), busyP95: quantile(times, 0.95) };
}

/** Stores events of another environment, in the same table, until the work is done. */
async function whileStoring<T>(client: Client, work: () => Promise<T>): Promise<T> {
  let isDone = false;
  const storing = (async () => {
    while (!isDone) {
      const startedMs = performance.now();
      const batch = Array.from({ length: BATCH }, (_, i) => ({
        event: '$pageview',
        distinctId: `user-${i}`,
        atMs: Date.now(),
        properties: { plan: 'pro', index: i },
      }));
      await insertEvents(client, ENVIRONMENT + 1, batch);
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(0, 1000 - (performance.now() - startedMs))),
      );
    }
  })();
  try {
    return await work();
  } finally {
    isDone = true;
    await storing;
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const startedMs = performance.now();
  const result = await work();
  return [result, performance.now() - startedMs];
}

function report(result: InsightsResult, events: number): InsightsResult {
  const ms = (value: number) => value.toFixed(0).padStart(7);
  console.log(
    `${events.toLocaleString('en')} events, ${result.bytesPerEvent.toFixed(0)} bytes each on disk; fastest of ${ROUNDS}`,
  );
  console.log(`  ${''.padEnd(34)}   ours by hand   ratio  storing: p50     p95 (ms)`);
  for (const { name, ours, byHand, busyP50, busyP95 } of result.timings) {
    const ratio = (ours / byHand).toFixed(2).padStart(7);
    console.log(
      `  ${name.padEnd(34)}${ms(ours)}${ms(byHand)} ${ratio}      ${ms(busyP50)} ${ms(busyP95)}`,
    );
  }
  return result;
}

if (import.meta.main) await run();
