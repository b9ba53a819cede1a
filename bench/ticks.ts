// One tick of a hundred rollouts with eight guardrails each, a minute of events after the one before: what looks cost that
// go on from what earlier looks have counted, by the age of the stage, one by one and ten at a time. The reference is
// reading every event of the stage again; both must find the same.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { countOn, keyOf } from '../server/src/metrics/counting.service.ts';
import type { ExposureQuestion } from '../server/src/metrics/exposure-sql.ts';
import { observe } from '../server/src/metrics/metrics.query.ts';
import { findKept, type Piece, saveKept } from '../server/src/metrics/pieces.store.ts';
import { lookTogether, type Together } from '../server/src/metrics/together.service.ts';
import { createLog } from '../server/src/platform/log.ts';
import { openStores, type Stores } from '../server/src/platform/stores.ts';
import { type Command, fill, fillMinute } from './insights/store.ts';
import { cpuMsOf } from './process-family.ts';
import { quantile } from './statistics.ts';
import { copyPiece, GUARDRAILS, question } from './ticks/rollouts.ts';
import { timed } from './timed.ts';

/** Of ten rollouts seven are a day old, two are of five days and one is of twenty. */
const ageOf = (rollout: number): number => {
  const n = rollout % 10;
  if (n === 0) return AGES_DAYS[2];
  return n < 3 ? AGES_DAYS[1] : AGES_DAYS[0];
};
const DEFAULT_EVENTS = 1_000_000;
const ROLLOUTS = 100;
const AT_ONCE = 10;
const ROUNDS = 3;
const WAIT_MS = 2_000;
/** Twenty minutes. */
const MOST_WAITS = 600;
const AGES_DAYS = [1, 5, 20] as const;
/** Of generated events. */
const DAYS = 60;

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
    const [, fillMs] = await timed(() => fill(command, 1, events, { isWithPeople: false }));
    console.log(
      `${events.toLocaleString('en')} events in ${DAYS} days (made in ${seconds(fillMs)}), ${GUARDRAILS.length} outcomes`,
    );
    await measure(stores, command, events);
  } finally {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

type Deps = Parameters<typeof countOn>[0];
type Bench = {
  readonly deps: Deps;
  readonly asked: (ageDays: number, rollout?: number) => ExposureQuestion;
  /** A minute goes by. */
  readonly nextMinute: () => Promise<void>;
  readonly measured: <T>(work: () => Promise<T>) => Promise<Cost & { readonly found: T }>;
};
type Cost = {
  readonly ms: number;
  /** Of the event store's process. */
  readonly cpuMs: number;
};

async function measure(stores: Stores, command: Command, events: number): Promise<void> {
  const beganMs = Date.now();
  const store = stores.processes().find(({ name }) => name === 'clickhouse');
  let minute = 0;
  const bench: Bench = {
    deps: { ...stores, log: createLog('silent') },
    asked: (ageDays, rollout = 0) => ({
      ...question(ageDays, beganMs, Date.now()),
      leftOutIds: [`nobody-${rollout}`],
    }),
    nextMinute: () => fillMinute(command, 1, events, (minute += 1)),
    measured: async (work) => {
      const cpuMs = () => (store ? cpuMsOf(store.pid) : Number.NaN);
      const before = cpuMs();
      const [found, ms] = await timed(work);
      return { found, ms, cpuMs: cpuMs() - before };
    },
  };
  const [, upMs] = await timed(async () => {
    for (const ageDays of AGES_DAYS) await bringUp(bench.deps, bench.asked(ageDays));
  });
  console.log(`counted from the beginning for ${AGES_DAYS.length} rollouts in ${seconds(upMs)}`);
  let whole: Cost = { ms: Number.NaN, cpuMs: Number.NaN };
  for (const ageDays of AGES_DAYS) whole = await measureLooks(bench, ageDays);
  await measureTicks(bench, command, whole);
}

/** Returns what the reference costs. */
async function measureLooks(
  { deps, asked, nextMinute, measured }: Bench,
  ageDays: number,
): Promise<Cost> {
  const looks: Cost[] = [];
  let whole: Cost | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    await nextMinute();
    const now = asked(ageDays);
    const newer = await measured(() => look(deps, now));
    looks.push(newer);
    if (whole) continue;
    const all = await measured(() => observe(unhurried(deps), now, signal));
    if (!isDeepStrictEqual(all.found, newer.found)) {
      throw new Error('Counting on found something else.');
    }
    whole = all;
  }
  const reference = whole ?? { ms: Number.NaN, cpuMs: Number.NaN };
  report(`one look at a stage of ${ageDays} days`, median(looks), reference);
  return reference;
}

/** Reading everything may take longer than a look may. */
function unhurried({ clickhouse }: Deps): Deps['clickhouse'] {
  const query = (params: Parameters<typeof clickhouse.query>[0]) => {
    const settings = { ...params.clickhouse_settings, max_execution_time: 3600 };
    return clickhouse.query({ ...params, clickhouse_settings: settings });
  };
  return new Proxy(clickhouse, {
    get: (target, name) =>
      name === 'query' ? query : Reflect.get(target, name, target).bind(target),
  });
}

async function measureTicks(bench: Bench, command: Command, whole: Cost): Promise<void> {
  const { deps, asked, nextMinute, measured } = bench;
  // Each rollout goes on by itself from what the first of its age has counted.
  const together = lookTogether(deps.clickhouse, signal);
  for (const ageDays of AGES_DAYS) await look(deps, asked(ageDays), together);
  const [, copyMs] = await timed(async () => {
    for (const ageDays of AGES_DAYS) await copyCounts(bench, command, ageDays);
  });
  const [, restMs] = await timed(() => atRest(deps));
  console.log(
    `counts of ${ROLLOUTS} rollouts made in ${seconds(copyMs)}, merged in ${seconds(restMs)}`,
  );
  const ticks = async (atOnce: number, rounds: number): Promise<Cost> => {
    const costs: Cost[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await nextMinute();
      costs.push(await measured(() => tickOf(deps, (n) => asked(ageOf(n), n), atOnce)));
    }
    return median(costs);
  };
  const what = `one tick of ${ROLLOUTS} rollouts of these ages`;
  report(what, await ticks(AT_ONCE, ROUNDS), whole);
  report(`${what}, each alone`, await ticks(1, 1), whole);
}

/** What the first rollout of an age has counted, for each of the others. */
async function copyCounts({ deps, asked }: Bench, command: Command, ageDays: number) {
  const kept = await findKept(deps.db, keyOf(asked(ageDays)));
  // A stage with so few events that all are read at each look keeps nothing.
  if (!kept) return;
  const others = Array.from({ length: ROLLOUTS }, (_, i) => i + 1).filter(
    (n) => ageOf(n) === ageDays,
  );
  const copies: Piece[][] = [];
  for (const piece of kept.pieces) copies.push(await copyPiece(command, piece, others.length));
  for (const [i, n] of others.entries()) {
    const pieces = copies.flatMap((one) => one.slice(i, i + 1));
    await saveKept(deps.db, keyOf(asked(ageDays, n)), { ...kept, pieces, version: 0 });
  }
}

/** The engine has merged what was stored at once: nobody stores so much in a minute. */
async function atRest({ clickhouse }: Deps): Promise<void> {
  for (let left = MOST_WAITS; left > 0; left -= 1) {
    await sleep(WAIT_MS);
    const query = 'SELECT count() AS merging FROM system.merges';
    const result = await clickhouse.query({ query, format: 'JSONEachRow' });
    const [row] = await result.json<{ merging: number }>();
    if (row?.merging === 0) return;
  }
}

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

/** @param atOnce as many as a controller claims at a time; 1: none shares a statement with another */
async function tickOf(
  deps: Deps,
  asked: (rollout: number) => ExposureQuestion,
  atOnce: number,
): Promise<void> {
  for (let first = 1; first <= ROLLOUTS; first += AT_ONCE) {
    const together = lookTogether(deps.clickhouse, signal, { looks: atOnce });
    const due = Array.from({ length: AT_ONCE }, (_, n) => asked(first + n));
    await Promise.all(due.map((one) => look(deps, one, together)));
  }
}

const median = (costs: readonly Cost[]): Cost => ({
  ms: quantile(
    costs.map(({ ms }) => ms),
    0.5,
  ),
  cpuMs: quantile(
    costs.map(({ cpuMs }) => cpuMs),
    0.5,
  ),
});

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;

function report(what: string, { ms, cpuMs }: Cost, whole: Cost): void {
  const part = (a: number, b: number, unit: string) =>
    `${a.toFixed(0).padStart(7)} ms${unit} (${(a / b).toFixed(2)} of ${b.toFixed(0)})`;
  console.log(
    `${what.padEnd(54)} ${part(ms, whole.ms, '')} ${part(cpuMs, whole.cpuMs, ' of processors')}: of reading all`,
  );
}
