import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng, type Rng } from '#kernel/rng';
import {
  coarsen,
  type RateBucket,
  rateLogE,
  rateRatioEstimate,
  rateRatioInterval,
  rateSafeLogE,
  sumBuckets,
} from './rate.ts';

const DOUBLING = { r0: 1, direction: 'up', mde: 1 } as const;

const bucket = fc
  .record({ nT: fc.nat(50), nC: fc.nat(500), percentT: fc.nat(100), percentC: fc.nat(100) })
  .map(({ nT, nC, percentT, percentC }): RateBucket => ({
    nT,
    nC,
    a: Math.floor((nT * percentT) / 100),
    b: Math.floor((nC * percentC) / 100),
  }));
const buckets = fc.array(bucket, { maxLength: 20 });

test('the order of buckets changes nothing', () => {
  fc.assert(
    fc.property(buckets, (list) => {
      expect(rateLogE(list.toReversed(), DOUBLING)).toBeCloseTo(rateLogE(list, DOUBLING), 9);
    }),
  );
});

test('two buckets with the same split of people merge into one without a change', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (s1, s2) => {
      const at = (size: number) => ({ nT: 3 * size, nC: 30 * size, a: size, b: 2 * size });
      const merged = sumBuckets([at(s1), at(s2)]);
      expect(rateLogE([merged], DOUBLING)).toBeCloseTo(rateLogE([at(s1), at(s2)], DOUBLING), 9);
    }),
  );
});

test('only the split of people counts, not how many there were', () => {
  fc.assert(
    fc.property(buckets, (list) => {
      const doubled = list.map((k) => ({ ...k, nT: 2 * k.nT, nC: 2 * k.nC }));
      expect(rateLogE(doubled, DOUBLING)).toBeCloseTo(rateLogE(list, DOUBLING), 9);
    }),
  );
});

test('nobody, or people in one arm only, is no evidence at all', () => {
  expect(rateLogE([], DOUBLING)).toBeCloseTo(0, 12);
  expect(rateLogE([{ nT: 5, nC: 0, a: 5, b: 0 }], DOUBLING)).toBeCloseTo(0, 12);
  expect(rateRatioInterval([], { alpha: 0.05, mdeUp: 1, mdeDown: 0.5 })).toEqual({
    lower: 0,
    upper: Infinity,
  });
});

test('coarser buckets hold the same people, in fewer buckets', () => {
  fc.assert(
    fc.property(buckets, fc.integer({ min: 1, max: 8 }), (list, limit) => {
      const coarse = coarsen(list, limit);
      expect(coarse.length).toBeLessThanOrEqual(limit);
      expect(sumBuckets(coarse)).toEqual(sumBuckets(list));
    }),
  );
});

test('the interval holds the estimate and is one-sided where an arm had no outcome', () => {
  const options = { alpha: 0.05, mdeUp: 1, mdeDown: 0.5 };
  const clean = rateRatioInterval([{ nT: 500, nC: 4500, a: 0, b: 50 }], options);
  expect(clean.lower).toBe(0);
  expect(clean.upper).toBeLessThan(2);
  const allInTreatment = rateRatioInterval([{ nT: 500, nC: 4500, a: 20, b: 0 }], options);
  expect(allInTreatment.upper).toBe(Infinity);
  expect(allInTreatment.lower).toBeGreaterThan(5);
});

test('the safe test of a harmful drop works in the other direction', () => {
  const kept = [{ nT: 5000, nC: 5000, a: 520, b: 500 }];
  const dropped = [{ nT: 5000, nC: 5000, a: 400, b: 500 }];
  expect(rateSafeLogE(kept, { red: 0.8, harm: 'down' })).toBeGreaterThan(Math.log(5));
  expect(rateSafeLogE(dropped, { red: 0.8, harm: 'down' })).toBeLessThan(0);
});

test('the estimate stays finite when control had no outcome, and null when nobody had', () => {
  expect(rateRatioEstimate({ nT: 10, nC: 90, a: 0, b: 0 })).toBeNull();
  expect(rateRatioEstimate({ nT: 10, nC: 90, a: 3, b: 0 })).toBeCloseTo(54, 9);
  expect(rateRatioEstimate({ nT: 100, nC: 900, a: 2, b: 9 })).toBeCloseTo(2, 9);
});

/** Poisson draws by inversion; means here stay far below the limits of exp. */
function poisson(rng: Rng, mean: number): number {
  let left = rng();
  let k = 0;
  for (let p = Math.exp(-mean); left > p && k < 1000; k += 1) {
    left -= p;
    p *= mean / (k + 1);
  }
  return k;
}

/** Share of runs in which E ever reached 20, looking after every ten minutes of a day. */
function rejectedShare(options: {
  stage: number;
  ratio: number;
  runs: number;
  seed: number;
}): number {
  const rng = createRng(options.seed);
  const people = 1000;
  let rejected = 0;
  for (let run = 0; run < options.runs; run += 1) {
    const seen: RateBucket[] = [];
    for (let look = 0; look < 144 && rateLogE(seen, DOUBLING) < Math.log(20); look += 1) {
      // The base rate swings over the day; buckets must absorb it.
      const rate = 0.01 * (1 + 0.8 * Math.sin((look / 144) * 2 * Math.PI));
      const nT = people * options.stage;
      const nC = people - nT;
      seen.push({ nT, nC, a: poisson(rng, nT * rate * options.ratio), b: poisson(rng, nC * rate) });
    }
    if (rateLogE(seen, DOUBLING) >= Math.log(20)) rejected += 1;
  }
  return rejected / options.runs;
}

test.each([0.01, 0.1, 0.5, 0.95])(
  'looking all day at a harmless change rejects it in at most one of twenty runs (stage %d)',
  (stage) => {
    const runs = 200;
    const threeStandardErrors = 3 * Math.sqrt((0.05 * 0.95) / runs);
    const share = rejectedShare({ stage, ratio: 1, runs, seed: 11 });
    expect(share).toBeLessThanOrEqual(0.05 + threeStandardErrors);
  },
);

test('a tripled rate is nearly always found within the day', () => {
  expect(rejectedShare({ stage: 0.1, ratio: 3, runs: 60, seed: 5 })).toBeGreaterThan(0.97);
});
