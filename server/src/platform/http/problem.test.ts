import { expect, test } from 'vitest';
import { SerinError } from '#kernel/errors';
import { logFailure, toSerinError } from './problem.ts';

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

test.each([
  ['a bug', new Error('oops'), 1],
  ['a lost store', new Error('Connection terminated unexpectedly'), 1],
  ['a chosen refusal', new SerinError('unavailable'), 0],
  ['a mistake of the client', new SerinError('not_found'), 0],
])('%s: logged or not', (_name, error, times) => {
  const logged: object[] = [];
  const log = { error: (fields: object) => void logged.push(fields) };
  logFailure(log, toSerinError(error), error, 'one');
  expect(logged).toEqual(times === 1 ? [{ err: error, request_id: 'one' }] : []);
});
