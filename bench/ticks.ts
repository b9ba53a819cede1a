// One tick of a hundred rollouts with eight guardrails each, a minute of events after the one before: what a look costs
// that goes on from what earlier looks have counted, by the age of the stage. The reference is reading every event of
// the stage again; both must find the same.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { countOn, keyOf } from '../server/src/metrics/counting.service.ts';
import type { ExposureQuestion } from '../server/src/metrics/exposure-sql.ts';
import { observe } from '../server/src/metrics/metrics.query.ts';
import type { Outcome } from '../server/src/metrics/outcome.ts';
import { findKept, saveKept } from '../server/src/metrics/pieces.store.ts';
import { lookTogether, type Together } from '../server/src/metrics/together.service.ts';
import { createLog } from '../server/src/platform/log.ts';
import { openStores, type Stores } from '../server/src/platform/stores.ts';
import { type Command, fill, fillMinute } from './insights/store.ts';
import { quantile } from './statistics.ts';
import { timed } from './timed.ts';

const DEFAULT_EVENTS = 1_000_000;
const ROLLOUTS = 100;
const AT_ONCE = 10;
const ROUNDS = 3;
const AGES_DAYS = [1, 5, 20] as const;
/** Of generated events. */
const DAYS = 60;
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
    await measure(stores, command, events);
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

async function measure(stores: Stores, command: Command, events: number): Promise<void> {
  const deps = { ...stores, log: createLog('silent') };
  const beganMs = Date.now();
  const asked = (ageDays: number, rollout = 0) => ({
    ...question(ageDays, beganMs, Date.now()),
    leftOutIds: [`nobody-${rollout}`],
  });
  for (const ageDays of AGES_DAYS) await bringUp(deps, asked(ageDays));
  console.log(
    `${events.toLocaleString('en')} events in ${DAYS} days, ${GUARDRAILS.length} outcomes`,
  );
  let wholeMs = Number.NaN;
  let minute = 0;
  for (const ageDays of AGES_DAYS) {
    const counted: number[] = [];
    const whole: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await fillMinute(command, 1, events, (minute += 1));
      const now = asked(ageDays);
      const [all, allMs] = await timed(() => observe(stores.clickhouse, now, signal));
      const [newer, newerMs] = await timed(() => look(deps, now));
      if (!isDeepStrictEqual(all, newer)) throw new Error('Counting on found something else.');
      whole.push(allMs);
      counted.push(newerMs);
    }
    wholeMs = quantile(whole, 0.5);
    report(`one look at a stage of ${ageDays} days`, quantile(counted, 0.5), wholeMs);
  }
  // Each rollout goes on by itself from what the first of its age has counted.
  const ageOf = (n: number) => AGES_DAYS[n % AGES_DAYS.length] ?? 1;
  for (const ageDays of AGES_DAYS) await look(deps, asked(ageDays));
  for (let n = 1; n <= ROLLOUTS; n += 1) {
    const kept = await findKept(stores.db, keyOf(asked(ageOf(n))));
    if (!kept) throw new Error('Nothing was kept.');
    await saveKept(stores.db, keyOf(asked(ageOf(n), n)), { ...kept, version: 0 });
  }
  const ticks: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await fillMinute(command, 1, events, (minute += 1));
    ticks.push((await timed(() => tickOf(deps, (n) => asked(ageOf(n), n))))[1]);
  }
  report(`one tick of ${ROLLOUTS} rollouts of these ages`, quantile(ticks, 0.5), wholeMs);
}

type Deps = Parameters<typeof countOn>[0];

/** Counts a stage from its beginning, as at the first look after a mutation. */
async function bringUp(deps: Deps, asked: ExposureQuestion): Promise<void> {
  for (let isWhole = false; !isWhole;) {
    const counting = await countOn(deps, asked, signal);
    await counting.observe();
    await counting.keep(signal);
    ({ isWhole } = counting);
  }
}

async function look(deps: Deps, asked: ExposureQuestion, together?: Together) {
  const counting = await countOn(deps, asked, signal, together ? { together } : {});
  const found = await counting.observe();
  await counting.keep(signal);
  return found;
}

/** As many at once as a controller claims at a time. */
async function tickOf(deps: Deps, asked: (rollout: number) => ExposureQuestion): Promise<void> {
  for (let first = 1; first <= ROLLOUTS; first += AT_ONCE) {
    const together = lookTogether(deps.clickhouse, signal);
    const due = Array.from({ length: AT_ONCE }, (_, n) => asked(first + n));
    await Promise.all(due.map((one) => look(deps, one, together)));
  }
}

function report(what: string, ms: number, wholeMs: number): void {
  console.log(
    `${what.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms   ${(ms / wholeMs).toFixed(2)} of reading all ${wholeMs.toFixed(0)} ms`,
  );
}
