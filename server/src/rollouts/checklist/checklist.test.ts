import { expect, test } from 'vitest';
import { type ChecklistFacts, checklistOf, isForPeople, isItem } from './checklist.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 2, 9);

const facts = (change: Partial<ChecklistFacts> = {}): ChecklistFacts => ({
  nowMs: START,
  startedAtMs: null,
  finishedAtMs: null,
  withoutBaseline: [],
  guardrails: 2,
  tested: null,
  drilledAtMs: null,
  toldOfStart: [],
  isFirstStageSettled: false,
  isSeen: false,
  recordingsWatched: 0,
  visitsMs: [],
  promotions: { byGates: 0, byHand: 0 },
  investigations: { open: 0, closed: 0 },
  completion: null,
  rollback: null,
  ...change,
});
const NONE = new Map();
const item = (id: string, change: Partial<ChecklistFacts> = {}, ticks = NONE) =>
  checklistOf(facts(change), ticks).find((one) => one.id === id);
const after = (hours: number, visits: readonly number[], more: Partial<ChecklistFacts> = {}) => ({
  nowMs: START + hours * HOUR,
  startedAtMs: START,
  visitsMs: visits.map((at) => START + at * HOUR),
  ...more,
});

test('before the start Serin ticks what it sees, and says what is missing', () => {
  expect(item('baseline')?.state).toBe('done');
  expect(item('baseline', { withoutBaseline: ['errors'] })).toMatchObject({
    state: 'open',
    detail: 'errors may start without a baseline.',
  });
  expect(item('alerts')?.state).toBe('open');
  const tested = { channel: 'On call', atMs: START - 3 * 24 * HOUR };
  expect(item('alerts', { tested })).toMatchObject({
    state: 'done',
    detail: 'On call, 3 days ago',
  });
  expect(item('drill', { drilledAtMs: START - 40 * 24 * HOUR })).toMatchObject({
    state: 'open',
    detail: 'drilled 40 days ago',
  });
  expect(item('watched')?.state).toBe('ahead');
  expect(item('old_version')?.state).toBe('none');
});

test('people tick what only they know, and what they may know besides; never what Serin sees', () => {
  expect(['backup', 'team_told', 'replays'].map(isForPeople)).toEqual([true, true, true]);
  expect(['alerts', 'nonsense'].map(isForPeople)).toEqual([false, false]);
  expect(isItem('alerts')).toBe(true);
  const ticks = new Map([['backup', { by: 'ada', at: new Date(START), note: 'nightly' }]]);
  expect(item('backup', {}, ticks)).toMatchObject({ state: 'done', tick: { by: 'ada' } });
  expect(item('team_told', { toldOfStart: ['#releases'] })).toMatchObject({ state: 'done' });
  expect(item('support')?.state).toBe('ahead');
});

test('the first half hour is watched when somebody is there in both halves, or it is over sooner', () => {
  expect(item('watched', after(0.1, [0.05]))?.state).toBe('open');
  expect(item('watched', after(0.6, [0.05, 0.3]))?.state).toBe('done');
  expect(item('watched', after(0.6, [0.05]))?.state).toBe('missed');
  const early = after(1, [0.05], { finishedAtMs: START + 0.1 * HOUR });
  expect(item('watched', early)?.state).toBe('done');
});

test('numbers are looked at every four hours of the first day', () => {
  expect(item('reviewed', after(3, []))).toMatchObject({
    state: 'open',
    detail: '0 of 1 times so far',
  });
  expect(item('reviewed', after(5, [1]))?.state).toBe('open');
  expect(item('reviewed', after(9, [1]))?.state).toBe('missed');
  const all = [1, 5, 9, 13, 17, 21];
  expect(item('reviewed', after(30, all))).toMatchObject({
    state: 'done',
    detail: '6 of 6 times so far',
  });
  expect(item('reviewed', after(30, all.slice(1)))?.state).toBe('missed');
});

test('a full release is announced, and done when its flag is gone', () => {
  const completion = { told: [], isFlagArchived: false };
  expect(item('announced')?.state).toBe('none');
  expect(item('announced', { completion })?.state).toBe('open');
  expect(item('announced', { completion: { ...completion, told: ['#all'] } })).toMatchObject({
    state: 'done',
    detail: '#all',
  });
  expect(item('cleaned_up', { completion })?.state).toBe('open');
  expect(item('cleaned_up', { completion: { ...completion, isFlagArchived: true } })?.state).toBe(
    'done',
  );
});

test('widening by hand, open investigations and unwritten post-mortems stay open', () => {
  expect(item('green', { promotions: { byGates: 2, byHand: 0 } })?.state).toBe('done');
  expect(item('green', { promotions: { byGates: 2, byHand: 1 } })?.state).toBe('open');
  expect(item('yellow', { investigations: { open: 1, closed: 3 } })?.state).toBe('open');
  const rollback = { isComplete: true, hasEvidence: true, isPostMortemWritten: false, messages: 0 };
  expect(item('red', { rollback })?.state).toBe('open');
  expect(item('old_version', { rollback })?.state).toBe('done');
  expect(item('users_told', { rollback: { ...rollback, messages: 7 } })?.state).toBe('done');
  expect(item('users_told', { startedAtMs: START, rollback })?.state).toBe('open');
});
