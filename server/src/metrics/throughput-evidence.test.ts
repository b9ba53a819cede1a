import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import type { Guardrail } from './guardrail.ts';
import { comparedShare } from './observation.ts';
import { activeLogE, weighThroughput } from './throughput-evidence.ts';

const shares = fc.constantFrom(0.01, 0.1, 0.5, 0.95);

test('whoever comes next, evidence is a fair bet while as many are active as planned', () => {
  const counts = fc.nat({ max: 400 });
  fc.assert(
    fc.property(shares, counts, counts, fc.constantFrom('up', 'down'), (share, a, b, side) => {
      const test = { plannedShare: share, ratio: 1, side } as const;
      const at = (treatment: number, control: number) =>
        Math.exp(activeLogE({ treatment, control }, test));
      fc.pre(Number.isFinite(at(a, b)) && at(a, b) > 1e-250);
      const next = share * at(a + 1, b) + (1 - share) * at(a, b + 1);
      expect(next / at(a, b)).toBeCloseTo(1, 6);
    }),
  );
});

/** The largest ln E over looks after every ten active people, of whom `share` have the change. */
function worstLook(seed: number, share: number, plannedShare: number, people: number): number {
  const rng = createRng(seed);
  const active = { treatment: 0, control: 0 };
  let worst = 0;
  for (let i = 1; i <= people; i += 1) {
    active[rng() < share ? 'treatment' : 'control'] += 1;
    if (i % 10 !== 0) continue;
    worst = Math.max(worst, activeLogE(active, { plannedShare, ratio: 1, side: 'down' }));
  }
  return worst;
}

test('it cries wolf in at most one release of twenty, and hears silence within some dozens of people', () => {
  const line = Math.log(20);
  const runs = 200;
  for (const planned of [0.1, 0.5]) {
    const alarms = Array.from({ length: runs }, (_, i) => worstLook(i, planned, planned, 1000));
    // Three standard errors above 5 %.
    expect(alarms.filter((lnE) => lnE >= line).length / runs).toBeLessThan(0.096);
    const halved = Array.from({ length: 20 }, (_, i) =>
      worstLook(i, planned / (2 - planned), planned, 3000),
    );
    expect(Math.min(...halved)).toBeGreaterThan(line);
  }
  const silent = { treatment: 0, control: 60 };
  const even = { plannedShare: 0.5, ratio: 1, side: 'down' } as const;
  expect(activeLogE(silent, even)).toBeGreaterThan(line);
});

test('people with two ids, who are compared with nobody, are not missing from the smaller arm', () => {
  const planned = 0.05;
  const split = { treatment: 6000, control: 114_000 };
  // Of 5 % who have a second id, those whose two ids are in different arms: as many from each.
  const both = 120_000 * 0.05 * planned * (1 - planned);
  const people = { treatment: split.treatment - both, control: split.control - both };
  const lnE = (plannedShare: number) =>
    activeLogE(people, { plannedShare, ratio: 1, side: 'down' });
  expect(lnE(planned)).toBeGreaterThan(Math.log(4));
  const share = comparedShare({ people, split }, planned);
  expect(share).toBeCloseTo(people.treatment / (people.treatment + people.control), 10);
  expect(lnE(share)).toBeLessThan(0);
  // Who never speaks is in neither number: they stay missing.
  const gone = { treatment: 3000, control: 114_000 };
  expect(comparedShare({ people: gone, split: gone }, planned)).toBeCloseTo(planned, 10);
  expect(comparedShare({ people: { treatment: 0, control: 9 }, split: gone }, planned)).toBe(
    planned,
  );
});

const guardrail: Guardrail = {
  id: 'alive',
  kind: 'throughput',
  family: 'behaviour',
  event: 'request',
  filters: [],
  measure: { kind: 'mean', property: null, cap: 20, per: null },
  isCommon: false,
  usualShare: null,
  harm: 'down',
  bands: { scale: 'ratio', compare: 'relative', yellow: 0.8, red: 0.5 },
  absolute: null,
  minAffectedPeople: 3,
  require: 'no_harm',
  onRed: 'rollback',
};

/** Everybody who is active sends so many requests, and a quarter of them one more. */
function weigh(treatment: number, control: number, each: { treatment: number; control: number }) {
  const arm = (n: number, requests: number) => {
    const more = n / 4;
    const sy = n * requests + more;
    const syy = (n - more) * requests ** 2 + more * (requests + 1) ** 2;
    return { any: requests > 0 ? n : 0, n, sx: n, sy, sxx: n, syy, sxy: sy };
  };
  const tallies = [
    { treatment: arm(treatment, each.treatment), control: arm(control, each.control) },
  ];
  return weighThroughput(guardrail, { hits: [], tallies, spreads: [] }, 0.5, 0.05);
}

test('harm shows in people who are gone, or in what each of them does; safety needs both', () => {
  const line = Math.log(20);
  const fine = weigh(800, 800, { treatment: 4, control: 4 });
  expect(fine).toMatchObject({ isMature: true, effect: 1 });
  expect(fine.lnE).toBeLessThan(0);
  expect(fine.lnESafe).toBeGreaterThan(line);
  // Half of those with the change never speak: those who do are as busy as before.
  const gone = weigh(400, 800, { treatment: 4, control: 4 });
  expect(gone.effect).toBeCloseTo(0.5, 10);
  expect(gone.lnE).toBeGreaterThan(line);
  expect(gone.lnESafe).toBeLessThan(0);
  const slower = weigh(800, 800, { treatment: 1, control: 4 });
  expect(slower.effect).toBeCloseTo(1.25 / 4.25, 10);
  expect(slower.lnE).toBeGreaterThan(line);
  expect(slower.lnESafe).toBeLessThan(0);
});
