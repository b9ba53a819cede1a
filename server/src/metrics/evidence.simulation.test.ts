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
/** One of five buys, for a sum with a long tail that is drawn in at 400. */
function spent(rng: Rng, factor: number): number {
  if (rng() > 0.2) return 0;
  const normal = Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
  return Math.min(400, factor * Math.exp(3 + normal));
}

function grown(tally: ArmTally, people: number, value: () => number): ArmTally {
  let { any, sy, syy } = tally;
  for (let i = 0; i < people; i += 1) {
    const y = value();
    any += y === 0 ? 0 : 1;
    sy += y;
    syy += y * y;
  }
  const n = tally.n + people;
  return { any, n, sx: n, sxx: n, sy, syy, sxy: sy };
}
const NOBODY: ArmTally = { any: 0, n: 0, sx: 0, sy: 0, sxx: 0, syy: 0, sxy: 0 };

/** The share of runs in which any look accuses; a tenth of the people has the change. */
function accused(guardrail: Guardrail, control: (rng: Rng) => number, treatment: typeof control) {
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

const does = (share: number) => (rng: Rng) => (rng() < share ? 1 : 0);
const spends = (factor: number) => (rng: Rng) => spent(rng, factor);

test('a skewed revenue that did not change is rarely accused, a lost third is found', () => {
  expect(accused(revenue, spends(1), spends(1))).toBeLessThan(MOST_FALSE);
  expect(accused({ ...revenue, harm: 'up' }, spends(1), spends(1))).toBeLessThan(MOST_FALSE);
  expect(accused(revenue, spends(1), spends(0.5))).toBeGreaterThan(0.8);
});

test('a common share that did not change is rarely accused, a lost fifth is found', () => {
  expect(accused(base, does(0.4), does(0.4))).toBeLessThan(MOST_FALSE);
  expect(accused(base, does(0.4), does(0.32))).toBeGreaterThan(0.8);
});
