// Seeded trials of the statistics and of the whole controller; short here, at length in docs/statistics.md §12.
import { expect, test } from 'vitest';
import type { Verdict } from '#metrics/verdict';
import { sumBuckets } from '#stats/rate';
import { simulate, type Story } from './simulate.ts';
import { rankOf, summarize } from './summary.ts';
import { ROLLOUT_PLAN, rolloutWorld, truthOf, watchedWorld } from './test-worlds.ts';
import { watch } from './watch.ts';
import type { World } from './world.ts';

const ALPHA = 0.05;
const ERRORS = { id: 'errors', kind: 'event_rate', event: 'error' } as const;
const CONVERSION = {
  id: 'orders',
  kind: 'conversion',
  event: 'order',
  window_seconds: 86_400,
} as const;
const REVENUE = {
  id: 'revenue',
  kind: 'revenue_per_user',
  event: 'order',
  property: 'total',
} as const;

/** Three standard errors above alpha. */
const mostOf = (runs: number) => ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / runs);

function watchMany(world: World, runs: number, everyMinutes = 1) {
  const all = Array.from({ length: runs }, (_, run) => watch(world, 1 + run, ALPHA, everyMinutes));
  const found = all.filter(({ minute }) => minute !== null);
  const people = all.map((one) => (one.minute === null ? Infinity : one.treatmentPeople));
  return { share: found.length / runs, medianPeople: rankOf(people, 0.5) };
}

const storiesOf = (world: World, runs: number): Story[] =>
  Array.from({ length: runs }, (_, run) => simulate(world, 1 + run));

test.each([1, 10, 50, 95])(
  'looking all day accuses no harmless change at %d percent',
  (percent) => {
    const arms = { percent, control: { p: 0.01 }, treatment: { p: 0.01 } };
    expect(watchMany(watchedWorld(ERRORS, arms), 200, 5).share).toBeLessThan(mostOf(200));
  },
);

test.each([
  [1, 731],
  [10, 877],
  [50, 1759],
])('doubled errors at %d percent are found after about %d people', (percent, expected) => {
  const arms = { percent, control: { p: 0.01 }, treatment: { p: 0.02 } };
  const { medianPeople } = watchMany(watchedWorld(ERRORS, arms, { minutes: 1440 }), 100, 5);
  expect(medianPeople).toBeGreaterThan(expected * 0.75);
  expect(medianPeople).toBeLessThan(expected * 1.25);
});

test('events that cluster in a few people accuse no harmless change', () => {
  const arms = { percent: 5, control: { mean: 0.05 }, treatment: { mean: 0.05 } };
  const world = watchedWorld(ERRORS, arms, { cluster: { phi: 3.5 } });
  expect(watchMany(world, 200, 5).share).toBeLessThan(mostOf(200));
});

test('conversions that come late accuse no harmless change, and lost ones are found', () => {
  const slow = { people_per_minute: 200, outcome_delay_minutes: 30 };
  const arms = { percent: 10, control: { p: 0.05 }, treatment: { p: 0.05 } };
  expect(watchMany(watchedWorld(CONVERSION, arms, slow), 100, 15).share).toBeLessThan(mostOf(100));
  const lost = { ...arms, treatment: { p: 0.025 } };
  expect(watchMany(watchedWorld(CONVERSION, lost, slow), 20, 15).share).toBeGreaterThan(0.9);
});

test('skewed sums and common shares that did not change are rarely accused, losses are found', () => {
  const spends = (by: number) => ({ p: 0.2, mean: 30 * by, sd: 40 * by });
  const sums = (by: number, harm: 'up' | 'down') =>
    watchedWorld(
      { ...REVENUE, direction: harm },
      { percent: 10, control: spends(1), treatment: spends(by) },
      { minutes: 240 },
    );
  const often = (by: number) =>
    watchedWorld(
      { id: 'opens', kind: 'adoption', event: 'open' },
      { percent: 10, control: { p: 0.4 }, treatment: { p: 0.4 * by } },
      { minutes: 240 },
    );
  for (const harmless of [sums(1, 'down'), sums(1, 'up'), often(1)]) {
    expect(watchMany(harmless, 100, 15).share).toBeLessThan(mostOf(100));
  }
  for (const harmful of [sums(0.5, 'down'), often(0.7)]) {
    expect(watchMany(harmful, 20, 15).share).toBeGreaterThan(0.8);
  }
});

test('bad sessions that cluster in a few people accuse no harmless change, twice as many are found', () => {
  const sessions = (by: number) =>
    watchedWorld(
      { id: 'crashes', kind: 'crash_free', unit: 'session' },
      { percent: 10, control: { p: 0.04 }, treatment: { p: 0.04 * by } },
      { minutes: 240, cluster: { events_per_user: 3, phi: 1.5 } },
    );
  expect(watchMany(sessions(1), 60, 30).share).toBeLessThan(mostOf(60));
  expect(watchMany(sessions(2), 10, 30).share).toBeGreaterThan(0.8);
});

test('durations: a slower half is found, an equal one is not accused', () => {
  const latency = { id: 'latency', kind: 'latency', event: 'request', property: 'ms' } as const;
  const slower = (p95: number) =>
    watchedWorld(
      latency,
      { percent: 10, control: { p95_ms: 342 }, treatment: { p95_ms: p95 } },
      { people_per_minute: 20, minutes: 240 },
    );
  expect(watchMany(slower(342), 60, 15).share).toBeLessThan(mostOf(60));
  expect(watchMany(slower(684), 10, 15).share).toBe(1);
});

test('a harmless release reaches everyone; harm is taken back within few people', () => {
  const harmless = summarize(storiesOf(rolloutWorld(), 40));
  expect(harmless.ends.rolled_back.share).toBeLessThanOrEqual(0.05);
  expect(harmless.ends.released.share).toBeGreaterThan(0.9);
  const peopleAt = (factor: number) => {
    const { ends } = summarize(storiesOf(rolloutWorld({ truth: truthOf({ errors: factor }) }), 30));
    expect(ends.rolled_back.share).toBe(1);
    return ends.rolled_back.treatmentPeople?.median;
  };
  expect(peopleAt(5)).toBeLessThan(220);
  expect(peopleAt(20)).toBeLessThan(50);
  const doubled = summarize(storiesOf(rolloutWorld({ truth: truthOf({ errors: 2 }) }), 20));
  expect(doubled.ends.released.share).toBe(0);
});

test('a base rate that rises while the rollout widens is no harm, though pooled counts say so', () => {
  const truth = [...truthOf(), ...truthOf({}, 2, 140), ...truthOf({}, 4, 200)];
  const world = rolloutWorld({ truth });
  const isPooledHarmful: boolean[] = [];
  const stories = Array.from({ length: 30 }, (_, run) => {
    const byStage = new Map<number, Verdict>();
    const story = simulate(world, 1 + run, (_minute, { verdict, position }) => {
      if (verdict) byStage.set(position.stageIndex, verdict);
    });
    const counts = [...byStage.values()].flatMap(({ assessments }) => assessments[0]?.counts ?? []);
    const { nT, nC, a, b } = sumBuckets(counts);
    const pooled = (a + b) / (nT + nC);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / nT + 1 / nC));
    isPooledHarmful.push((a / nT - b / nC) / error > 3);
    return story;
  });
  expect(isPooledHarmful.filter(Boolean).length).toBeGreaterThan(25);
  expect(summarize(stories).ends.rolled_back.share).toBeLessThan(mostOf(30));
});

test('people who return, and whose SDKs stay silent about the flag, upset neither split nor guardrails', () => {
  const stories = storiesOf(rolloutWorld({ returning_share: 0.9 }), 15);
  const holds = stories.flatMap(({ events }) => events.map(({ holdReason }) => holdReason));
  expect(holds).not.toContain('srm');
  expect(summarize(stories).ends.rolled_back.share).toBeLessThan(mostOf(15));
});

test('the verdict after late events is the one of a batch that was never late', () => {
  const verdictsOf = (world: World) => {
    const verdicts = new Map<number, Verdict>();
    simulate(world, 7, (minute, { verdict }) => {
      if (verdict) verdicts.set(minute, verdict);
    });
    return verdicts;
  };
  const world = { minutes: 120, truth: truthOf({ errors: 1.3 }), outcome_delay_minutes: 5 };
  const late = { kind: 'late_events', at_minute: 30, for_minutes: 10 } as const;
  const batch = verdictsOf(rolloutWorld(world));
  const waited = verdictsOf(rolloutWorld({ ...world, faults: [late] }));
  expect(waited.get(38)).not.toEqual(batch.get(38));
  for (const minute of [42, 50, 60]) {
    expect(waited.get(minute)).toBeDefined();
    expect(waited.get(minute)).toEqual(batch.get(minute));
  }
});

test('the same seed tells the same story', () => {
  const world = rolloutWorld({
    plan: { ...ROLLOUT_PLAN, policy: { tick_seconds: 300 } },
    minutes: 600,
  });
  expect(simulate(world, 5)).toEqual(simulate(world, 5));
});
