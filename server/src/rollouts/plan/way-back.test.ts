import { expect, test } from 'vitest';
import { planWarnings } from '../advice/plan-warnings.ts';
import { allowedCommands } from '../gate/command.ts';
import {
  aLook,
  anObservation,
  aPlan,
  aPolicy,
  aPosition,
  aStage,
  outcome,
} from '../test-builders.ts';
import { findPlanProblem } from './plan-check.ts';
import { type PlanInput, planOf, PlanWire } from './plan.contract.ts';
import type { Impact, Plan } from './plan.ts';
import { confirmationsOf, describeWayBack, riskOf } from './way-back.ts';

const impact = (kind: Impact['kind'], more: Partial<Impact> = {}): Impact => ({
  kind,
  isInStep: false,
  note: '',
  ...more,
});
const lossy = aPlan({ impact: impact('C') });
/** No way back from 50 % on. */
const destructive = aPlan({
  impact: impact('D', { note: 'Restore orders_2026.' }),
  stages: [
    aStage(),
    aStage({ name: '50 %', percent: 50, isPointOfNoReturn: true }),
    aStage({ name: '90 %', percent: 90 }),
  ],
  policy: aPolicy({ onYellowDeadline: 'rollback' }),
});
const HARMFUL = anObservation({ a: 40, b: 36 });

const at = (plan: Plan, stageIndex: number, more: object = {}) =>
  aPosition(plan, { stageIndex, ...more });
const look = (plan: Plan, stageIndex: number, more: object = {}) =>
  outcome(aLook({ plan, position: at(plan, stageIndex, more), observation: HARMFUL }));

test('harm takes the change back, but for where there is no way back: there it holds', () => {
  for (const plan of [aPlan({ impact: impact('B') }), lossy, destructive]) {
    expect(look(plan, 0)).toMatchObject({ type: 'rollback_started' });
  }
  expect(look(lossy, 1)).toMatchObject({ type: 'rollback_started' });
  for (const stage of [1, 2]) {
    expect(look(destructive, stage)).toMatchObject({ type: 'held', state: 'holding', hold: 'red' });
  }
  // Nor does a deadline that nobody minds go back.
  const overdue = { state: 'holding', holdReason: 'yellow', deadlineAtMs: 1 };
  const calm = (stage: number) =>
    outcome(aLook({ plan: destructive, position: at(destructive, stage, overdue) })).type;
  expect([0, 1].map(calm)).toEqual(['rollback_started', 'escalated']);
  // A person's hand on the flag goes back everywhere.
  const off = aLook({ plan: destructive, position: at(destructive, 2), flag: 'disabled' });
  expect(outcome(off)).toMatchObject({ type: 'rollback_started' });
});

test('what costs data is confirmed: the start, the point of no return, and going back', () => {
  const risk = (plan: Plan, from: number, name: string, stageIndex?: number, state = 'baking') =>
    riskOf(plan, at(plan, from, { state }), { name, stageIndex, flag: 'revert' });
  expect(risk(lossy, 0, 'start', undefined, 'draft')).toBe('accept');
  expect(risk(lossy, 1, 'retry', 0, 'rolled_back')).toBe('accept');
  expect(['rollback', 'cancel'].map((name) => risk(lossy, 0, name))).toEqual(['lose', 'lose']);
  expect(risk(lossy, 0, 'cancel', undefined, 'draft')).toBeNull();
  expect(risk(lossy, 0, 'rollback', undefined, 'rolling_back')).toBeNull();
  expect([0, 2].map((to) => risk(lossy, 1, 'jump', to))).toEqual(['lose', null]);
  expect(riskOf(lossy, at(lossy, 1), { name: 'cancel', flag: 'keep' })).toBeNull();

  expect(risk(destructive, 0, 'start', undefined, 'draft')).toBeNull();
  expect(['promote', 'approve'].map((name) => risk(destructive, 0, name))).toEqual([
    'cross',
    'cross',
  ]);
  expect(risk(destructive, 0, 'rollback')).toBeNull();
  expect(risk(destructive, 1, 'promote')).toBeNull();
  expect(risk(destructive, 2, 'rollback')).toBe('lose');
  expect([0, 1, 2].map((to) => risk(destructive, 0, 'jump', to))).toEqual([null, 'cross', 'cross']);
  expect([0, 2].map((to) => risk(destructive, 1, 'retry', to, 'rolled_back'))).toEqual([
    null,
    'cross',
  ]);

  for (const plan of [
    aPlan(),
    aPlan({ impact: impact('B') }),
    aPlan({ impact: impact('C', { isInStep: true }) }),
  ]) {
    const commands = ['start', 'promote', 'jump', 'rollback', 'cancel', 'approve', 'retry'];
    expect(confirmationsOf(plan, at(plan, 1), commands)).toEqual([]);
  }
});

test('confirmations name the commands, the stages and what is at stake', () => {
  const position = at(destructive, 0);
  const commands = allowedCommands({ ...position, isAcknowledged: false });
  const text =
    'From “50 %” on there is no way back without a backup, and Serin does not go back by itself. Restore orders_2026.';
  expect(confirmationsOf(destructive, position, commands)).toEqual([
    { command: 'promote', stages: null, risk: 'cross', text },
    { command: 'jump', stages: [1, 2], risk: 'cross', text },
  ]);
  const warned = [destructive, lossy, aPlan()].map((plan) =>
    planWarnings(plan).flatMap(({ code, field, text: words }) =>
      code === 'no_way_back' || code === 'data_loss' ? [[code, field, words]] : [],
    ),
  );
  expect(warned).toEqual([
    [['no_way_back', 'stages.1.point_of_no_return', expect.stringContaining('Take the backup')]],
    [['data_loss', 'rollback_impact', expect.stringContaining('Say in the note')]],
    [],
  ]);
  expect(describeWayBack(destructive, 1)).toBe(
    'There is no way back without a backup: the version before cannot read the data any more. Restore orders_2026.',
  );
  const held = { ...lossy, policy: aPolicy({ automation: 'hold' as const }) };
  expect(
    [lossy, held].map((plan) => confirmationsOf(plan, at(plan, 0), ['start'])[0]?.text),
  ).toEqual([
    'Going back loses what was written with the change, and Serin goes back by itself when it does harm.',
    'Going back loses what was written with the change.',
  ]);
});

test('the class and the point of no return fit together; what leads to it waits for approval', () => {
  const wire = (more: object, points: readonly number[] = []) =>
    PlanWire.parse({
      flag_key: 'f',
      stages: [5, 20, 50].map((percent, index) => ({
        name: `${percent} %`,
        percent,
        point_of_no_return: points.includes(index),
      })),
      guardrails: [{ id: 'errors', kind: 'exception_users' }],
      ...more,
    } satisfies PlanInput);
  const problem = (...given: Parameters<typeof wire>) =>
    findPlanProblem(planOf(wire(...given)), 1)?.field ?? null;
  expect(problem({})).toBeNull();
  expect(problem({ rollback_impact: 'D' })).toBe('rollback_impact');
  expect(problem({ rollback_impact: 'D' }, [1, 2])).toBe('stages.2.point_of_no_return');
  expect(problem({ rollback_impact: 'C' }, [1])).toBe('stages.1.point_of_no_return');
  expect(problem({ rollback_impact: 'B', both_in_step: true })).toBe('both_in_step');
  const { stages } = planOf(wire({ rollback_impact: 'D' }, [1]));
  expect(stages.map(({ needsApproval }) => needsApproval)).toEqual([true, false, false]);
});
