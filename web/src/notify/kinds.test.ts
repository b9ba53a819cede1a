import { expect, test } from 'vitest';
import { configFrom } from './kinds.ts';

test('lists are split, and empty optional fields are left out', () => {
  expect(configFrom('email', { to: 'a@b.c, d@e.f,' })).toEqual({
    kind: 'email',
    to: ['a@b.c', 'd@e.f'],
  });
  expect(configFrom('opsgenie', { api_key: ' k ', team: '' })).toEqual({
    kind: 'opsgenie',
    api_key: 'k',
  });
});

test('a field that must be given is sent even when it is empty, so that the server names it', () => {
  expect(configFrom('slack', {})).toEqual({ kind: 'slack', url: '' });
});
