import { expect, test } from 'vitest';
import type { Rollout } from '../api/rollouts.ts';
import { earliestStarts } from './stage-times.ts';

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
