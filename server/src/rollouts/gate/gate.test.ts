import { expect, test } from 'vitest';
import { canonicalJson } from '#kernel/json';
import { stuck } from './confirmation.ts';
import { decide, type GateInput, needsObservation } from './gate.ts';
import { move, type Position } from './rollout.ts';
import {
  aGuardrail,
  aLook,
  anObservation,
  aPlan,
  aPosition,
  aStage,
  outcome,
  T0,
} from '../test-builders.ts';

const MINUTE_MS = 60_000;

const plan = aPlan();
const at = (overrides: Partial<Position>) => aPosition(plan, overrides);
const HARMFUL = anObservation({ a: 40, b: 36 });
const STAYS = { type: null, state: 'baking', hold: null };

test('a clean stage that has baked and proven itself is promoted, with its numbers', () => {
  const decision = decide(aLook());
  expect(decision.transition).toMatchObject({
    type: 'promoted',
    to: 'applying',
    stageIndex: 1,
    flag: 'stage',
  });
  expect(decision.transition?.reasons).toEqual([
    '“10 %” passed with 400 people with the change and 3600 without, after 1 h.',
    'errors: 0 of 400 people with the change had $exception (0 %), 0 of 3600 without (0 %).',
  ]);
  expect(decision.position).toMatchObject({
    stageIndex: 1,
    attempt: 1,
    stageSettledAtMs: null,
    observedBakeMs: 0,
  });
});

test.each<[string, Partial<GateInput>]>([
  ['baked too short', { position: at({ observedBakeMs: 20 * MINUTE_MS }) }],
  ['fewer people than asked for', { observation: anObservation({ nT: 99, nC: 900 }) }],
  ['clean, but too few to prove it', { observation: anObservation({ nT: 110, nC: 990 }) }],
  ['nobody in treatment', { observation: anObservation({ nT: 0, nC: 10 }) }],
  [
    'only one green look since the last hold',
    { position: at({ freshOkCount: 0, freshOkAtMs: null }) },
  ],
  [
    'looks closer together than a tick',
    { position: at({ freshOkCount: 1, freshOkAtMs: T0 - 1000 }) },
  ],
  ['the controller was away', { isRestarted: true }],
  [
    'the last look is long ago',
    { position: at({ lastEvalAtMs: T0 - 30 * MINUTE_MS, nextEvalAtMs: T0 - 29 * MINUTE_MS }) },
  ],
])('stays where it is: %s', (_, change) => {
  expect(outcome(aLook(change))).toEqual(STAYS);
});

test('a doubled rate with overwhelming evidence is taken back, from every watched state', () => {
  const states: Partial<Position>[] = [
    { state: 'baking' },
    { state: 'awaiting_approval' },
    { state: 'holding', holdReason: 'manual' },
    { state: 'holding', holdReason: 'srm' },
    { state: 'holding', holdReason: 'yellow', deadlineAtMs: T0 + 1 },
  ];
  for (const change of states) {
    const decision = decide(aLook({ position: at(change), observation: HARMFUL }));
    expect(decision.transition).toMatchObject({
      type: 'rollback_started',
      to: 'rolling_back',
      flag: 'rollback',
    });
  }
  const { transition } = decide(aLook({ observation: HARMFUL }));
  expect(transition?.reasons[0]).toMatch(
    /^errors: 40 of 400 people with the change had \$exception \(10\.0 %\), 36 of 3600 without \(1 %\): 10 times as often/,
  );
});

test('harm in fewer people than the plan minds is not red, but it holds', () => {
  const few = anObservation({ a: 6, b: 0 });
  const strict = aPlan({ guardrails: [aGuardrail({ absolute: null, minAffectedPeople: 7 })] });
  expect(outcome(aLook({ plan: strict, position: aPosition(strict), observation: few }))).toEqual({
    type: 'held',
    state: 'holding',
    hold: 'yellow',
  });
});

test('real but small harm holds instead of rolling back', () => {
  // 1.3 times the rate, beyond doubt.
  const small = anObservation({ nT: 20_000, nC: 180_000, a: 1300, b: 9000 });
  const relative = aPlan({ guardrails: [aGuardrail({ absolute: null })] });
  const decision = decide(
    aLook({ plan: relative, position: aPosition(relative), observation: small }),
  );
  expect(decision.verdict?.lnECombined).toBeGreaterThan(Math.log(20));
  expect(decision.position).toMatchObject({ state: 'holding', holdReason: 'yellow' });
  expect(decision.position.deadlineAtMs).toBe(T0 + relative.policy.yellowDeadlineMs);
});

test('an absolute limit that control breaks too accuses nobody', () => {
  const bothBad = anObservation({ nT: 400, nC: 3600, a: 24, b: 216 });
  expect(outcome(aLook({ observation: bothBad }))).toMatchObject({ type: 'promoted' });
});

test('an absolute limit decides where nobody is a control', () => {
  const named = aPlan({
    stages: [
      aStage({
        name: 'staff',
        percent: 100,
        properties: [{ key: 'email', type: 'person', value: 'a@x.io' }],
        comparison: 'absolute',
        safeFor: [],
        minExposures: 1,
      }),
    ],
  });
  const look = (a: number) =>
    outcome(
      aLook({
        plan: named,
        position: aPosition(named),
        observation: anObservation({ nT: 40, nC: 0, a }),
      }),
    );
  expect(look(8)).toMatchObject({ state: 'rolling_back' });
  expect(look(4)).toMatchObject({ hold: 'yellow' });
  expect(look(0)).toMatchObject({ type: 'completed' });
});

test('two yellow guardrails of different families count as red', () => {
  const speed = aGuardrail({ id: 'slow', family: 'speed', event: 'slow_page', absolute: null });
  const errors = aGuardrail({ absolute: null });
  const observation = { ...anObservation(), rows: [[400, 3600, 12, 36, 12, 36]] };
  const verdictWith = (family: 'speed' | 'errors') => {
    const two = aPlan({ guardrails: [errors, { ...speed, family }] });
    return decide(aLook({ plan: two, position: aPosition(two), observation })).verdict;
  };
  expect(verdictWith('errors')?.assessments.map((one) => one.band)).toEqual(['yellow', 'yellow']);
  expect(verdictWith('errors')?.level).toBe('yellow');
  expect(verdictWith('speed')?.level).toBe('red');
});

test('a stage is analysed only after clients had time to learn of it', () => {
  const applying = at({
    state: 'applying',
    stageSettledAtMs: null,
    stageEnteredAtMs: T0 - 119_000,
  });
  expect(needsObservation(aLook({ position: applying }))).toBe(false);
  expect(outcome(aLook({ position: applying }))).toMatchObject({ type: null, state: 'applying' });
  const settled = decide(aLook({ position: { ...applying, stageEnteredAtMs: T0 - 120_000 } }));
  expect(settled.position).toMatchObject({ state: 'baking', stageSettledAtMs: T0 });
});

test('the last stage without a soak completes when it has settled, with one it soaks first', () => {
  const last = {
    state: 'applying',
    stageIndex: 2,
    stageSettledAtMs: null,
    stageEnteredAtMs: 0,
  } as const;
  expect(outcome(aLook({ position: at(last) }))).toMatchObject({
    type: 'completed',
    state: 'completed',
  });
  const soak = aPlan({ stages: [aStage({ percent: 100, comparison: 'absolute', safeFor: [] })] });
  const entered = aPosition(soak, { ...last, stageIndex: 0 });
  expect(outcome(aLook({ plan: soak, position: entered }))).toMatchObject({ state: 'soaking' });
  const soaked = aPosition(soak, { state: 'soaking' });
  expect(outcome(aLook({ plan: soak, position: soaked }))).toMatchObject({ state: 'completed' });
});

test('a soak that is far off earlier weeks is held, and goes on soaking once it is not', () => {
  const stage = aStage({ percent: 100, comparison: 'before_after', safeFor: [] });
  const guarded = [
    aGuardrail({ absolute: null }),
    aGuardrail({ id: 'clicks', absolute: null, family: 'speed' }),
  ];
  const soak = aPlan({ stages: [stage], guardrails: guarded });
  const weeks = (now: number) =>
    [0, 1, 2, 3, 4].flatMap((week) =>
      [0, 1, 2, 3].map((slot) => [week, slot, week === 0 ? now : 9 + (week % 3), 99, now, 99]),
    );
  const look = (now: number, more: Partial<Position>) =>
    aLook({
      plan: soak,
      position: aPosition(soak, { state: 'soaking', observedBakeMs: 0, ...more }),
      observation: anObservation({ nC: 0 }, { weeks: weeks(now) }),
    });
  expect(outcome(look(10, {}))).toMatchObject({ type: null, state: 'soaking' });
  const held = decide(look(50, {}));
  expect(held.transition).toMatchObject({ to: 'holding', holdReason: 'yellow' });
  expect(held.transition?.reasons[1]).toMatch(/three of the last five windows are \d+\.\d/);
  const calm = {
    state: 'holding',
    holdReason: 'yellow',
    deadlineAtMs: T0 + 1,
    calmSinceMs: 0,
  } as const;
  expect(outcome(look(10, calm))).toMatchObject({ type: 'resumed', state: 'soaking' });
});

test('a rollback is confirmed at the next look', () => {
  const { position, transition } = decide(aLook({ position: at({ state: 'rolling_back' }) }));
  expect(position.state).toBe('rolled_back');
  expect(transition?.reasons[1]).toBe('Every connected replica serves it so.');
});

test('each way in which a rollback does not get through is told, of every rollback once', () => {
  const harm = aLook({ observation: HARMFUL });
  const unwritten = stuck(harm.position, 'write', ['disk full']);
  if (!unwritten) throw new Error('nobody was told');
  const told = move(harm.position, unwritten, T0);
  expect(stuck(told, 'write', ['disk full'])).toBeNull();
  // It is written after all, and then somebody does not serve it.
  const back = decide({ ...harm, position: told }).position;
  const late = { ...back, deadlineAtMs: T0 };
  const unserved = decide(aLook({ position: late, unconfirmed: '1 of 2 other replicas' }));
  expect(unserved.transition?.type).toBe('rollback_stuck');
  const again = aLook({ position: unserved.position, unconfirmed: '1 of 2 other replicas' });
  expect(decide(again).transition).toBeNull();
  // Or harm passes within the stage, and comes back.
  const early = { ...told, observedBakeMs: 0 };
  const calm = decide(aLook({ position: early, observation: anObservation({ nT: 20, nC: 180 }) }));
  expect(calm.transition).toBeNull();
  expect(stuck(calm.position, 'write', ['disk full'])).not.toBeNull();
});

test('approval comes last, and evidence can still turn while it is missing', () => {
  const manual = aPlan({ stages: [aStage({ needsApproval: true }), aStage({ percent: 50 })] });
  const look = aLook({ plan: manual, position: aPosition(manual) });
  expect(outcome(look)).toMatchObject({ type: 'approval_requested', state: 'awaiting_approval' });
  const waiting = aPosition(manual, { state: 'awaiting_approval' });
  expect(outcome({ ...look, position: waiting })).toMatchObject({
    type: null,
    state: 'awaiting_approval',
  });
  expect(outcome({ ...look, position: waiting, observation: HARMFUL })).toMatchObject({
    state: 'rolling_back',
  });
});

test('an undecided stage moves on below 25 %, holds from there, and says what is missing', () => {
  const spent = { observedBakeMs: 24 * 60 * MINUTE_MS };
  const undecided = anObservation({ nT: 120, nC: 1080, a: 2, b: 18 });
  const small = decide(aLook({ position: at(spent), observation: undecided }));
  expect(small.transition).toMatchObject({ type: 'promoted' });
  expect(small.transition?.reasons[1]).toMatch(
    /^No harm shows, though without proof that errors is safe/,
  );
  const half = anObservation({ nT: 120, nC: 120, a: 2, b: 2 });
  const large = decide(aLook({ position: at({ ...spent, stageIndex: 1 }), observation: half }));
  expect(large.position).toMatchObject({ state: 'holding', holdReason: 'inconclusive' });
  expect(large.transition?.reasons[0]).toMatch(/At the pace so far it can tell in about .*\.$/);
  const unseen = anObservation({ nT: 20, nC: 180 });
  expect(outcome(aLook({ position: at(spent), observation: unseen }))).toMatchObject({
    hold: 'inconclusive',
  });
});

test('a clock that went backwards decides nothing', () => {
  expect(needsObservation(aLook({ position: at({ lastEvalAtMs: T0 + 1 }) }))).toBe(false);
});

test('stored input, parsed again, gives the same decision byte for byte', () => {
  for (const observation of [
    anObservation(),
    HARMFUL,
    anObservation({ nT: 3, nC: 40, a: 1, b: 2 }),
  ]) {
    const input = aLook({ observation });
    const replayed = decide(JSON.parse(JSON.stringify(input)) as GateInput);
    expect(canonicalJson(replayed)).toBe(canonicalJson(decide(input)));
  }
});
