import { expect, test } from 'vitest';
import { hasScope } from './account.ts';
import { createAttemptLimit } from './attempts.ts';

test.each([
  [['*'], 'flag:write', true],
  [['feature_flag:read'], 'feature_flag:read', true],
  [['feature_flag:write'], 'feature_flag:read', true],
  [['feature_flag:read'], 'feature_flag:write', false],
  [['event:read'], 'feature_flag:read', false],
  [[], 'event:read', false],
])('scopes %j for %s: %s', (granted, wanted, expected) => {
  expect(hasScope(granted, wanted)).toBe(expected);
});

test('ten failures close the door for the rest of the window, for that key only', () => {
  const limit = createAttemptLimit(10);
  for (let i = 0; i < 10; i++) {
    expect(limit.waitMs('a', 1000)).toBe(0);
    limit.count('a', 1000);
  }
  expect(limit.waitMs('a', 2000)).toBe(299_000);
  expect(limit.waitMs('b', 2000)).toBe(0);
  expect(limit.waitMs('a', 301_000)).toBe(0);
});

test('a success forgets the failures', () => {
  const limit = createAttemptLimit(10);
  for (let i = 0; i < 10; i++) limit.count('a', 0);
  limit.reset('a');
  expect(limit.waitMs('a', 1)).toBe(0);
});

test('memory stays bounded however many keys fail', () => {
  const limit = createAttemptLimit(10);
  for (let i = 0; i < 12_000; i++) {
    for (let j = 0; j < 10; j++) limit.count(`key-${i}`, 0);
  }
  expect(limit.waitMs('key-0', 1)).toBe(0);
  expect(limit.waitMs('key-11999', 1)).toBeGreaterThan(0);
});

test('an attempt that succeeded does not count', () => {
  const limit = createAttemptLimit(1);
  limit.count('a', 0);
  expect(limit.waitMs('a', 1)).toBeGreaterThan(0);
  limit.forgive('a');
  expect(limit.waitMs('a', 1)).toBe(0);
});
