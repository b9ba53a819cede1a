import { expect, test } from 'vitest';
import { apart, clamped, factorScale, linearScale, nearestIndex } from './history-scale.ts';

test('limits are always in sight, and far values are cut off', () => {
  const scale = linearScale({ anchors: [0, 100], values: [5, null, 90_000], neutral: 0 });
  expect(scale.place(0)).toBeGreaterThanOrEqual(0);
  expect(scale.place(100)).toBeLessThanOrEqual(1);
  expect(scale.high).toBeLessThan(400);
  expect(clamped(90_000, scale)).toBe(scale.high);
  expect(clamped(null, scale)).toBeNull();
  expect(scale.ticks).toEqual([0, 100, 200, 300]);
});

test('one limit alone, even 0, has a scale around it', () => {
  for (const at of [0, 5]) {
    const { place, ticks } = linearScale({ anchors: [at], values: [], neutral: null });
    expect(place(at)).toBeGreaterThan(0);
    expect(place(at)).toBeLessThan(1);
    expect(ticks.length).toBeGreaterThan(0);
  }
});

test('factors: twice and half are equally far from 1, which keeps its tick', () => {
  const { place, ticks } = factorScale({ anchors: [1, 1.5, 2], values: [0.2, 40], neutral: 1 });
  expect(place(2) - place(1)).toBeCloseTo(place(1) - place(0.5));
  expect(ticks).toContain(1);
  expect(ticks.length).toBeLessThanOrEqual(6);
  expect(place(0)).toBe(-1);
});

test('labels are moved apart, in their order, and stay within the ends', () => {
  expect(apart([50, 52, 51], 12, 0, 100)).toEqual([50, 74, 62]);
  expect(apart([95, 99], 12, 0, 100)).toEqual([88, 100]);
  expect(apart([], 12, 0, 100)).toEqual([]);
});

test('the nearest look', () => {
  expect([-5, 4, 6, 99].map((at) => nearestIndex([0, 10, 20], at))).toEqual([0, 0, 1, 2]);
  expect(nearestIndex([], 3)).toBe(0);
});
