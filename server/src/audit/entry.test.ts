import { expect, test } from 'vitest';
import { changedFields, withoutSecrets } from './entry.ts';

test('names only the fields that differ, whatever the order of object keys', () => {
  const before = { active: true, filters: { a: 1, b: 2 }, name: 'x' };
  const after = { active: false, filters: { b: 2, a: 1 }, tags: [] };
  expect(changedFields(before, after)).toEqual([
    { field: 'active', before: true, after: false },
    { field: 'name', before: 'x', after: undefined },
    { field: 'tags', before: undefined, after: [] },
  ]);
});

test('a creation lists every field', () => {
  expect(changedFields(null, { key: 'a' })).toEqual([
    { field: 'key', before: undefined, after: 'a' },
  ]);
});

test('secrets never reach the log, at any depth', () => {
  expect(withoutSecrets({ user: [{ password_hash: 'x', email: 'a@b.c' }] })).toEqual({
    user: [{ password_hash: '[removed]', email: 'a@b.c' }],
  });
});
