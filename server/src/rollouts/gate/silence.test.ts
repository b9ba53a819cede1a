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

type Seen = {
  readonly people: readonly [number, number];
  readonly recent: readonly [number, number];
};

/** Looks every ten minutes from the start of a stage of 10 %; the minute and the words of the hold, or null. */
function heldAfter(
  minutes: number,
  seenAt: (minute: number) => Seen,
  over: Partial<Position> = {},
) {
  // Nothing else may hold: of so few people nothing is known of the guardrail.
  const plan = aPlan({ guardrails: [aGuardrail({ onRed: 'notify' })] });
  let position = aPosition(plan, { stageSettledAtMs: T0, lastWatermarkMs: T0, ...over });
  for (let minute = 10; minute <= minutes; minute += 10) {
    const { people, recent } = seenAt(minute);
    const observation = anObservation(
      { nT: people[0], nC: people[1] },
      { recent: { treatment: recent[0], control: recent[1] } },
    );
    const nowMs = T0 + minute * MINUTE_MS;
    const decision = decide(aLook({ plan, position, nowMs, watermarkMs: nowMs, observation }));
    if (decision.position.holdReason === 'no_data') return [minute, decision.transition?.reasons];
    position = { ...decision.position, state: 'baking', holdReason: null, observedBakeMs: 0 };
  }
  return null;
}

/** Only people without the change are seen, so many a minute. */
const onlyControl =
  (rate: number) =>
  (minute: number): Seen => ({
    people: [0, rate * minute],
    recent: [0, rate * Math.min(minute, 30)],
  });

test('of slow traffic an arm is silent once twenty of it were to be expected, going by the other', () => {
  // Eighteen an hour without the change: one with it every half an hour, on average.
  expect(heldAfter(590, onlyControl(0.3))).toBeNull();
  expect(heldAfter(700, onlyControl(0.3))?.[0]).toBeLessThanOrEqual(610);
  // A day is enough where chance would leave them out once in 150.
  expect(heldAfter(1430, onlyControl(0.1))).toBeNull();
  expect(heldAfter(1440, onlyControl(0.1))).toEqual([
    1440,
    ['Nobody with the change has been seen for 1 d, where about 16 were to be expected: no data.'],
  ]);
  expect(heldAfter(1440, onlyControl(0.02))).toBeNull();
  // Somebody who is seen begins the time anew.
  const once = (minute: number): Seen => {
    const { people, recent } = onlyControl(0.3)(minute);
    const isSeen = minute >= 500 && minute < 530;
    return { people: [minute < 500 ? 0 : 1, people[1]], recent: [isSeen ? 1 : 0, recent[1]] };
  };
  expect(heldAfter(1000, once)).toBeNull();
});

test('the same few people, who are there all day, say once how many of the other arm should be', () => {
  // Nine without the change in every window: one with it goes with them, however often they are seen.
  expect(heldAfter(1500, () => ({ people: [0, 9], recent: [0, 9] }))).toBeNull();
  expect(heldAfter(1500, () => ({ people: [0, 270], recent: [0, 9] }))?.[0]).toBeLessThan(700);
});

test('an arm without which there is nothing to compare with is missed as well', () => {
  const controlDead = (minute: number): Seen => ({
    people: [0.1 * minute, 0],
    recent: [0.1 * Math.min(minute, 30), 0],
  });
  expect(heldAfter(60, controlDead)).toEqual([
    30,
    [
      'Nobody without the change has been seen for 30 min, where about 27 were to be expected: no data. There is nothing to compare with.',
    ],
  ]);
});

test('where both arms fall silent, those who came before say how many should have come', () => {
  // Twelve an hour for eight hours, then nobody.
  const outage = (minute: number): Seen => {
    const people: Seen['people'] = [
      Math.floor(Math.min(minute, 480) / 50),
      Math.floor(Math.min(minute, 480) / 5),
    ];
    return { people, recent: minute < 510 ? [1, 5] : [0, 0] };
  };
  expect(heldAfter(590, outage)).toBeNull();
  expect(heldAfter(700, outage)).toEqual([
    610,
    [
      'Nobody without the change has been seen for 2 h 10 min, where about 20 were to be expected: no data. There is nothing to compare with.',
    ],
  ]);
});

test('what nobody looked at is not taken for silence', () => {
  const seenBefore = {
    stageSettledAtMs: T0 - 600 * MINUTE_MS,
    unseen: { treatment: { sinceMs: T0 - 590 * MINUTE_MS, expected: 19.9 }, control: null },
  };
  const quiet = (): Seen => ({ people: [0, 270], recent: [0, 9] });
  expect(heldAfter(10, quiet, seenBefore)).not.toBeNull();
  const hourAgo = T0 - 60 * MINUTE_MS;
  expect(heldAfter(10, quiet, { ...seenBefore, lastWatermarkMs: hourAgo })).toBeNull();
});
