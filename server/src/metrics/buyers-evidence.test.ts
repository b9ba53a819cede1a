import { expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import type { RateBucket } from '#stats/rate';
import { weighBuyers } from './buyers-evidence.ts';
import type { Guardrail } from './guardrail.ts';
import { outcomesOf, readData } from './outcome.ts';

const revenue: Guardrail = {
  id: 'revenue',
  kind: 'revenue_per_user',
  family: 'business',
  event: 'order',
  filters: [],
  measure: { kind: 'mean', property: 'total', cap: 500, per: null, countsAny: true },
  isCommon: false,
  usualShare: null,
  harm: 'down',
  bands: { scale: 'ratio', compare: 'relative', yellow: 0.95, red: 0.9 },
  absolute: null,
  minAffectedPeople: 3,
  require: 'no_harm',
  onRed: 'rollback',
};
const LINE = Math.log(20);

type Buyers = { readonly n: number; readonly buyers: number; readonly each: number };

/** Everybody who buys pays about so much. */
function tallyOf({ n, buyers, each }: Buyers) {
  const spread = (each * 0.3) ** 2;
  return {
    any: buyers,
    n,
    sx: n,
    sxx: n,
    sy: buyers * each,
    syy: buyers * (each ** 2 + spread),
    sxy: buyers * each,
  };
}

function weigh(treatment: Buyers, control: Buyers) {
  const bucket: RateBucket = {
    nT: treatment.n,
    nC: control.n,
    a: treatment.buyers,
    b: control.buyers,
  };
  const tallies = [{ treatment: tallyOf(treatment), control: tallyOf(control) }];
  return weighBuyers(revenue, { hits: [[bucket]], tallies, spreads: [] }, 0.05);
}

test('buyers who stay away show before anything can be said of what people spend', () => {
  const lost = weigh({ n: 900, buyers: 2, each: 40 }, { n: 900, buyers: 81, each: 40 });
  expect(lost.isMature).toBe(false);
  expect(lost.lnESafe).toBeLessThanOrEqual(0);
  expect(lost.lnE).toBeGreaterThan(LINE);
  const fine = weigh({ n: 900, buyers: 80, each: 40 }, { n: 900, buyers: 81, each: 40 });
  expect(fine.lnE).toBeLessThan(0);
});

test('once sums can be judged they alone are: less spent is harm, fewer who spend more are none', () => {
  const many = { n: 20_000, buyers: 3000, each: 40 };
  const less = weigh({ ...many, each: 25 }, many);
  expect(less.lnE).toBeGreaterThan(LINE);
  expect(less.lnESafe).toBeLessThan(0);
  const fewer = weigh({ ...many, buyers: 2400, each: 50 }, many);
  expect(fewer.lnE).toBeLessThan(0);
  expect(fewer.lnESafe).toBeGreaterThan(0);
  expect(weigh(many, many).lnESafe).toBeGreaterThan(0);
});

test('looking after every hundred people accuses no harmless change', () => {
  const rng = createRng(11);
  const runs = 200;
  let alarms = 0;
  for (let run = 0; run < runs; run += 1) {
    const buckets: RateBucket[] = [];
    const sums = { treatment: { n: 0, buyers: 0 }, control: { n: 0, buyers: 0 } };
    let isAccused = false;
    for (let look = 0; look < 60 && !isAccused; look += 1) {
      const counts = { nT: 0, nC: 0, a: 0, b: 0 };
      for (let i = 0; i < 100; i += 1) {
        const arm = rng() < 0.5 ? 'treatment' : 'control';
        const isBuyer = rng() < 0.08;
        sums[arm].n += 1;
        sums[arm].buyers += Number(isBuyer);
        counts[arm === 'treatment' ? 'nT' : 'nC'] += 1;
        if (isBuyer) counts[arm === 'treatment' ? 'a' : 'b'] += 1;
      }
      buckets.push(counts);
      const tallies = [
        {
          treatment: tallyOf({ ...sums.treatment, each: 40 }),
          control: tallyOf({ ...sums.control, each: 40 }),
        },
      ];
      const data = { hits: [buckets], tallies, spreads: [] };
      isAccused = weighBuyers(revenue, data, null).lnE >= LINE;
    }
    alarms += Number(isAccused);
  }
  // Three standard errors above 5 %.
  expect(alarms / runs).toBeLessThan(0.096);
});

test('what is asked for it is read back in its place, before and after other guardrails', () => {
  const errors: Guardrail = { ...revenue, id: 'errors', measure: { kind: 'share' } };
  const plan = [errors, revenue, errors];
  expect(plan.flatMap(outcomesOf).map(({ kind }) => kind)).toEqual(['any', 'tally', 'any', 'any']);
  const answers = {
    people: { treatment: 10, control: 20 },
    rows: [[10, 20, 1, 2, 3, 4, 5, 6]],
    tallies: [[3, 10, 10, 120, 10, 5000, 120, 4, 20, 20, 160, 20, 7000, 160]],
  };
  const hitsAt = (index: number) => {
    const { a, b } = readData(answers, plan, index).hits[0]?.[0] ?? { a: 0, b: 0 };
    return [a, b];
  };
  expect([0, 1, 2].map(hitsAt)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(readData(answers, plan, 1).tallies[0]?.treatment.sy).toBe(120);
  // Sums of a plan from before have no such part, and are read as they were.
  const before: Guardrail = {
    ...revenue,
    measure: { kind: 'mean', property: 'total', cap: 500, per: null },
  };
  expect(outcomesOf(before).map(({ kind }) => kind)).toEqual(['tally']);
});
