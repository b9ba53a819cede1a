// Laws that comparisons of arms must keep, whatever the numbers.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mixtureRho, sequentialMultiplier, sequentialPValue } from './confidence-sequence.ts';
import { type Contrast, contrastOf, isContrast } from './contrast.ts';
import { tQuantile } from './distributions.ts';
import { fiellerInterval } from './fieller.ts';
import { adjustPValues } from './multiple.ts';
import { powerOf, unitsPerArm } from './power.ts';
import type { MeanSample, ProportionSample } from './sample.ts';
import { welchTest } from './welch.ts';

const share = fc
  .record({ n: fc.integer({ min: 20, max: 100_000 }), percent: fc.integer({ min: 1, max: 99 }) })
  .map(({ n, percent }): ProportionSample => ({
    kind: 'proportion',
    n,
    sum: Math.max(1, Math.min(n - 1, Math.round((n * percent) / 100))),
  }));
const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 40 });

const meanOf = (list: readonly number[], scale = 1): MeanSample => ({
  kind: 'mean',
  n: list.length,
  sum: list.reduce((sum, value) => sum + value * scale, 0),
  sumSquares: list.reduce((sum, value) => sum + (value * scale) ** 2, 0),
});

function contrast(control: ProportionSample, treatment: ProportionSample): Contrast {
  const result = contrastOf(control, treatment);
  if (!isContrast(result)) throw new Error(result);
  return result;
}

const ABSOLUTE = { differenceType: 'absolute', alpha: 0.05, alternative: 'two-sided' } as const;

test('swapping the arms turns the difference round and keeps p', () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const there = welchTest(contrast(a, b), ABSOLUTE);
      const back = welchTest(contrast(b, a), ABSOLUTE);
      if (typeof there === 'string' || typeof back === 'string') throw new Error('no result');
      expect(back.estimate).toBeCloseTo(-there.estimate, 12);
      expect(back.pValue).toBeCloseTo(there.pValue, 12);
    }),
  );
});

test('a change of unit keeps the relative effect', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const relative = { ...ABSOLUTE, differenceType: 'relative' } as const;
      const inEuro = contrastOf(meanOf(a), meanOf(b));
      const inCent = contrastOf(meanOf(a, 100), meanOf(b, 100));
      if (!isContrast(inEuro) || !isContrast(inCent)) return;
      const [euro, cent] = [welchTest(inEuro, relative), welchTest(inCent, relative)];
      if (typeof euro === 'string' || typeof cent === 'string') return;
      expect(Math.abs(cent.estimate - euro.estimate)).toBeLessThan(
        1e-6 * (1 + Math.abs(euro.estimate)),
      );
    }),
  );
});

test('Fieller excludes 0 exactly when the absolute test rejects', () => {
  fc.assert(
    fc.property(share, share, (a, b) => {
      const both = contrast(a, b);
      const result = welchTest(both, ABSOLUTE);
      const interval = fiellerInterval(both, tQuantile(0.975, both.df));
      if (typeof result === 'string' || !interval.bounded) return;
      if (Math.abs(result.pValue - 0.05) < 1e-6) return;
      const excludes = (interval.ciLow ?? 0) > 0 || (interval.ciHigh ?? 0) < 0;
      expect(excludes).toBe(result.pValue < 0.05);
    }),
    { numRuns: 300 },
  );
});

test('the always-valid p is at most alpha exactly when its interval excludes 0', () => {
  const alpha = fc.constantFrom(0.01, 0.05, 0.1);
  const t = fc.double({ min: 0, max: 8, noNaN: true });
  const n = fc.integer({ min: 100, max: 1_000_000 });
  fc.assert(
    fc.property(alpha, t, n, (level, size, units) => {
      const rho = mixtureRho(level, 5_000);
      const reach = sequentialMultiplier(level, units, rho);
      if (Math.abs(size - reach) < 1e-6) return;
      expect(sequentialPValue(size, units, rho) < level).toBe(size > reach);
    }),
  );
});

test('corrections never make a p-value smaller, and Benjamini-Hochberg is the milder one', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (list) => {
      const { holm, bh, bonferroni } = adjustPValues(list);
      for (const [i, p] of list.entries()) {
        expect(holm[i]).toBeGreaterThanOrEqual(p);
        expect(bh[i]).toBeLessThanOrEqual((holm[i] as number) * (1 + 1e-12));
        expect(holm[i]).toBeGreaterThanOrEqual((bh[i] as number) - 1e-12);
        expect(bonferroni[i]).toBeGreaterThanOrEqual(p);
      }
    }),
  );
});

test('the planned number of units has the power that was planned; peeking costs more of them', () => {
  const baseline = { mean: 0.05, variance: 0.0475 };
  const plan = { alpha: 0.05, tuningParameter: null, effect: 0.1, targetPower: 0.8 };
  const perArm = unitsPerArm(baseline, plan);
  expect(powerOf(baseline, { ...plan, perArm })).toBeCloseTo(0.8, 5);
  const peeking = unitsPerArm(baseline, { ...plan, tuningParameter: 5_000 });
  expect(peeking / perArm).toBeGreaterThan(1.5);
  expect(peeking / perArm).toBeLessThan(3);
});
