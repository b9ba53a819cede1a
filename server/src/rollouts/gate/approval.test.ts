// An approval is one gate of several: the others must be open as well when a stage is left.
import { expect, test } from 'vitest';
import { parseChangeWindow } from '../plan/change-window.ts';
import {
  aLook,
  anObservation,
  aPlan,
  aPolicy,
  aPosition,
  aStage,
  outcome,
  T0,
} from '../test-builders.ts';
import { decideCommand } from './command.ts';
import { decide } from './gate.ts';
import { move, type Position } from './rollout.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const stages = [aStage({ needsApproval: true }), aStage({ name: '50 %', percent: 50 })];
const plan = aPlan({ stages });
// T0 is nine in the morning.
const windowed = aPlan({
  stages,
  policy: aPolicy({ changeWindows: [parseChangeWindow('Mon-Thu 10:00-16:00 UTC')!] }),
});
const waiting = (more: Partial<Position> = {}): Position =>
  aPosition(plan, { state: 'awaiting_approval', ...more });

function approve(position: Position, of = plan, nowMs = T0) {
  const transition = decideCommand({ name: 'approve', reason: 'ok' }, of, position, null, nowMs);
  if (!transition) throw new Error('nothing happened');
  return { transition, position: move(position, transition, nowMs) };
}

test('asking for approval forgets no green look: whoever approves at once is followed at once', () => {
  const asked = decide(aLook({ plan })).position;
  expect(asked).toMatchObject({ state: 'awaiting_approval', freshOkCount: 3 });
  expect(approve(asked).position).toMatchObject({ state: 'applying', stageIndex: 1 });
});

test('an approval waits for proof that is gone again, unless the bake is spent and the plan tolerates that', () => {
  const approved = (maxBakeMs: number, isSafe: boolean) => {
    const stage = aStage({ needsApproval: true, safeFor: ['errors'], maxBakeMs });
    const of = aPlan({ stages: [stage, aStage({ name: '50 %', percent: 50 })] });
    const { verdict } = decide(aLook({ plan: of }));
    if (!verdict) throw new Error('no verdict');
    const assessments = verdict.assessments.map((one) => ({ ...one, isSafe }));
    const position = waiting({ observedBakeMs: 2 * HOUR_MS });
    const last = { ...verdict, level: 'green' as const, assessments };
    return decideCommand({ name: 'approve', reason: null }, of, position, last, T0);
  };
  expect(approved(0, true)).toMatchObject({ to: 'applying', stageIndex: 1 });
  expect(approved(0, false)).toMatchObject({ type: 'approved', to: 'baking', flag: null });
  expect(approved(HOUR_MS, false)).toMatchObject({ to: 'applying', stageIndex: 1 });
});

test('an approval outside the change windows is kept, and followed once one opens', () => {
  const { transition, position } = approve(waiting(), windowed);
  expect(transition).toMatchObject({
    type: 'approved',
    to: 'baking',
    flag: null,
    reasons: ['ok', 'Approved; it goes on after the next change window, in 1 h.'],
  });
  const at = (nowMs: number, from: Position) =>
    decide(aLook({ plan: windowed, position: from, nowMs, watermarkMs: nowMs }));
  const first = at(T0 + MINUTE_MS, position);
  expect(first.transition).toBeNull();
  const second = at(T0 + 2 * MINUTE_MS, first.position);
  expect(second.transition).toBeNull();
  const open = at(T0 + HOUR_MS, { ...second.position, nextEvalAtMs: T0 + HOUR_MS });
  expect(open.transition).toMatchObject({ type: 'promoted', stageIndex: 1 });
  // Without the approval it asks.
  const anew = { ...second.position, noted: [], nextEvalAtMs: T0 + HOUR_MS };
  expect(at(T0 + HOUR_MS, anew).transition?.type).toBe('approval_requested');
});

test.each<[string, Partial<Position>]>([
  ['the last look was not green', { freshOkCount: 0, freshOkAtMs: null }],
  ['something could not be read', { sourceErrors: 1 }],
  ['nobody has looked for an hour', { lastEvalAtMs: T0 - HOUR_MS, nextEvalAtMs: T0 - HOUR_MS }],
])('an approval waits for two green looks when %s', (_, more) => {
  const { transition, position } = approve(waiting(more));
  expect(transition).toMatchObject({ type: 'approved', to: 'baking', stageIndex: 0 });
  const calm = { ...position, sourceErrors: 0, nextEvalAtMs: T0 };
  const look = (from: Position, nowMs: number) =>
    decide(aLook({ plan, position: from, nowMs, watermarkMs: nowMs }));
  const first = look(calm, T0 + MINUTE_MS);
  expect(first.transition).toBeNull();
  expect(look(first.position, T0 + 2 * MINUTE_MS).transition?.type).toBe('promoted');
});

test('an approval lapses when the rollout is held, or its next stages are planned otherwise', () => {
  const { position } = approve(waiting(), windowed);
  const run = (name: 'pause' | 'resume', from: Position) => {
    const moved = decideCommand({ name, reason: null }, windowed, from, null, T0);
    return moved ? move(from, moved, T0) : from;
  };
  expect(position.noted).toEqual(['approved']);
  expect(run('resume', run('pause', position)).noted).toEqual([]);
  const { transition } = approve(waiting(), windowed);
  const replanned = { ...transition, type: 'replanned', told: undefined } as const;
  expect(move(position, { ...replanned, told: [] }, T0).noted).toEqual([]);
});

test('what waits for an approval is watched: silence, lag and sources that are down hold it', () => {
  const silent = anObservation({}, { recent: { treatment: 0, control: 0 } });
  expect(outcome(aLook({ plan, position: waiting(), observation: silent }))).toEqual({
    type: 'held',
    state: 'holding',
    hold: 'no_data',
  });
  const lagging = aLook({ plan, position: waiting(), watermarkMs: T0 - 11 * MINUTE_MS });
  expect(outcome(lagging)).toMatchObject({ hold: 'source_down' });
  const failing = waiting({ sourceErrors: 4 });
  const sourceError = 'connection refused';
  for (const observation of [null, anObservation()]) {
    const look = aLook({ plan, position: failing, observation, sourceError });
    expect(outcome(look)).toMatchObject({ hold: 'source_down' });
  }
});
