import { expect, test } from 'vitest';
import { allowedCommands, decideCommand } from './command.ts';
import { decide } from './gate.ts';
import { describeNext } from './next-step.ts';
import { move, type Position } from './rollout.ts';
import { aLook, anObservation, aPlan, aPosition, outcome, T0 } from '../test-builders.ts';

const MINUTE_MS = 60_000;
const plan = aPlan();
const LATE = '1 of 2 other replicas';
/** Written so many minutes ago; two are for clients to learn of it. */
const written = (minutes: number, over: Partial<Position> = {}) =>
  aPosition(plan, {
    state: 'applying',
    stageEnteredAtMs: T0 - minutes * MINUTE_MS,
    stageSettledAtMs: null,
    lastEvalAtMs: null,
    lastWatermarkMs: null,
    ...over,
  });
const look = (position: Position, unconfirmed: string | null = LATE) =>
  aLook({ plan, position, unconfirmed, observation: null });

test('a stage is watched only once everybody serves it, and holds when that takes too long', () => {
  expect(outcome(look(written(2), null))).toMatchObject({ state: 'baking' });
  const waiting = decide(look(written(6.9)));
  expect(waiting).toMatchObject({ transition: null, position: { state: 'applying' } });
  expect(waiting.position.nextEvalAtMs).toBe(T0 + 5000);
  const held = decide(look(written(7)));
  expect(held.position).toMatchObject({
    state: 'holding',
    holdReason: 'actuator',
    deadlineAtMs: T0 + 60 * MINUTE_MS,
  });
  expect(held.transition?.reasons[0]).toMatch(
    /^1 of 2 other replicas did not confirm this stage for 5 min/,
  );
  const { sentence } = describeNext(plan, held.position, null, { nowMs: T0, peakHours: null });
  expect(sentence).toContain('some process does not serve this stage');
});

test('the hold ends by itself, and the late ones’ clients get their time', () => {
  const held = written(10, {
    state: 'holding',
    holdReason: 'actuator',
    deadlineAtMs: T0 + 30 * MINUTE_MS,
  });
  expect(outcome(look(held))).toEqual({ type: null, state: 'holding', hold: 'actuator' });
  const again = decide(look(held, null));
  expect(again.transition).toMatchObject({ type: 'resumed', flag: null });
  expect(again.position).toMatchObject({
    state: 'applying',
    stageEnteredAtMs: T0,
    nextEvalAtMs: T0 + 2 * MINUTE_MS,
  });
  const overdue = { ...held, deadlineAtMs: T0 };
  expect(outcome(look(overdue))).toMatchObject({ type: 'escalated', hold: 'actuator' });
  // Whoever pauses it has it stay; going back asks nobody.
  const standing = { ...held, isAcknowledged: false };
  expect(allowedCommands(standing)).toEqual(expect.arrayContaining(['pause', 'rollback']));
  const resumed = decideCommand({ name: 'resume', reason: null }, plan, held, null, T0);
  expect(resumed).toMatchObject({ to: 'applying', flag: 'stage' });
  expect(resumed && move(held, resumed, T0)).toMatchObject({ stageEnteredAtMs: T0, attempt: 2 });
});

test('what is held otherwise is not watched before it is served', () => {
  const paused = written(11, { state: 'holding', holdReason: 'manual' });
  expect(outcome(look(paused))).toEqual({ type: null, state: 'holding', hold: 'manual' });
  expect(decide(look(paused, null)).position).toMatchObject({
    state: 'holding',
    holdReason: 'manual',
    stageSettledAtMs: T0,
  });
});

test('nobody goes unwatched for ever: after ten minutes harm takes a stage back that some process does not serve', () => {
  for (const holdReason of ['actuator', 'manual'] as const) {
    const { transition, position } = decide(look(written(12, { state: 'holding', holdReason })));
    expect(transition).toMatchObject({ type: 'stage_applied', to: 'holding', holdReason });
    expect(position.stageSettledAtMs).toBe(T0);
    const seen = (a: number, b: number) =>
      outcome(
        aLook({
          plan,
          position,
          nowMs: T0 + 5 * MINUTE_MS,
          watermarkMs: T0 + 5 * MINUTE_MS,
          observation: anObservation({ a, b }),
        }),
      );
    expect(seen(40, 36)).toMatchObject({ state: 'rolling_back' });
    expect(seen(4, 36)).toMatchObject({ state: 'holding', hold: holdReason });
  }
});

test('resuming a stage in which nothing was counted spends none of those planned', () => {
  const goOn = (over: Partial<Position>) => {
    const position = written(9, { state: 'holding', holdReason: 'actuator', ...over });
    return decideCommand({ name: 'resume', reason: null }, plan, position, null, T0)?.carry.stage;
  };
  const { stage } = written(9).carry;
  expect(goOn({})).toBe(stage);
  expect(goOn({ holdReason: 'drift', stageSettledAtMs: T0 })).toBe(stage + 1);
});
