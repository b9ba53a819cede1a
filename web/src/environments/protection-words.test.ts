import { expect, test } from 'vitest';
import { approvalWords, isProtected, keyFrom, protectionWords } from './protection-words.ts';

const none = { require_reason: false, required_approvals: 0, allow_emergency_off: true };

test('what is asked for is said in one line', () => {
  expect(protectionWords(none)).toBeNull();
  expect(protectionWords({ ...none, require_reason: true })).toBe('A reason');
  expect(protectionWords({ ...none, required_approvals: 1 })).toBe('1 approval');
  expect(protectionWords({ ...none, require_reason: true, required_approvals: 2 })).toBe(
    'A reason and 2 approvals',
  );
  expect(isProtected(none)).toBe(false);
  expect(isProtected({ ...none, require_reason: true })).toBe(true);
  expect(approvalWords('Production', 1)).toContain('Somebody else');
  expect(approvalWords('Production', 2)).toContain('2 other people');
});

test.each([
  ['My Staging 2', 'my-staging-2'],
  ['  QA  ', 'qa'],
  ['Prüfung', 'prufung'],
  ['---', ''],
  ['x'.repeat(80), 'x'.repeat(50)],
])('the key of %j is %j', (name, key) => {
  expect(keyFrom(name)).toBe(key);
});
