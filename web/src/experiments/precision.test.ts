import { expect, test } from 'vitest';
import type { VariantAnswer } from '../api/experiments.ts';
import { precisionOf } from './precision.ts';

/** Bounds of the change, and an interval of 1.96 standard errors. */
const variant = (...ends: (number | null)[]) =>
  ({
    credible_interval: ends,
    confidence_interval: null,
    difference_interval: [-1.96, 1.96],
    standard_error: 1,
  }) as unknown as VariantAnswer;
const of = (...variants: VariantAnswer[]) => precisionOf({ variant_results: variants }, 0.1);

test('precision is that of the widest interval, and grows as people do', () => {
  // At 95 % and a power of 80 %: 70 % of the planned change.
  const target = 0.06996;
  const wide = of(variant(-0.1, 0.3));
  expect(wide?.reach).toBeCloseTo(0.2, 12);
  expect(wide?.target).toBeCloseTo(target, 5);
  expect(wide?.share).toBeCloseTo((target / 0.2) ** 2, 4);
  expect(of(variant(-0.05, 0.05), variant(-0.2, 0.6))?.share).toBeCloseTo((target / 0.4) ** 2, 4);
  // As narrow as the planned change, it would be found half of the time.
  expect(of(variant(-0.1, 0.1))?.share).toBeCloseTo(0.49, 2);
  expect(of(variant(-0.05, 0.08))).toMatchObject({ share: 1 });
  // Intervals that are right at every look reach further.
  const anytime = { ...variant(-0.1, 0.3), difference_interval: [-3, 3] } as VariantAnswer;
  expect(of(anytime)?.target).toBeCloseTo(0.0781, 4);
  expect(of(variant(-0.1, 0.3), variant(-0.1, null))).toBeNull();
  expect(of()).toBeNull();
});
