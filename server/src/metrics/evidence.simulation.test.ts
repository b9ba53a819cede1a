// Seeded trials of the statistics that are right only for many people: how often a look after another accuses what
// is harmless, and whether harm is found.
import { expect, test } from 'vitest';
import { createRng } from '#kernel/rng';
import { weighEvidence } from './weigh-evidence.ts';
import type { Guardrail } from './guardrail.ts';
import type { ArmTally, GuardrailData } from './outcome.ts';

const RUNS = 300;
const LOOKS = 20;
const ALPHA = 0.05;
/** Three standard errors of a share of RUNS above ALPHA. */
const MOST_FALSE = ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / RUNS);

const base: Guardrail = {
  id: 'one',
  kind: 'custom',
  family: 'business',
  event: 'order',
  filters: [],
  measure: { kind: 'share' },
  isCommon: true,
  harm: 'down',
  bands: { scale: 'ratio', compare: 'relative', yellow: 0.95, red: 0.9 },
  absolute: null,
  minAffectedPeople: 3,
  require: 'no_harm',
  onRed: 'rollback',
};
const revenue: Guardrail = {
  ...base,
  isCommon: false,
  measure: { kind: 'mean', property: 'total', cap: 400, per: null },
};

type Rng = () => number;
type Pair = { readonly x: number; readonly y: number };
/** One of five buys, for a sum with a long tail that is drawn in at 400. */
function spent(rng: Rng, factor: number): number {
  if (rng() > 0.2) return 0;
  const normal = Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
  return Math.min(400, factor * Math.exp(3 + normal));
}

function grown(tally: ArmTally, people: number, value: () => Pair): ArmTally {
  let { any, sx, sxx, sy, syy, sxy } = tally;
  for (let i = 0; i < people; i += 1) {
    const { x, y } = value();
    sx += x;
    sxx += x * x;
    sxy += x * y;
    any += y === 0 ? 0 : 1;
    sy += y;
    syy += y * y;
  }
  const n = tally.n + people;
  return { any, n, sx, sxx, sy, syy, sxy };
}
const NOBODY: ArmTally = { any: 0, n: 0, sx: 0, sy: 0, sxx: 0, syy: 0, sxy: 0 };

/** The share of runs in which any look accuses; a tenth of the people has the change. */
function accused(guardrail: Guardrail, control: (rng: Rng) => Pair, treatment: typeof control) {
  let count = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const rng = createRng(run + 1);
    let [one, other] = [NOBODY, NOBODY];
    for (let look = 0; look < LOOKS; look += 1) {
      one = grown(one, 100, () => treatment(rng));
      other = grown(other, 900, () => control(rng));
      const bucket = { nT: one.n, nC: other.n, a: one.any, b: other.any };
      const tallies = [{ treatment: one, control: other }];
      const data: GuardrailData = { hits: [[bucket]], tallies, spreads: [] };
      if (weighEvidence(guardrail, data, 'ratio', ALPHA).lnE < -Math.log(ALPHA)) continue;
      count += 1;
      break;
    }
  }
  return count / RUNS;
}

const each = (y: number): Pair => ({ x: 1, y });
const does = (share: number) => (rng: Rng) => each(rng() < share ? 1 : 0);
const spends = (factor: number) => (rng: Rng) => each(spent(rng, factor));
const clustered = (share: number) => (rng: Rng) => sessions(rng, share);

test('a skewed revenue that did not change is rarely accused, a lost third is found', () => {
  expect(accused(revenue, spends(1), spends(1))).toBeLessThan(MOST_FALSE);
  expect(accused({ ...revenue, harm: 'up' }, spends(1), spends(1))).toBeLessThan(MOST_FALSE);
  expect(accused(revenue, spends(1), spends(0.5))).toBeGreaterThan(0.8);
});

const crashes: Guardrail = {
  ...base,
  isCommon: false,
  harm: 'up',
  measure: { kind: 'sessions' },
  bands: { scale: 'ratio', compare: 'ratio', yellow: 1.5, red: 2 },
  absolute: { yellow: 0.05, red: 0.1 },
};
/** Sessions of one person: one to six, and some people's all go wrong more often than others'. */
function sessions(rng: Rng, share: number) {
  const x = 1 + Math.floor(rng() * 6);
  const own = rng() < 0.2 ? 3 * share : share / 2;
  let y = 0;
  for (let i = 0; i < x; i += 1) y += rng() < own ? 1 : 0;
  return { x, y };
}

test('clustered sessions that did not change are rarely accused, twice as many bad ones are found', () => {
  expect(accused(crashes, clustered(0.04), clustered(0.04))).toBeLessThan(MOST_FALSE);
  expect(accused(crashes, clustered(0.04), clustered(0.08))).toBeGreaterThan(0.8);
});

test('a common share that did not change is rarely accused, a lost fifth is found', () => {
  expect(accused(base, does(0.4), does(0.4))).toBeLessThan(MOST_FALSE);
  expect(accused(base, does(0.4), does(0.32))).toBeGreaterThan(0.8);
});
