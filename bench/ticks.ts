// One tick of a hundred rollouts with eight guardrails each, in their second week: what a look costs when every event of
// the stage is read again, and when only what came since the last piece is. Both must find the same.
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
const ROUNDS = 5;
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

/** Rollout number `i`, at a watermark. */
function question(i: number, nowMs: number, watermarkMs: number): ExposureQuestion {
  return {
    environmentId: 1,
    flagKey: 'new-checkout',
    treatmentValue: 'test',
    assignment: { kind: 'hash', share: 0.5 },
    settledAtMs: nowMs - 14 * DAY_MS - i * MINUTE_MS,
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
  const pieceMs = nowMs - 10 * MINUTE_MS;
  const keeping = performance.now();
  for (let i = 0; i < ROLLOUTS; i += 1) {
    await (await countOn(deps, question(i, nowMs, pieceMs), signal)).keep(signal);
  }
  const keepMs = (performance.now() - keeping) / ROLLOUTS;
  const look = async (i: number) => {
    const { question: counting } = await countOn(deps, question(i, nowMs, nowMs), signal);
    return observe(stores.clickhouse, counting, signal);
  };
  const whole: number[] = [];
  const counted: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [all, allMs] = await timed(() =>
      observe(stores.clickhouse, question(0, nowMs, nowMs), signal),
    );
    const [newer, newerMs] = await timed(() => look(0));
    if (!isDeepStrictEqual(all, newer)) throw new Error('Counting on found something else.');
    whole.push(allMs);
    counted.push(newerMs);
  }
  const [, tickMs] = await timed(async () => {
    for (let i = 0; i < ROLLOUTS; i += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => look(i + n)));
    }
  });
  const [wholeMs, countedMs] = [quantile(whole, 0.5), quantile(counted, 0.5)];
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  console.log(
    `${events.toLocaleString('en')} events; rollouts in their second week, ${GUARDRAILS.length} guardrails`,
  );
  console.log(`one look, every event read again      ${ms(wholeMs)}`);
  console.log(
    `one look, counted on                  ${ms(countedMs)}   ${(countedMs / wholeMs).toFixed(2)} of it`,
  );
  console.log(
    `one tick of ${ROLLOUTS} rollouts, counted on  ${ms(tickMs)}   ${(tickMs / wholeMs).toFixed(1)} of one such look`,
  );
  console.log(`a piece, made once in ten minutes     ${ms(keepMs)} (the first, of two weeks)`);
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const from = performance.now();
  const found = await work();
  return [found, performance.now() - from];
}
