import { expect, test } from 'vitest';
import { decideCommand } from './command.ts';
import { decide } from './gate.ts';
import { move, type Position } from './rollout.ts';
import {
  aGuardrail,
  aLook,
  anObservation,
  aPlan,
  aPosition,
  outcome,
  T0,
} from '../test-builders.ts';

const MINUTE_MS = 60_000;
const DAY_LONG = { stageSettledAtMs: T0 - 24 * 60 * MINUTE_MS };
const RESUMABLE = { state: 'holding', freshOkCount: 1 } as const;

/** A plan with one guardrail that a part of the people of a day had before. */
const usual = (share: number | null, more: Parameters<typeof aGuardrail>[0] = {}) =>
  aPlan({ guardrails: [aGuardrail({ usualShare: share, ...more })] });

function look(
  plan: ReturnType<typeof usual>,
  more: Partial<Position> = {},
  counts: Parameters<typeof anObservation>[0] = {},
) {
  const position = aPosition(plan, { ...DAY_LONG, ...more });
  return aLook({ plan, position, observation: anObservation(counts) });
}

test('what is not counted any more in either arm holds, until it is or somebody says that it may be so', () => {
  // 4000 people and a usual 2 %: forty were to be expected in half a day each.
  const held = decide(look(usual(0.02)));
  expect(held.transition).toMatchObject({ type: 'held', holdReason: 'no_data' });
  expect(held.transition?.reasons).toEqual([
    'errors: none of 4000 people had $exception, with the change or without, where 2 % of the people of a day had it before the start. Check that it is still sent; resume if it is.',
  ]);
  const { noted } = held.position;
  expect(outcome(look(usual(0.02), { ...RESUMABLE, holdReason: 'no_data', noted }))).toMatchObject({
    hold: 'no_data',
  });
  expect(
    outcome(look(usual(0.02), { ...RESUMABLE, holdReason: 'no_data', noted }, { b: 1 })),
  ).toMatchObject({
    type: 'resumed',
  });
  const LATER = { kind: 'share', afterMs: 24 * 60 * MINUTE_MS } as const;
  for (const [of, more, counts] of [
    // People were told already.
    [usual(0.02), { noted }, {}],
    // Nobody can have come back yet.
    [usual(0.9, { kind: 'retention', measure: LATER }), {}, {}],
    [usual(0.009), {}, {}],
    [usual(0.02), { stageSettledAtMs: T0 - 60 * MINUTE_MS }, {}],
    [usual(null), {}, {}],
    [usual(0.02), {}, { nC: 360, nT: 400 - 360 + 160 }],
  ] as const) {
    expect(outcome(look(of, more, counts)).hold).not.toBe('no_data');
  }
  expect(outcome(look(usual(0.02, { onRed: 'notify' }))).hold).toBeNull();
});

test('what somebody has accepted ends no other hold, and holds no later stage, until it is counted again', () => {
  const plan = usual(0.02);
  const told = decide(look(plan)).position;
  const goOn = (position: Position, name: 'resume' | 'promote') => {
    const transition = decideCommand({ name, reason: 'it is mended' }, plan, position, null, T0);
    if (!transition) throw new Error('nothing happened');
    return move(position, transition, T0).noted;
  };
  const noted = goOn(told, 'resume');
  expect(noted).toEqual(['missing:errors', 'accepted:errors']);
  for (const holdReason of ['source_down', 'no_data'] as const) {
    const back = { ...RESUMABLE, holdReason, noted };
    expect(outcome(look(plan, back))).toMatchObject({ type: 'resumed' });
  }
  // Another hold ends before people are told why there is a new one.
  const untold = { ...RESUMABLE, holdReason: 'source_down' } as const;
  expect(outcome(look(plan, untold))).toMatchObject({ type: 'resumed' });
  const next = goOn(told, 'promote');
  expect(next).toEqual(['accepted:errors']);
  expect(outcome(look(plan, { noted: next })).hold).not.toBe('no_data');
  const counted = decide(look(plan, { state: 'awaiting_approval', noted: next }, { b: 1 }));
  expect(counted.position.noted).toEqual([]);
  const again = decideCommand({ name: 'retry', reason: null }, plan, told, null, T0);
  expect(again && move({ ...told, noted: next }, again, T0).noted).toEqual([]);
});
