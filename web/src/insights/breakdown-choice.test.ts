import { expect, test } from 'vitest';
import { breakdownOfChoice, choiceOf } from './breakdown-choice.ts';
import { byFlag } from './query.ts';

test.each([
  'event:plan',
  'event:a:b',
  'person:email',
  'group.1:tier',
  'cohort:7',
  'event:$feature/new-ui',
])('%s goes there and back', (choice) => {
  expect(choiceOf(breakdownOfChoice(choice))).toBe(choice);
});

test('older forms are read too', () => {
  expect(choiceOf(undefined)).toBeNull();
  expect(choiceOf({ breakdown: 'plan' })).toBe('event:plan');
  expect(
    choiceOf({ breakdown: 'tier', breakdown_type: 'group', breakdown_group_type_index: 2 }),
  ).toBe('group.2:tier');
  expect(choiceOf(byFlag('new-ui'))).toBe('event:$feature/new-ui');
});
