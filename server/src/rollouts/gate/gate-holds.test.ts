import { expect, test } from 'vitest';
import { allowedCommands, decideCommand } from './command.ts';
import { decide, type GateInput, needsObservation } from './gate.ts';
import { move, type Position } from './rollout.ts';
import {
  aGuardrail,
  aLook,
  anObservation,
  aPlan,
  aPolicy,
  aPosition,
  outcome,
  T0,
} from '../test-builders.ts';

const MINUTE_MS = 60_000;

const plan = aPlan();
const at = (overrides: Partial<Position>) => aPosition(plan, overrides);
const HARMFUL = anObservation({ a: 40, b: 36 });
const STAYS = { type: null, state: 'baking', hold: null };

test.each<[string, Parameters<typeof anObservation>, string]>([
  ['people are missing from treatment', [{ nT: 200, nC: 3600 }], 'srm'],
  ['people are in both arms', [{}, { multiExposed: 45 }], 'multi_exposure'],
  [
    'leaving people out thins the smaller arm',
    [{ nT: 60, nC: 600 }, { multiExposed: 10 }],
    'multi_exposure',
  ],
  ['clients report other values', [{}, { reported: { people: 1000, disagreeing: 60 } }], 'drift'],
])('untrustworthy evidence holds: %s', (_, observed, hold) => {
  const observation = anObservation(...observed);
  expect(outcome(aLook({ observation }))).toEqual({ type: 'held', state: 'holding', hold });
  const soaking = aLook({ position: at({ state: 'awaiting_approval' }), observation });
  expect(outcome(soaking)).toMatchObject({ hold });
});

test('a few people in both arms, or a few stale clients, are no reason to stop', () => {
  const observation = anObservation(
    {},
    { multiExposed: 9, reported: { people: 100, disagreeing: 5 } },
  );
  expect(outcome(aLook({ observation }))).toMatchObject({ type: 'promoted' });
});

test('a hand on the flag: switched off takes back, edited holds and is never overwritten', () => {
  expect(outcome(aLook({ flag: 'disabled' }))).toMatchObject({ type: 'rollback_started' });
  expect(outcome(aLook({ flag: 'edited' }))).toEqual({
    type: 'held',
    state: 'holding',
    hold: 'drift',
  });
  const drifted = at({ state: 'holding', holdReason: 'drift' });
  expect(outcome(aLook({ flag: 'edited', position: drifted }))).toEqual({
    type: null,
    state: 'holding',
    hold: 'drift',
  });
  expect(outcome(aLook({ flag: 'disabled', position: drifted }))).toMatchObject({
    state: 'rolling_back',
  });
});

test('an edited flag is watched while the stage is still in it, and not once it is gone', () => {
  const drifted = at({ state: 'holding', holdReason: 'drift' });
  const look = (flag: GateInput['flag']) =>
    aLook({ flag, position: drifted, observation: HARMFUL });
  expect(needsObservation(look('edited'))).toBe(true);
  expect(outcome(look('edited'))).toMatchObject({ type: 'rollback_started' });
  for (const flag of ['replaced', 'rebucketed'] as const) {
    expect(needsObservation(look(flag))).toBe(false);
    expect(outcome(look(flag))).toMatchObject({ type: null, hold: 'drift' });
    expect(outcome(aLook({ flag }))).toEqual({ type: 'held', state: 'holding', hold: 'drift' });
  }
});

test.each(['manual', 'drift'] as const)(
  'a stage held (%s) before it has settled is watched once it has, and stays held',
  (holdReason) => {
    const held = at({
      state: 'holding',
      holdReason,
      stageEnteredAtMs: T0 - 3 * MINUTE_MS,
      stageSettledAtMs: null,
      lastEvalAtMs: null,
      lastWatermarkMs: null,
    });
    const early = aLook({ position: { ...held, stageEnteredAtMs: T0 - MINUTE_MS } });
    expect(outcome(early)).toMatchObject({ type: null });
    const settled = decide(aLook({ position: held, flag: 'edited' }));
    const asApplied = decide(aLook({ position: held }));
    for (const { transition, position } of holdReason === 'drift'
      ? [settled, asApplied]
      : [asApplied]) {
      expect(transition).toMatchObject({ type: 'stage_applied', to: 'holding', holdReason });
      expect(position).toMatchObject({ state: 'holding', holdReason, stageSettledAtMs: T0 });
      const nowMs = T0 + MINUTE_MS;
      const next = aLook({ position, nowMs, watermarkMs: nowMs, observation: HARMFUL });
      expect(needsObservation(next)).toBe(true);
      expect(outcome(next)).toMatchObject({ type: 'rollback_started' });
    }
  },
);

test('five failed looks hold until data is back for two looks', () => {
  const failing = { observation: null, sourceError: 'connection refused' };
  const fourth = decide(aLook({ ...failing, position: at({ sourceErrors: 3 }) }));
  expect(fourth.transition).toBeNull();
  expect(fourth.position.nextEvalAtMs).toBe(T0 + 80_000);
  const held = decide(aLook({ ...failing, position: at({ sourceErrors: 4 }) }));
  expect(held.position).toMatchObject({ state: 'holding', holdReason: 'source_down' });
  const back = { ...held.position, lastEvalAtMs: T0 - MINUTE_MS };
  const one = decide(aLook({ position: { ...back, freshOkCount: 0 } }));
  expect(one.position).toMatchObject({ state: 'holding', freshOkCount: 1, sourceErrors: 0 });
  const later = { nowMs: T0 + MINUTE_MS, watermarkMs: T0 + MINUTE_MS };
  const two = decide(aLook({ ...later, position: one.position }));
  expect(two.transition).toMatchObject({ type: 'resumed', to: 'baking' });
  expect(two.position.freshOkCount).toBe(0);
});

test('an event store that lags behind holds, and its deadline escalates', () => {
  const lag = { observation: null, watermarkMs: T0 - 11 * MINUTE_MS };
  expect(outcome(aLook(lag))).toMatchObject({ hold: 'source_down' });
  const overdue = at({ state: 'holding', holdReason: 'source_down', deadlineAtMs: T0 });
  const decision = decide(aLook({ ...lag, position: overdue }));
  expect(decision.transition?.type).toBe('escalated');
  expect(decision.position.deadlineAtMs).toBe(T0 + plan.policy.sourceDownDeadlineMs);
  const back = aPlan({ policy: aPolicy({ onSourceDown: 'rollback' }) });
  expect(outcome(aLook({ ...lag, plan: back, position: overdue })).type).toBe('rollback_started');
});

test('a look at old data sees harm, but proves nothing safe', () => {
  const stale = { watermarkMs: T0 - 11 * MINUTE_MS, position: at({ lastWatermarkMs: T0 - 1e6 }) };
  const { position } = decide(aLook(stale));
  expect(position).toMatchObject({
    state: 'holding',
    holdReason: 'source_down',
    freshOkCount: 0,
  });
  expect(outcome(aLook({ ...stale, observation: HARMFUL })).type).toBe('rollback_started');
  const resuming = aLook({
    ...stale,
    position: { ...position, lastWatermarkMs: T0 - 1e6, freshOkCount: 1 },
  });
  expect(outcome(resuming)).toMatchObject({ state: 'holding', hold: 'source_down' });
});

test('silence holds, never passes', () => {
  const nobody = anObservation({ nT: 0, nC: 0 });
  expect(outcome(aLook({ observation: nobody }))).toMatchObject({ hold: 'no_data' });
  const silentArm = anObservation({}, { recent: { treatment: 0, control: 300 } });
  expect(outcome(aLook({ observation: silentArm }))).toMatchObject({ hold: 'no_data' });
  const early = at({ stageSettledAtMs: T0 - 10 * MINUTE_MS });
  expect(outcome(aLook({ position: early, observation: nobody }))).toEqual(STAYS);
  const quietNight = anObservation({ nT: 3, nC: 27 }, { recent: { treatment: 0, control: 0 } });
  expect(outcome(aLook({ observation: quietNight }))).toEqual(STAYS);
});

test('a hold for silence ends when people are back, not when time has passed', () => {
  const held = (minutes: number) =>
    at({
      state: 'holding',
      holdReason: 'no_data',
      stageSettledAtMs: T0 - minutes * MINUTE_MS,
      deadlineAtMs: T0 + 1440 * MINUTE_MS,
      lastEvalAtMs: T0 - 5 * MINUTE_MS,
    });
  const silent = anObservation({ nT: 40, nC: 360 }, { recent: { treatment: 0, control: 0 } });
  const back = anObservation({ nT: 40, nC: 360 });
  for (const minutes of [60, 10_000]) {
    const stays = { type: null, state: 'holding', hold: 'no_data' };
    expect(outcome(aLook({ position: held(minutes), observation: silent }))).toEqual(stays);
    expect(outcome(aLook({ position: held(minutes), observation: back }))).toMatchObject({
      type: 'resumed',
      state: 'baking',
    });
  }
});

test('bake time does not pass while an arm is silent', () => {
  const position = at({ observedBakeMs: MINUTE_MS });
  const quiet = anObservation({ nT: 30, nC: 270 }, { recent: { treatment: 0, control: 9 } });
  expect(decide(aLook({ position, observation: quiet })).position.observedBakeMs).toBe(MINUTE_MS);
  expect(decide(aLook({ position })).position.observedBakeMs).toBe(2 * MINUTE_MS);
});

test('the first look after an outage covers what it asked about lately, not the whole outage', () => {
  const bakeAfter = (minutes: number) => {
    const lastEvalAtMs = T0 - minutes * MINUTE_MS;
    const away = at({ observedBakeMs: 0, lastEvalAtMs, lastWatermarkMs: lastEvalAtMs });
    return decide(aLook({ position: away, isRestarted: true })).position;
  };
  expect(bakeAfter(20)).toMatchObject({ observedBakeMs: 20 * MINUTE_MS, state: 'baking' });
  expect(bakeAfter(1440)).toMatchObject({ observedBakeMs: 30 * MINUTE_MS, freshOkCount: 1 });
});

test('a stage whose bake is spent waits for its next look instead of calling itself undecided', () => {
  const spent = at({ observedBakeMs: 1e9, freshOkCount: 0, freshOkAtMs: null });
  expect(outcome(aLook({ position: spent }))).toEqual(STAYS);
  const unproven = anObservation({ nT: 150, nC: 1350, a: 1, b: 9 });
  const early = decide(aLook({ position: spent, observation: unproven }));
  expect(early.verdict?.assessments[0]?.isSafe).toBe(false);
  expect(early.position.state).toBe('baking');
});

test('a yellow hold ends by itself after a calm time, not before', () => {
  const yellow = { state: 'holding', holdReason: 'yellow', deadlineAtMs: T0 + 1e9 } as const;
  const since = (calmSinceMs: number | null) =>
    outcome(aLook({ position: at({ ...yellow, calmSinceMs }) }));
  expect(since(null)).toMatchObject({ state: 'holding' });
  expect(since(T0 - 29 * MINUTE_MS)).toMatchObject({ state: 'holding' });
  expect(since(T0 - 30 * MINUTE_MS)).toMatchObject({ type: 'resumed', state: 'baking' });
});

test('a hold reminds people once, an hour before each deadline, and stays as it is', () => {
  const hour = 3_600_000;
  const yellow = { state: 'holding', holdReason: 'yellow', deadlineAtMs: T0 + hour } as const;
  const observation = anObservation({});
  const early = at({ ...yellow, deadlineAtMs: T0 + hour + 1 });
  expect(decide(aLook({ position: early, observation })).transition).toBeNull();
  const near = decide(aLook({ position: at(yellow), observation }));
  expect(near.transition).toMatchObject({ type: 'deadline_near', to: 'holding', flag: null });
  expect(near.position).toMatchObject({ ...yellow, noted: [`near:${T0 + hour}`] });
  expect(decide(aLook({ position: near.position, observation })).transition).toBeNull();
  // Without an answer of the event store, too; and again before the next deadline.
  const again = { ...near.position, deadlineAtMs: T0 + hour / 2 };
  const blind = { position: again, observation: null, sourceError: 'away' };
  expect(decide(aLook(blind)).transition?.type).toBe('deadline_near');
});

test('a yellow hold that nobody answers escalates, or rolls back where the plan says so', () => {
  const position = at({ state: 'holding', holdReason: 'yellow', deadlineAtMs: T0 });
  const still = anObservation({ a: 12, b: 60 });
  const escalated = decide(aLook({ position, observation: still }));
  expect(escalated.transition?.type).toBe('escalated');
  expect(escalated.position).toMatchObject({ state: 'holding', holdReason: 'yellow' });
  const strict = aPlan({ policy: aPolicy({ onYellowDeadline: 'rollback' }) });
  expect(outcome(aLook({ plan: strict, position, observation: still }))).toMatchObject({
    state: 'rolling_back',
  });
});

test('evidence that a person has accepted pauses again only when it grows fourfold', () => {
  const seen = (a: number) => anObservation({ nT: 4000, nC: 36_000, a, b: 1080 });
  const observation = seen(160);
  const relative = aPlan({ guardrails: [aGuardrail({ absolute: null })] });
  const first = decide(aLook({ plan: relative, position: aPosition(relative), observation }));
  expect(first.position.holdReason).toBe('yellow');
  const mixed = first.verdict?.lnECombined ?? 0;
  const accepted = { combined: mixed, byGuardrail: { errors: { mixed, absolute: 0 } } };
  const position = aPosition(relative, { carry: { ...first.position.carry, accepted } });
  expect(outcome(aLook({ plan: relative, position, observation }))).toMatchObject({
    type: 'promoted',
  });
  expect(outcome(aLook({ plan: relative, position, observation: seen(166) })).hold).toBe('yellow');
});

test('a pause makes a hold stay that would end by itself', () => {
  const held = (holdReason: Position['holdReason'], deadlineAtMs: number | null = T0 + 1) =>
    at({ state: 'holding', holdReason, deadlineAtMs });
  const takesPause = (position: Position) =>
    allowedCommands({ ...position, isAcknowledged: false }).includes('pause');
  const paused = (position: Position) => {
    const pause = { name: 'pause', reason: 'Sentry: 900 new errors' } as const;
    const transition = decideCommand(pause, plan, position, null, T0);
    if (!transition) throw new Error('nothing happened');
    return move(position, transition, T0);
  };
  for (const reason of ['yellow', 'no_data', 'source_down'] as const) {
    expect(takesPause(held(reason))).toBe(true);
    const stays = paused(held(reason));
    expect(stays).toMatchObject({ state: 'holding', holdReason: 'manual', deadlineAtMs: null });
    expect(takesPause(stays)).toBe(false);
    const late = { position: { ...stays, freshOkCount: 9, calmSinceMs: 0 } };
    expect(decide(aLook(late)).transition).toBeNull();
  }
  // Somebody has taken it over; or it stays held anyway.
  expect(takesPause(held('yellow', null))).toBe(false);
  for (const reason of ['red', 'srm', 'drift', 'inconclusive'] as const) {
    expect(takesPause(held(reason))).toBe(false);
  }
});
