import type { Filters } from 'serin/flags/flag';
import { expect, test } from 'vitest';
import { draftFrom, newGroup } from './draft.ts';
import { filtersFrom } from './draft-body.ts';
import { flagChanges, rebaseDraft, reviewOf } from './flag-changes.ts';
import { aStoredFlag } from './test-flag.ts';

/** Written in a way that the form writes otherwise: that alone is no change. */
const FILTERS: Filters = { groups: [{ rollout_percentage: 10 }, { rollout_percentage: null }] };

test('fields are told beside the targeting', () => {
  const before = aStoredFlag(FILTERS);
  const draft = {
    ...draftFrom(before),
    description: '',
    contexts: ['web'],
    groups: [newGroup(20), newGroup()],
  };
  const review = reviewOf(draft, before);
  expect(flagChanges(review.before, review.after)).toEqual([
    { kind: 'changed', what: 'Set 1', before: '10 % of everyone', after: '20 % of everyone' },
    { kind: 'changed', what: 'Description', before: 'd', after: '(empty)' },
    { kind: 'changed', what: 'Contexts', before: 'every request', after: 'web' },
  ]);
});

test('edits go on top of what was saved meanwhile, and take nothing of it back', () => {
  const base = aStoredFlag(FILTERS);
  const draft = { ...draftFrom(base), groups: [newGroup(20)] };
  const latest = aStoredFlag(
    { groups: [{ rollout_percentage: 5 }], early_exit: true },
    { name: 'theirs' },
  );
  const rebased = rebaseDraft(draft, base, latest);
  expect(rebased.description).toBe('theirs');
  expect(filtersFrom(rebased, latest.filters)).toMatchObject({
    groups: [{ rollout_percentage: 20 }],
    early_exit: true,
  });
  const untouched = rebaseDraft(draftFrom(base), base, latest);
  expect(filtersFrom(untouched, latest.filters)).toMatchObject({
    groups: [{ rollout_percentage: 5 }],
  });
});

test('an untouched draft changes nothing, however its conditions are written', () => {
  const { before, after } = reviewOf(draftFrom(aStoredFlag(FILTERS)), aStoredFlag(FILTERS));
  expect(flagChanges(before, after)).toEqual([]);
});
