import { expect, test } from 'vitest';
import { ApiError } from '../api/client.ts';
import type { Flag } from '../api/flags.ts';
import { askedBy, withAnswers } from './asked.ts';

const refused = (code: string, attr: string | null = null) => new ApiError(400, { code, attr });

test('a refusal says what would make the change accepted', () => {
  expect(askedBy(refused('approval_required', 'environment'), {})).toBe('approval');
  expect(askedBy(refused('required', 'reason'), {})).toBe('reason');
  expect(askedBy(refused('has_dependents', 'items.0.change.archived'), {})).toBe('force');
  expect(askedBy(refused('conflict', 'over_rollout'), {})).toBe('over_rollout');
});

test('what nothing that is said helps against is an error', () => {
  expect(askedBy(refused('conflict', 'version'), {})).toBeNull();
  expect(askedBy(refused('required', 'variant'), {})).toBeNull();
  expect(askedBy(new Error('offline'), {})).toBeNull();
});

test('what was said is not asked about again', () => {
  expect(askedBy(refused('has_dependents'), { force: true })).toBeNull();
  expect(askedBy(refused('required', 'reason'), { force: true })).toBe('reason');
});

test('a proposal keeps what was said on the way to it', () => {
  const proposed = { flag: {} as Flag, change: { archived: true }, title: 'Archive it' };
  expect(withAnswers(proposed, { force: true, reason: 'done' })).toEqual({
    ...proposed,
    change: { archived: true, force: true },
    reason: 'done',
  });
  expect(withAnswers(proposed, {})).toEqual(proposed);
});
