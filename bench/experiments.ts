// The numbers of an experiment, cold: how long each metric takes against the same sums written by hand for the same
// table, in the same run. `--people 100000` for other than a million exposed people.
import { exposuresPerDaySql } from '../server/src/experiments/exposures-sql.ts';
import { askStatistics } from '../server/src/experiments/statistics.ts';
import { ask } from '../server/src/insights/running/insights.query.ts';
import type { Scope } from '../server/src/insights/scope.ts';
import { NO_COHORTS } from '../server/src/insights/sql/asked-cohorts.ts';
import { fillExperiment } from './experiments/people.ts';
import { type Measured, type World, measuredOf } from './experiments/metrics.ts';
import { tellQuiet } from './insights/report.ts';
import { type Watched, startWatched } from './insights/server.ts';
import { timed } from './timed.ts';

const DEFAULT_PEOPLE = 1_000_000;
const ROUNDS = 3;

/** Runs the benchmark and prints what it finds. */
export async function run(options: { readonly people?: string | undefined } = {}): Promise<void> {
  const people = Number(options.people ?? DEFAULT_PEOPLE);
  const watched = await startWatched();
  try {
    const { environmentId, command } = watched;
    const startMs = await fillExperiment(command, environmentId, people);
    console.log(`${people.toLocaleString('en')} people of two variants`);
    const world = { startMs, asOfMs: Date.now(), environmentId };
    const rounds: { ours: number; byHand: number; name: string }[] = [];
    for (const one of measuredOf(world)) rounds.push(await compare(one, world, watched));
    const whole = (of: 'ours' | 'byHand') => rounds.reduce((sum, one) => sum + one[of], 0);
    rounds.push({ name: 'all of them', ours: whole('ours'), byHand: whole('byHand') });
    tellQuiet(rounds, ROUNDS);
    await tellExposures(world, watched);
  } finally {
    await watched.close();
  }
}

const questionOf = ({ startMs, asOfMs }: World) => ({
  flagKey: 'exp',
  variants: ['control', 'test'],
  startMs,
  endMs: null,
  asOfMs,
  event: '$feature_flag_called',
  multipleVariantHandling: 'exclude' as const,
  filterTestAccounts: false,
  leftOutIds: [],
});

function scopeOf({ environmentId }: World): Scope {
  return {
    environmentId,
    calendar: { timeZone: 'UTC', firstWeekday: 1, nowMs: Date.now() },
    groupTypes: [],
    hasOverrides: false,
    testAccountFilters: [],
    cohorts: NO_COHORTS,
    isUsablePattern: () => true,
  };
}

/** The fastest of both, asked in turns. @throws when they do not say the same */
async function compare({ metric, byHand }: Measured, world: World, { client }: Watched) {
  const { signal } = new AbortController();
  const asked = { exposure: questionOf(world), metric, onlyMatured: false };
  const times = { ours: Number.POSITIVE_INFINITY, byHand: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round += 1) {
    const [ours, oursMs] = await timed(() =>
      askStatistics(asked, scopeOf(world), (sql) => ask(client, sql, signal)),
    );
    const [rows, byHandMs] = await timed(() =>
      ask<[string, number, number]>(client, { text: byHand, params: {} }, signal),
    );
    for (const [variant, n, sum] of rows) {
      const own = ours.variants[variant];
      if (own?.n !== n || Math.abs(own.sum - sum) > Math.abs(sum) / 1e9) {
        throw new Error(`${metric.name}, ${variant}: ${own?.n}, ${own?.sum}; by hand ${n}, ${sum}`);
      }
    }
    times.ours = Math.min(times.ours, oursMs);
    times.byHand = Math.min(times.byHand, byHandMs);
  }
  return { name: metric.name ?? '', ...times };
}

async function tellExposures(world: World, { client }: Watched): Promise<void> {
  const { signal } = new AbortController();
  const sql = exposuresPerDaySql(questionOf(world), scopeOf(world));
  const [, tookMs] = await timed(() => ask(client, sql, signal));
  console.log(`  people by day: ${tookMs.toFixed(0)} ms`);
}

if (import.meta.main) await run({ people: process.argv[2] });
