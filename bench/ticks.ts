// One tick of a hundred rollouts with eight guardrails each: what a look costs that goes on from what earlier looks have
// counted, by the age of the stage. The reference is reading every event of the stage again; both must find the same.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { countOn } from '../server/src/metrics/counting.service.ts';
import type { ExposureQuestion } from '../server/src/metrics/exposure-sql.ts';
import { observe } from '../server/src/metrics/metrics.query.ts';
import type { Outcome } from '../server/src/metrics/outcome.ts';
import { createLog } from '../server/src/platform/log.ts';
import { openStores, type Stores } from '../server/src/platform/stores.ts';
import { fill } from './insights/store.ts';
import { quantile } from './statistics.ts';

const DEFAULT_EVENTS = 1_000_000;
const ROLLOUTS = 100;
const AT_ONCE = 10;
const ROUNDS = 3;
const AGES_DAYS = [1, 5, 20] as const;
/** Of generated events. */
const DAYS = 60;
/** While a stage grows: so many at once are read well within the time that a question may take. */
const EVENTS_A_LOOK = 100_000;
/** Five minutes: looks at a rollout in which nothing stirs. */
const SINCE_MS = 300_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const match = (event: string) => ({ event, filters: [] });
const basket = { ...match('purchase'), property: 'basket_value' };
const duration = { ...match('api_request'), property: 'duration_ms' };
const GUARDRAILS: readonly Outcome[] = [
  { kind: 'any', ...match('$exception') },
  { kind: 'any', ...match('signup_started') },
  { kind: 'sessions', ...match('$exception') },
  { kind: 'steps', steps: [match('checkout_started'), match('purchase')], windowMs: DAY_MS },
  { kind: 'above', series: duration, treatment: 850, control: 850 },
  { kind: 'spread', series: duration, level: 0.95 },
  { kind: 'tally', y: basket, cap: 500, above: null, x: null },
  { kind: 'tally', y: { ...match('$pageview'), property: null }, cap: 100, above: null, x: null },
];
const { signal } = new AbortController();

/** Runs the benchmark and prints what it finds. */
export async function run(options: { readonly events?: string | undefined } = {}): Promise<void> {
  const events = Number(options.events ?? DEFAULT_EVENTS);
  const dataDir = await mkdtemp(join(tmpdir(), 'serin-bench-'));
  const stores = await openStores({ dataDir }, createLog('silent'));
  try {
    const command = async (query: string) => {
      await stores.clickhouse.command({ query, clickhouse_settings: { max_execution_time: 3600 } });
    };
    await fill(command, 1, events);
    await measure(stores, events);
  } finally {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A rollout whose stage is so old, at a moment. */
function question(ageDays: number, nowMs: number, watermarkMs: number): ExposureQuestion {
  return {
    environmentId: 1,
    flagKey: 'new-checkout',
    treatmentValue: 'test',
    assignment: { kind: 'hash', share: 0.5 },
    settledAtMs: nowMs - ageDays * DAY_MS,
    watermarkMs,
    flagCreatedAtMs: nowMs - 60 * DAY_MS,
    bucketMs: MINUTE_MS,
    settleMs: 2 * MINUTE_MS,
    noDataAfterMs: 30 * MINUTE_MS,
    toldApartFor: null,
    leftOutIds: [],
    outcomes: GUARDRAILS,
  };
}

async function measure(stores: Stores, events: number): Promise<void> {
  const deps = { ...stores, log: createLog('silent') };
  const nowMs = Date.now();
  const count = (ageDays: number, watermarkMs: number) =>
    countOn(deps, question(ageDays, nowMs, watermarkMs), signal);
  // As in life, stages are looked at from their beginning; the last of those looks is some minutes old.
  for (const ageDays of AGES_DAYS) {
    const looks = Math.ceil((events * ageDays) / DAYS / EVENTS_A_LOOK);
    for (let look = 0; look <= looks; look += 1) {
      const atMs = nowMs - SINCE_MS - (1 - look / looks) * ageDays * DAY_MS;
      const counting = await count(ageDays, Math.round(atMs));
      await counting.observe();
      await counting.keep(signal);
    }
  }
  console.log(
    `${events.toLocaleString('en')} events in ${DAYS} days, ${GUARDRAILS.length} outcomes`,
  );
  let wholeMs = Number.NaN;
  for (const ageDays of AGES_DAYS) {
    const counted: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [all, allMs] = await timed(() =>
        observe(stores.clickhouse, question(ageDays, nowMs, nowMs), signal),
      );
      const [newer, newerMs] = await timed(async () => (await count(ageDays, nowMs)).observe());
      if (!isDeepStrictEqual(all, newer)) throw new Error('Counting on found something else.');
      whole.push(allMs);
      counted.push(newerMs);
    }
    const countedMs = quantile(counted, 0.5);
    wholeMs = quantile(whole, 0.5);
    report(`one look at a stage of ${ageDays} days`, countedMs, wholeMs);
  }
  const [, tickMs] = await timed(async () => {
    for (let i = 0; i < ROLLOUTS; i += AT_ONCE) {
      const ages = Array.from({ length: AT_ONCE }, (_, n) => AGES_DAYS[(i + n) % AGES_DAYS.length]);
      await Promise.all(ages.map(async (ageDays = 1) => (await count(ageDays, nowMs)).observe()));
    }
  });
  report(`one tick of ${ROLLOUTS} rollouts of these ages`, tickMs, wholeMs);
}

function report(what: string, ms: number, wholeMs: number): void {
  console.log(
    `${what.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms   ${(ms / wholeMs).toFixed(2)} of reading all ${wholeMs.toFixed(0)} ms`,
  );
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const from = performance.now();
  const found = await work();
  return [found, performance.now() - from];
}
