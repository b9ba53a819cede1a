import { expect, test } from 'vitest';
import type { Rollout } from '../api/rollouts.ts';
import { earliestStarts, expectedStarts } from './stage-times.ts';

const NOW = Date.UTC(2026, 10, 2, 9);
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

const rollout = (more: object = {}) =>
  ({
    state: 'baking',
    stage_index: 0,
    stages: [60, 600, 0].map((seconds, index) => ({ index, min_bake_seconds: seconds })),
    min_bake_seconds: 60,
    observed_bake_seconds: 20,
    plan: { policy: { settle_seconds: 10 } },
    next: { at: at(40), forecast: null },
    ...more,
  }) as unknown as Rollout;

const starts = (more: object) =>
  [...earliestStarts(rollout(more), NOW)].map(([index, ms]) => [index, (ms - NOW) / 1000]);

test('each stage begins after the ones before it, with time for clients to learn of them', () => {
  expect(starts({})).toEqual([
    [1, 40],
    [2, 650],
  ]);
  expect(starts({ state: 'applying', next: { at: at(5), forecast: null } })[0]).toEqual([1, 45]);
});

test('not before safety can be proven', () => {
  const next = { at: at(40), forecast: { people_left: 90, seconds_left: 300 } };
  expect(starts({ next })[0]).toEqual([1, 300]);
});

test('a scheduled rollout begins with its first stage', () => {
  const next = { at: at(3600), forecast: null };
  expect(starts({ state: 'scheduled', next })).toEqual([
    [0, 3600],
    [1, 3670],
    [2, 4280],
  ]);
});

test('nobody can say while a person must act', () => {
  for (const state of ['holding', 'awaiting_approval', 'draft', 'rolled_back', 'completed']) {
    expect(starts({ state })).toEqual([]);
  }
});

const expected = (more: object, seconds: readonly (number | null)[]) => {
  const stages = seconds.map((expected_seconds, index) => ({ index, expected_seconds }));
  const found = expectedStarts(rollout(more), { stages }, NOW);
  return [...found].map(([index, ms]) => [index, ms === null ? null : (ms - NOW) / 1000]);
};

test('at the traffic of the last days a stage takes as long as its proof', () => {
  expect(expected({}, [90, 7200, 0])).toEqual([
    [1, 90],
    [2, 7300],
  ]);
  // Never before it can.
  expect(expected({}, [5, 600, 0])[0]).toEqual([1, 40]);
  const next = { at: at(3600), forecast: null };
  expect(expected({ state: 'scheduled', next }, [90, 600, 0])).toEqual([
    [0, 3600],
    [1, 3700],
    [2, 4310],
  ]);
});

test('what does not move on by itself is not expected, nor what waits for a person', () => {
  expect(expected({}, [90, null, 0])).toEqual([
    [1, 90],
    [2, null],
  ]);
  const asks = [true, false, false].map((approval, index) => ({
    index,
    approval,
    min_bake_seconds: 60,
  }));
  expect(expected({ stages: asks }, [90, 600, 0])).toEqual([]);
  expect(expected({ state: 'holding' }, [90, 600, 0])).toEqual([]);
});
