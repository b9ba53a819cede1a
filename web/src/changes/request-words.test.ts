import { expect, test } from 'vitest';
import { localWords, requestState, scheduleState, settingWords } from './request-words.ts';

const open = {
  state: 'open',
  is_objected: false,
  is_moved: false,
  approvals: { given: 0, required: 1 },
} as const;

test.each([
  [open, '0 of 1 approvals'],
  [{ ...open, approvals: { given: 1, required: 1 } }, 'Ready to apply'],
  [{ ...open, approvals: { given: 1, required: 1 }, is_objected: true }, 'Changes asked for'],
  [{ ...open, approvals: { given: 1, required: 1 }, is_moved: true }, 'The flag moved'],
  [{ ...open, state: 'applied' as const, is_moved: true }, 'Applied'],
])('%j stands as %s', (request, label) => {
  expect(requestState(request).label).toBe(label);
});

test('what a scheduled change does is said in one line', () => {
  expect(settingWords({ active: false })).toBe('Switch off');
  expect(settingWords({ active: true, share: { condition_set: 0, rollout_percentage: 25 } })).toBe(
    'Switch on; Give set 1 to 25 %',
  );
  const groups = [{ rollout_percentage: 50 }, { rollout_percentage: 5 }];
  expect(settingWords({ filters: { groups } })).toBe('Targeting: 50 % of everyone and 1 more');
  expect(scheduleState({ state: 'applied', is_late: true }).label).toBe('Made, late');
});

test('wall time stays as it was written, wherever it is read', () => {
  expect(localWords('2026-11-30T09:05')).toBe('Mon, 30 Nov 2026, 09:05');
  expect(localWords('2026-11-30T09:05:30')).toBe('Mon, 30 Nov 2026, 09:05');
});
