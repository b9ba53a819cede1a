import { expect, test } from 'vitest';
import { toSerinError } from './problem.ts';

test.each([
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'timeout exceeded when trying to connect',
])('a lost connection is 503, to be tried again: %s', (message) => {
  expect(toSerinError(new Error(message))).toMatchObject({ status: 503, retryAfterSeconds: 2 });
});

test('what nobody foresaw is 500, and keeps its message to itself', () => {
  const { status, message } = toSerinError(new Error('a secret'));
  expect(status).toBe(500);
  expect(message).not.toContain('secret');
});
