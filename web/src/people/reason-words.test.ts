import { expect, test } from 'vitest';
import { reasonWords } from './reason-words.ts';

test('what was forced is told before what the conditions say', () => {
  const reason = { reason: 'condition_match', condition_index: null, forced_by: null } as const;
  expect(reasonWords({ ...reason, condition_index: 1 })).toBe('Set 2 takes them in');
  expect(reasonWords({ ...reason, forced_by: 'override' })).toBe('Overridden for this person');
  expect(reasonWords({ ...reason, forced_by: 'kill_switch' })).toBe('Its kill switch is on');
  expect(reasonWords({ ...reason, reason: 'no_condition_match' })).toBe('No set matches them');
});
