import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needAgainstLimit, needOfMean, needToClear, needToDetect } from './need.ts';

const rare = { p0: 0.01, ratio: 2, share: 0.01 };
const lnDetect = Math.log(20);
const lnSafe = -Math.log(0.2);

test('what was simulated at 1 % of 1 % (medians 751 and 402, 80 % by 1,552 and 972)', () => {
  const detect = needToDetect(rare, lnDetect);
  const safe = needToClear(rare, lnSafe);
  expect(detect.people / 751).toBeCloseTo(1, 1);
  expect(safe.people / 402).toBeCloseTo(1, 0);
  expect(detect.chance(1552)).toBeCloseTo(0.8, 1);
  expect(safe.chance(972)).toBeCloseTo(0.8, 1);
  expect([detect.chance(0), detect.chance(1e9)]).toEqual([0, 1]);
});

test('a clean arm proves a limit of 2 % with about 140 people, a broken one never', () => {
  const clean = needAgainstLimit(0, 0.02, { side: 'down', lnLine: lnSafe });
  expect(clean.people).toBeGreaterThan(60);
  expect(clean.people).toBeLessThan(160);
  expect([clean.chance(clean.people - 1), clean.chance(clean.people)]).toEqual([0, 1]);
  expect(needAgainstLimit(0.02, 0.02, { side: 'down', lnLine: lnSafe }).people).toBe(Infinity);
  const some = needAgainstLimit(0.01, 0.02, { side: 'down', lnLine: lnSafe });
  expect(some.chance(some.people)).toBeGreaterThan(0.4);
  expect(some.chance(some.people)).toBeLessThan(0.7);
  const more = needAgainstLimit(0.5, 0.4, { side: 'up', lnLine: lnSafe });
  expect(more.chance(more.people)).toBeGreaterThan(0.4);
});

test('means need their burn-in, and even odds at their median', () => {
  const plan = { variance: 100, delta: 1, share: 0.5, burnIn: 200 };
  const need = needOfMean(plan, lnDetect);
  expect(need.chance(need.people)).toBeCloseTo(0.5, 1);
  expect(needOfMean({ ...plan, burnIn: 1e6 }, lnDetect).people).toBe(1e6);
  expect(need.chance(199)).toBe(0);
  expect(needOfMean({ ...plan, delta: 0 }, lnDetect).people).toBe(Infinity);
});

test('more people never lower the odds, a larger effect never raises the need', () => {
  const share = fc.double({ min: 0.01, max: 0.95, noNaN: true });
  const p0 = fc.double({ min: 0.001, max: 0.2, noNaN: true });
  fc.assert(
    fc.property(share, p0, fc.integer({ min: 1, max: 100_000 }), (given, rate, people) => {
      const at = (ratio: number) => needToDetect({ p0: rate, ratio, share: given }, lnDetect);
      expect(at(3).people).toBeLessThan(at(1.5).people);
      expect(at(0.5).people).toBeLessThan(at(0.9).people);
      expect(at(2).chance(2 * people)).toBeGreaterThanOrEqual(at(2).chance(people));
      const mean = needOfMean(
        { variance: rate * (1 - rate), delta: rate / 10, share: given, burnIn: 200 },
        lnDetect,
      );
      expect(mean.chance(2 * people)).toBeGreaterThanOrEqual(mean.chance(people) - 1e-9);
    }),
    { numRuns: 50 },
  );
});
