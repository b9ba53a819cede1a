import { expect, test } from 'vitest';
import { findPlanProblem } from '../plan/plan-check.ts';
import { planOf, PlanWire } from '../plan/plan.contract.ts';
import { bakeSecondsFor, BUILT_INS, CHANGE_KINDS, ownDomain } from './templates.ts';
import { chooseGuardrails, seriesOf, usualGuardrails } from './usual-guardrails.ts';

const ada = { email: 'ada@acme.io', beta: { id: 7, name: 'Beta people' } };
const usual = usualGuardrails(null);
const all = chooseGuardrails(
  usual,
  seriesOf(usual).map(() => 500),
);

test.each(BUILT_INS.flatMap((one) => CHANGE_KINDS.map((change) => [one, change] as const)))(
  '$id is a plan that works (%#)',
  (template, change) => {
    const { stages } = template.stages(ada, change);
    const wire = PlanWire.parse({ flag_key: 'any', stages, guardrails: all.guardrails });
    expect(findPlanProblem(planOf(wire), 1)).toBeNull();
  },
);

test('what nobody can be named for is left out, and says how to get it', () => {
  const [usualPlan] = BUILT_INS;
  const names = (email: string | null) => {
    const { stages, leftOut } = usualPlan?.stages({ email, beta: null }, 'page') ?? {};
    return [stages?.map(({ name }) => name), leftOut?.map(({ name }) => name)];
  };
  const rest = ['Expanded beta', 'Everyone'];
  expect(names('ada@acme.io')).toEqual([['Just me', 'Internal team', ...rest], ['Beta users']]);
  // Everybody with a free address is no team.
  expect(names('ada@gmail.com')).toEqual([
    ['Just me', ...rest],
    ['Internal team', 'Beta users'],
  ]);
  expect(names(null)).toEqual([rest, ['Just me', 'Internal team', 'Beta users']]);
  expect(['ada@x', '', 'ada@Acme.IO'].map(ownDomain)).toEqual([null, null, 'acme.io']);
});

test('a stage bakes as long as the column that it falls into says', () => {
  const hours = [0.5, 1, 3, 25, 49, 50, 99, 100].map(
    (percent) => bakeSecondsFor('page', percent) / 3600,
  );
  expect(hours).toEqual([0.5, 0.5, 1, 4, 24, 24, 24, 24]);
});

test('guardrails count what has arrived, by the best source; the rest is named', () => {
  const seen = new Set(['$exception', '$web_vitals', 'signed_up']);
  const counts = seriesOf(usual).map(({ event }) => (seen.has(event) ? 100 : 0));
  const { guardrails, leftOut } = chooseGuardrails(usual, counts);
  expect(guardrails.map(({ id, event }) => [id, event])).toEqual([
    ['errors', undefined],
    ['page-load', '$web_vitals'],
    ['conversion', 'signed_up'],
  ]);
  expect(leftOut.map(({ name }) => name)).toEqual(['Support tickets', 'Rage clicks']);
  // Fewer numbers than a percentile needs are none.
  const few = chooseGuardrails(
    usual,
    counts.map((count) => Math.min(count, 99)),
  );
  expect(few.leftOut[0]).toMatchObject({ name: 'p95 latency' });
});
