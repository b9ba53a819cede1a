import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explicitBuckets } from './histogram.ts';

const NONE = { offset: 0, counts: [] };

test('powers of two with scale 0, zeros apart', () => {
  const given = {
    scale: 0,
    zeroCount: 3,
    zeroThreshold: 0,
    positive: { offset: 1, counts: [5, 7] },
    negative: { offset: 0, counts: [2] },
  };
  expect(explicitBuckets(given)).toEqual({
    bounds: [-2, -1, 0, 2, 4, 8],
    counts: [0, 2, 3, 0, 5, 7, 0],
  });
});

test('without values there is one bucket for zeros', () => {
  const given = { scale: 3, zeroCount: 0, zeroThreshold: 0.5, positive: NONE, negative: NONE };
  expect(explicitBuckets(given)).toEqual({ bounds: [0.5], counts: [0, 0] });
});

test('every value lies in the bucket that its exponential histogram has it in', () => {
  const scale = fc.integer({ min: -2, max: 8 });
  const value = fc.double({ min: -1000, max: 1000, noNaN: true }).map((one) => one || 0.25);
  fc.assert(
    fc.property(scale, fc.array(value, { minLength: 1, maxLength: 50 }), (given, values) => {
      // The mapping of the specification: index = ceil(log(|v|) × 2^scale / ln 2) − 1.
      const indexOf = (one: number): number => Math.ceil(Math.log2(Math.abs(one)) * 2 ** given) - 1;
      const sideOf = (numbers: number[]) => {
        if (numbers.length === 0) return NONE;
        const offset = Math.min(...numbers.map(indexOf));
        const counts = Array.from(
          { length: Math.max(...numbers.map(indexOf)) - offset + 1 },
          () => 0,
        );
        for (const one of numbers) counts[indexOf(one) - offset] = 1;
        for (const one of numbers) {
          counts[indexOf(one) - offset] = numbers.filter((n) => indexOf(n) === indexOf(one)).length;
        }
        return { offset, counts };
      };
      // Of numbers near to zero the buckets would be millions.
      const kept = values.filter((one) => Math.abs(one) > 0.1);
      const { bounds, counts } = explicitBuckets({
        scale: given,
        zeroCount: 0,
        zeroThreshold: 0,
        positive: sideOf(kept.filter((one) => one > 0)),
        negative: sideOf(kept.filter((one) => one < 0)),
      });
      expect(counts).toHaveLength(bounds.length + 1);
      expect(bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number))).toBe(true);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(kept.length);
      const slack = 1 + 1e-9;
      for (const bound of bounds.filter((one) => one > 0)) {
        const upTo = counts
          .slice(0, bounds.indexOf(bound) + 1)
          .reduce((sum, count) => sum + count, 0);
        expect(upTo).toBeGreaterThanOrEqual(kept.filter((one) => one <= bound / slack).length);
        expect(upTo).toBeLessThanOrEqual(kept.filter((one) => one <= bound * slack).length);
      }
    }),
  );
});

test('bounds rise, whatever the scale and offset', () => {
  const side = fc.record({
    offset: fc.integer({ min: -5000, max: 5000 }),
    counts: fc.array(fc.nat(10), { maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 20 }), side, side, fc.nat(5), (scale, p, n, zeros) => {
      const { bounds, counts } = explicitBuckets({
        scale,
        zeroCount: zeros,
        zeroThreshold: 0,
        positive: p,
        negative: n,
      });
      const total = [...p.counts, ...n.counts, zeros].reduce((sum, count) => sum + count, 0);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
      expect(bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number))).toBe(true);
      expect(bounds.every(Number.isFinite)).toBe(true);
    }),
  );
});
