import { expect, test } from 'vitest';
import { allowedCommands, type CommandName, decideCommand, findFlagObjection } from './command.ts';
import { parseChangeWindow } from '../plan/change-window.ts';
import { decide } from './gate.ts';
import { describeNext } from './next-step.ts';
import { draftPosition, move, type Position, ROLLOUT_STATES } from './rollout.ts';
import {
  aGuardrail,
  aLook,
  anObservation,
  aPlan,
  aPolicy,
  aPosition,
  T0,
} from '../test-builders.ts';
import { describeOdds, inWords, percentOf } from './words.ts';

const plan = aPlan();
const MINUTE_MS = 60_000;
const NOW = { nowMs: T0, peakHours: null };
const QUIET = { holdReason: null, deadlineAtMs: null, isAcknowledged: false };

/** Carries a command out and says where the rollout stands then. */
function after(name: CommandName, position: Position, reason: string | null = 'because'): Position {
  const transition = decideCommand({ name, reason }, plan, position, null, T0);
  if (!transition) throw new Error('nothing happened');
  return move(position, transition, T0);
}

test('which command each state takes', () => {
  const table = Object.fromEntries(
    ROLLOUT_STATES.map((state) => [state, allowedCommands({ state, ...QUIET }).join(' ')]),
  );
  expect(table).toEqual({
    draft: 'start cancel',
    scheduled: 'start cancel',
    applying: 'pause promote rollback jump cancel',
    baking: 'pause promote rollback jump cancel',
    holding: 'resume promote rollback jump cancel',
    awaiting_approval: 'pause promote rollback approve jump cancel',
    soaking: 'pause promote rollback jump cancel',
    rolling_back: 'rollback',
    rolled_back: 'ack',
    completed: '',
    cancelled: '',
  });
});

test('a rollout starts by applying its first stage', () => {
  const started = after('start', draftPosition(plan, T0 - 5));
  expect(started).toMatchObject({
    state: 'applying',
    stageIndex: 0,
    attempt: 1,
    stageEnteredAtMs: T0,
  });
  expect(started.carry).toMatchObject({ stage: 1, planned: 4, spares: 2, accepted: null });
});

test('pause and resume keep the evidence, and ask for two looks anew', () => {
  const paused = after('pause', aPosition(plan));
  expect(paused).toMatchObject({ state: 'holding', holdReason: 'manual', freshOkCount: 0 });
  const resumed = after('resume', paused);
  expect(resumed).toMatchObject({ state: 'baking', attempt: 1, observedBakeMs: 59 * MINUTE_MS });
  expect(decide(aLook({ position: resumed })).transition).toBeNull();
});

test('resuming from void evidence runs the stage again', () => {
  for (const holdReason of ['srm', 'multi_exposure', 'drift'] as const) {
    const resumed = after('resume', aPosition(plan, { state: 'holding', holdReason }));
    expect(resumed).toMatchObject({
      state: 'applying',
      stageIndex: 0,
      attempt: 2,
      stageSettledAtMs: null,
    });
  }
});

test('running a stage again spends one of the runs that were planned for', () => {
  const { verdict } = decide(aLook({ observation: anObservation({ a: 4, b: 36 }) }));
  const carryAfter = (holdReason: 'srm' | 'drift') => {
    const held = aPosition(plan, { state: 'holding', holdReason });
    return decideCommand({ name: 'resume', reason: null }, plan, held, verdict, T0)?.carry;
  };
  const lnE = verdict?.assessments[0]?.lnE ?? 0;
  expect(lnE).not.toBe(0);
  expect(carryAfter('srm')?.stage).toBe(2);
  expect(carryAfter('srm')?.lnW['errors']).toBeCloseTo(Math.log(0.9), 12);
  expect(carryAfter('drift')?.lnW['errors']).toBeCloseTo(Math.log(0.45 * (Math.exp(lnE) + 1)), 12);
  const voided = aPosition(plan, { state: 'holding', holdReason: 'multi_exposure' });
  const promoted = decideCommand({ name: 'promote', reason: 'x' }, plan, voided, verdict, T0);
  expect(promoted?.carry.lnW['errors']).toBeCloseTo(Math.log(0.9), 12);
});

test('a hand on the flag keeps commands from going on, but never from going back', () => {
  const objections = (name: CommandName, holdReason: Position['holdReason'] = 'manual') =>
    (['as_applied', 'edited', 'replaced', 'rebucketed', 'disabled'] as const).filter((flag) =>
      findFlagObjection(name, aPosition(plan, { state: 'holding', holdReason }), flag),
    );
  const anyHand = ['edited', 'replaced', 'rebucketed', 'disabled'];
  for (const name of ['promote', 'approve', 'resume'] as const) {
    expect(objections(name)).toEqual(anyHand);
    expect(objections(name, 'drift')).toEqual(['rebucketed', 'disabled']);
  }
  for (const name of ['pause', 'rollback', 'cancel'] as const) expect(objections(name)).toEqual([]);
});

test('resuming an undecided stage bakes it for another round', () => {
  const held = aPosition(plan, { state: 'holding', holdReason: 'inconclusive' });
  expect(after('resume', held)).toMatchObject({ state: 'baking', observedBakeMs: 0 });
});

test('a promotion by hand goes one stage further and takes the evidence along', () => {
  const look = aLook({ observation: anObservation({ a: 4, b: 36 }) });
  const { verdict } = decide(look);
  const transition = decideCommand(
    { name: 'promote', reason: 'known' },
    plan,
    look.position,
    verdict,
    T0,
  );
  expect(transition).toMatchObject({ type: 'promoted', stageIndex: 1, reasons: ['known'] });
  expect(transition?.carry.stage).toBe(2);
  expect(transition?.carry.lnW['errors']).not.toBe(look.position.carry.lnW['errors']);
});

test('an approval is told by its name; at the end it completes', () => {
  const waiting = (stageIndex: number) =>
    aPosition(plan, { state: 'awaiting_approval', stageIndex });
  const approve = { name: 'approve', reason: null } as const;
  expect(decideCommand(approve, plan, waiting(0), null, T0)).toMatchObject({
    type: 'approved',
    to: 'applying',
  });
  expect(decideCommand(approve, plan, waiting(2), null, T0)).toMatchObject({ type: 'completed' });
});

test('taking over yellow evidence accepts it', () => {
  const relative = aPlan({ guardrails: [aGuardrail({ absolute: null })] });
  const observation = anObservation({ nT: 4000, nC: 36_000, a: 160, b: 1080 });
  const { verdict, position } = decide(
    aLook({ plan: relative, position: aPosition(relative), observation }),
  );
  expect(position.holdReason).toBe('yellow');
  const transition = decideCommand(
    { name: 'resume', reason: null },
    relative,
    position,
    verdict,
    T0,
  );
  expect(transition?.carry.accepted?.byGuardrail['errors']?.mixed).toBeCloseTo(
    verdict?.lnECombined ?? 0,
    12,
  );
});

test('rollback needs no evidence, and asking again changes nothing', () => {
  const rolling = after('rollback', aPosition(plan, { state: 'applying', stageSettledAtMs: null }));
  expect(rolling.state).toBe('rolling_back');
  expect(decideCommand({ name: 'rollback', reason: null }, plan, rolling, null, T0)).toBeNull();
});

test('cancel leaves the flag where it is, unless it is to be taken back', () => {
  const cancel = (flag: 'keep' | 'revert', position: Position) =>
    decideCommand({ name: 'cancel', reason: null, flag }, plan, position, null, T0);
  expect(cancel('keep', aPosition(plan))).toMatchObject({ to: 'cancelled', flag: null });
  expect(cancel('revert', aPosition(plan))).toMatchObject({ to: 'rolling_back', flag: 'rollback' });
  expect(cancel('revert', draftPosition(plan, T0))).toMatchObject({ to: 'cancelled', flag: null });
});

test('the next step says what is missing, when, and how many people it takes', () => {
  const position = aPosition(plan, { observedBakeMs: 10 * MINUTE_MS, freshOkCount: 0 });
  const { verdict } = decide(aLook({ position, observation: anObservation({ nT: 100, nC: 900 }) }));
  const next = describeNext(plan, position, verdict, NOW);
  expect(next.sentence).toMatch(
    /^“50 %” follows after 20 min of observed bake time, then proof that errors is safe \([\d.]+ to 1, 5 to 1 needed\), then 2 green looks\.$/,
  );
  expect(next.atMs).toBe(T0 + 20 * MINUTE_MS);
  expect(next.forecast?.peopleLeft).toBeGreaterThan(30);
  expect(next.forecast?.peopleLeft).toBeLessThan(60);
});

test('every state has a next step in words', () => {
  for (const state of ROLLOUT_STATES) {
    expect(describeNext(plan, aPosition(plan, { state }), null, NOW).sentence).toMatch(/\.$/);
  }
  const held = aPosition(plan, {
    state: 'holding',
    holdReason: 'yellow',
    deadlineAtMs: T0 + 90 * MINUTE_MS,
  });
  expect(describeNext(plan, held, null, NOW).sentence).toContain('within 1 h 30 min');
});

test('numbers in words', () => {
  expect([0, 900, 59_000, 60_000, 3_720_000, 200_000_000].map(inWords)).toEqual([
    '0 s',
    '1 s',
    '59 s',
    '1 min',
    '1 h 2 min',
    '2 d 7 h',
  ]);
  expect([0, 0.00042, 0.0123, 0.5, 1].map(percentOf)).toEqual([
    '0 %',
    '0.042 %',
    '1.2 %',
    '50.0 %',
    '100.0 %',
  ]);
  expect(describeOdds(100, 3)).toBe('over a million to 1, 20 to 1 needed');
});

test('a start waits for its time, and for a change window', () => {
  const startAtMs = T0 + 90 * MINUTE_MS;
  const draft = draftPosition(plan, T0);
  const start = { name: 'start', reason: null } as const;
  const timed = decideCommand({ ...start, startAtMs }, plan, draft, null, T0);
  expect(timed).toMatchObject({ to: 'scheduled', deadlineAtMs: startAtMs, flag: null });
  // T0 is a Monday, 09:00 UTC.
  const windows = ['Mon 08:00-08:30', 'Tue 08:00-08:30'].flatMap(
    (text) => parseChangeWindow(text) ?? [],
  );
  const windowed = aPlan({ policy: aPolicy({ changeWindows: windows }) });
  const next = decideCommand(start, windowed, draft, null, T0);
  expect(next).toMatchObject({ to: 'scheduled', deadlineAtMs: T0 + 23 * 60 * MINUTE_MS });
  if (!next) throw new Error('nothing happened');
  const waiting = move(draft, next, T0);
  expect(describeNext(windowed, waiting, null, NOW).sentence).toBe('“10 %” begins in 23 h.');
  expect(decideCommand(start, windowed, waiting, null, T0)).toMatchObject({ to: 'applying' });
  // Sent again, or with another time, it is no start at once.
  const later = decideCommand({ ...start, startAtMs }, plan, waiting, null, T0);
  expect(later).toMatchObject({ to: 'scheduled', deadlineAtMs: startAtMs });
});

test('who takes a hold over stops its clock, and later evidence must be clearly more', () => {
  const deadlineAtMs = T0 + MINUTE_MS;
  const held = aPosition(plan, { state: 'holding', holdReason: 'yellow', deadlineAtMs });
  expect(allowedCommands({ ...held, isAcknowledged: false })).toEqual(
    expect.arrayContaining(['ack', 'extend']),
  );
  const relative = aPlan({ guardrails: [aGuardrail({ absolute: null })] });
  const observation = anObservation({ nT: 20_000, nC: 180_000, a: 1300, b: 9000 });
  const { verdict } = decide(aLook({ plan: relative, observation }));
  expect(verdict?.level).toBe('yellow');
  const ack = decideCommand({ name: 'ack', reason: 'mine' }, plan, held, verdict, T0);
  expect(ack).toMatchObject({ to: 'holding', holdReason: 'yellow', deadlineAtMs: null });
  expect(ack?.carry.accepted?.combined).toBe(verdict?.lnECombined);
  if (!ack) throw new Error('nothing happened');
  const taken = move(held, ack, T0);
  expect(allowedCommands({ ...taken, isAcknowledged: false })).not.toContain('ack');
  expect(describeNext(plan, taken, null, NOW).sentence).toContain('somebody is looking at it');
  const calm = { ...taken, calmSinceMs: T0 - 60 * MINUTE_MS };
  expect(decide(aLook({ position: calm })).transition).toBeNull();
  const extended = decideCommand(
    { name: 'extend', reason: null, extendMs: 5 * MINUTE_MS },
    plan,
    held,
    verdict,
    T0,
  );
  expect(extended).toMatchObject({ deadlineAtMs: T0 + 6 * MINUTE_MS, holdReason: 'yellow' });
});

test('another stage can be gone to, and what was rolled back begins again as a new pass', () => {
  const position = aPosition(plan, { stageIndex: 1 });
  const go = (name: 'jump' | 'retry', stageIndex: number, from: Position) => {
    const command = { name, reason: 'x', stageIndex };
    const transition = decideCommand(command, plan, from, null, T0);
    if (!transition) throw new Error('nothing happened');
    return move(from, transition, T0);
  };
  const back = go('jump', 0, position);
  expect(back).toMatchObject({ state: 'applying', stageIndex: 0, attempt: 2 });
  const again = { ...back, state: 'baking' as const, stageSettledAtMs: T0 };
  const promoted = after('promote', again);
  expect(promoted).toMatchObject({ stageIndex: 1, attempt: 2 });
  const ended = aPosition(plan, { state: 'rolled_back', stageIndex: 1, attempt: 2 });
  const retried = go('retry', 1, ended);
  expect(retried).toMatchObject({ state: 'applying', stageIndex: 1, attempt: 3 });
  expect(retried.carry).toEqual(draftPosition(plan, T0).carry);
  const standing = { state: 'rolled_back', holdReason: null, deadlineAtMs: null } as const;
  expect(allowedCommands({ ...standing, isAcknowledged: true })).toEqual(['retry']);
});
