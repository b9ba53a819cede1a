import { expect, test } from 'vitest';
import type { VariantAnswer } from '../api/experiments.ts';
import { precisionOf } from './precision.ts';

const variant = (...ends: (number | null)[]) =>
  ({ credible_interval: ends, confidence_interval: null }) as unknown as VariantAnswer;
const of = (...variants: VariantAnswer[]) => precisionOf({ variant_results: variants }, 0.1);

test('precision is that of the widest interval, and grows as people do', () => {
  expect(of(variant(-0.1, 0.3))).toMatchObject({ reach: 0.2, share: 0.25 });
  expect(of(variant(-0.05, 0.05), variant(-0.2, 0.6))?.share).toBeCloseTo(1 / 16, 12);
  expect(of(variant(-0.01, 0.03))).toMatchObject({ share: 1 });
  expect(of(variant(-0.1, 0.3), variant(-0.1, null))).toBeNull();
  expect(of()).toBeNull();
});
