// What Serin may do by itself, and what it waits for besides evidence.
import { expect, test } from 'vitest';
import { parseChangeWindow } from '../plan/change-window.ts';
import { decideCommand } from './command.ts';
import { decide } from './gate.ts';
import { rolloutMessages } from '../notification.ts';
import { type Automation } from '../plan/plan.ts';
import { coversPeak } from './promotion.ts';
import { move } from './rollout.ts';
import {
  aGuardrail,
  aLook,
  anObservation,
  aPlan,
  aPolicy,
  aPosition,
  aStage,
  T0,
} from '../test-builders.ts';

const HOUR_MS = 3_600_000;
const RED = anObservation({ a: 40, b: 36 });
/** 1.3 times the rate, beyond doubt. */
const YELLOW = anObservation({ nT: 20_000, nC: 180_000, a: 1300, b: 9000 });
const guardrails = [aGuardrail({ absolute: null })];
const planFor = (automation: Automation) => aPlan({ guardrails, policy: aPolicy({ automation }) });

test.each<[Automation, string | undefined, string | undefined]>([
  ['auto', 'rollback_started', 'held'],
  ['hold', 'held', 'held'],
  ['notify', 'noted', 'noted'],
  ['shadow', 'noted', 'noted'],
])('%s: on red it is %s, on yellow %s', (automation, onRed, onYellow) => {
  const plan = planFor(automation);
  const look = (observation: typeof RED) => decide(aLook({ plan, observation })).transition?.type;
  expect([look(RED), look(YELLOW)]).toEqual([onRed, onYellow]);
});

test('what would have been done is said once, and worse again; nothing moves', () => {
  const plan = planFor('shadow');
  const first = decide(aLook({ plan, observation: YELLOW }));
  expect(first.transition).toMatchObject({ to: 'baking', noted: ['yellow:errors'], flag: null });
  const { position } = first;
  expect(position).toMatchObject({ state: 'baking', noted: ['yellow:errors'] });
  expect(decide(aLook({ plan, position, observation: YELLOW })).transition).toBeNull();
  const worse = decide(aLook({ plan, position, observation: RED }));
  expect(worse.transition?.noted).toEqual(['red:errors']);
  const again = aLook({ plan, position: worse.position, observation: RED });
  expect(decide(again).transition).toBeNull();
});

test('a guardrail that only tells is noted once, and promotion waits for nothing of it', () => {
  const told = aGuardrail({ id: 'clicks', event: '$rageclick', absolute: null, onRed: 'notify' });
  const plan = aPlan({ guardrails: [aGuardrail(), told] });
  const observation = anObservation({}, { rows: [[400, 3600, 0, 0, 40, 36]] });
  const first = decide(aLook({ plan, observation }));
  expect(first.verdict).toMatchObject({ level: 'green', noticed: ['clicks'] });
  expect(first.transition).toMatchObject({ type: 'noted', noted: ['notice:clicks'], to: 'baking' });
  expect(first.transition?.reasons[0]).toContain('clicks: 40 of 400 people');
  const next = decide(aLook({ plan, observation, position: first.position }));
  expect(next.transition?.type).toBe('promoted');
});

test('people are told of what would have been done, unless it is only watched', () => {
  const told = (automation: Automation) => {
    const plan = planFor(automation);
    const { transition, position, verdict } = decide(aLook({ plan, observation: RED }));
    if (!transition) throw new Error('nothing happened');
    const environment = { key: 'production', name: 'Production' };
    const about = { flagKey: 'f', environment, plan, transition, position };
    const news = { rolloutId: 'r', attempt: 1, from: 'baking', verdict, ...about } as const;
    const [told] = rolloutMessages({
      ...news,
      incidentId: null,
      actor: 'Serin',
      people: null,
      killSwitchKey: null,
    });
    return told?.message.type;
  };
  expect(told('notify')).toBe('guardrail.shadow_would_fire');
  expect(told('shadow')).toBeUndefined();
});

test('a hold for proven harm is ended by a person, and comes again only when the evidence has grown', () => {
  const plan = planFor('hold');
  const held = decide(aLook({ plan, observation: RED }));
  expect(held.position).toMatchObject({ state: 'holding', holdReason: 'red' });
  expect(held.position.deadlineAtMs).toBe(T0 + plan.policy.yellowDeadlineMs);
  const still = aLook({ plan, position: held.position, observation: RED, nowMs: T0 + 60_000 });
  expect(decide(still).transition).toBeNull();
  const resumed = decideCommand(
    { name: 'resume', reason: 'known' },
    plan,
    held.position,
    held.verdict,
    T0,
  );
  if (!resumed) throw new Error('nothing happened');
  const position = move(held.position, resumed, T0);
  expect(decide(aLook({ plan, position, observation: RED })).transition).toBeNull();
  const more = aLook({ plan, position, observation: anObservation({ a: 60, b: 36 }) });
  expect(decide(more).transition).toMatchObject({ type: 'held', holdReason: 'red' });
});

test('a promotion waits for the change window and for a busy hour, and neither makes it undecided', () => {
  const changeWindows = ['Tue 10:00-11:00'].flatMap((text) => parseChangeWindow(text) ?? []);
  const stages = [aStage({ coverPeak: true, maxBakeMs: HOUR_MS }), ...aPlan().stages.slice(1)];
  const plan = aPlan({ stages, policy: aPolicy({ changeWindows }) });
  const settled = { stageSettledAtMs: T0 - 2 * HOUR_MS, observedBakeMs: 2 * HOUR_MS };
  const position = aPosition(plan, settled);
  expect(decide(aLook({ plan, position })).transition).toBeNull();
  // T0 is a Monday, 09:00 UTC.
  const nowMs = T0 + 25 * HOUR_MS;
  const inWindow = { plan, position: { ...position, lastEvalAtMs: nowMs - 60_000 }, nowMs };
  const look = { ...inWindow, watermarkMs: nowMs };
  expect(decide(aLook(look)).transition?.type).toBe('promoted');
  const soon = { ...look.position, stageSettledAtMs: nowMs - 90 * 60_000 };
  const unseen = aLook({ ...look, position: soon, peakHours: [14, 15] });
  expect(decide(unseen).transition).toBeNull();
  const seen = aLook({ ...look, position: soon, peakHours: [9, 15] });
  expect(decide(seen).transition?.type).toBe('promoted');
});

test.each([
  [0, 0.9, [0], false],
  [0, 1, [0], true],
  [0.5, 2, [0], false],
  [23, 25, [0], true],
  [5, 100, [4], true],
])('from hour %f to %f of %j: %j', (from, to, hours, isCovered) => {
  expect(coversPeak(from * HOUR_MS, to * HOUR_MS, hours)).toBe(isCovered);
});

test('what was accepted of one guardrail excuses no other, where only limits judge', () => {
  const policy = aPolicy({ automation: 'hold' });
  const stages = [aStage({ comparison: 'absolute', percent: 100, safeFor: [] })];
  const clicks = aGuardrail({ id: 'clicks', event: '$rageclick' });
  const plan = aPlan({ stages, guardrails: [aGuardrail(), clicks], policy });
  const accepted = { combined: 0, byGuardrail: { clicks: { mixed: 0, absolute: 9 } } };
  const start = aPosition(plan);
  const position = { ...start, carry: { ...start.carry, accepted } };
  const observation = anObservation({ nC: 0 }, { rows: [[400, 0, 80, 0, 0, 0]] });
  const { transition } = decide(aLook({ plan, position, observation }));
  expect(transition).toMatchObject({ type: 'held', holdReason: 'red' });
});

test('a hold with a reason of its own keeps it when harm is proven too', () => {
  const plan = planFor('hold');
  const held = aPosition(plan, { state: 'holding', holdReason: 'srm' });
  const first = decide(aLook({ plan, position: held, observation: RED }));
  expect(first.transition).toMatchObject({ type: 'noted', to: 'holding', holdReason: 'srm' });
  const again = aLook({ plan, position: first.position, observation: RED });
  expect(decide(again).transition).toBeNull();
});

test('a deadline takes nothing back where the plan leaves that to people', () => {
  const policy = aPolicy({ automation: 'hold', onYellowDeadline: 'rollback' });
  const plan = aPlan({ policy });
  const deadlineAtMs = T0 - 1;
  const held = aPosition(plan, { state: 'holding', holdReason: 'yellow', deadlineAtMs });
  expect(decide(aLook({ plan, position: held })).transition?.type).toBe('escalated');
});

test.each(['self_control', 'before_after'] as const)(
  'a deadline takes nothing back for what %s has paused',
  (comparison) => {
    const policy = aPolicy({ onYellowDeadline: 'rollback' });
    const plan = aPlan({ policy, stages: [aStage({ comparison, percent: 100 })] });
    const held = aPosition(plan, {
      state: 'holding',
      holdReason: 'yellow',
      deadlineAtMs: T0 - 1,
    });
    const yellow = decide(aLook({ plan, position: held, observation: anObservation({ nC: 0 }) }));
    expect(yellow.transition?.type).toBe('escalated');
  },
);
