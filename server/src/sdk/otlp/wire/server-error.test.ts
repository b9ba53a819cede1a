import { expect, test } from 'vitest';
import type { LogRecord } from './otlp-logs.ts';
import { readServerError } from './server-error.ts';

const record = (change: Partial<LogRecord>): LogRecord => ({
  eventName: '',
  atMs: 1_764_000_000_000,
  times: '',
  attributes: {},
  resource: { 'service.name': 'checkout' },
  body: null,
  severity: 0,
  severityText: '',
  traceId: '',
  spanId: '',
  ...change,
});

test('an exception, of a person who had a variant', () => {
  const read = readServerError(
    record({
      severity: 17,
      traceId: 'ab',
      attributes: {
        'exception.type': 'TypeError',
        'exception.message': 'no price',
        'exception.stacktrace': 'TypeError: no price\n at pay',
        'user.id': 'u1',
        'feature_flag.key': 'checkout',
        'feature_flag.result.variant': 'blue',
        'http.response.status_code': 500,
        'session.id': 's1',
      },
    }),
  );
  expect(read).toEqual({
    event: '$exception',
    distinct_id: 'u1',
    timestamp: '2025-11-24T16:00:00.000Z',
    properties: expect.objectContaining({
      $exception_list: [
        {
          type: 'TypeError',
          value: 'no price',
          mechanism: { type: 'opentelemetry', handled: true, synthetic: false },
        },
      ],
      $exception_level: 'error',
      $trace_id: 'ab',
      $session_id: 's1',
      '$feature/checkout': 'blue',
      'service.name': 'checkout',
      'exception.stacktrace': 'TypeError: no price\n at pay',
      'http.response.status_code': 500,
      $process_person_profile: false,
    }),
  });
});

test.each([
  ['severity ERROR', { severity: 17, body: 'disk full' }, '$exception', 'error'],
  ['severity FATAL', { severity: 21, body: { code: 1 } }, '$exception', 'fatal'],
  ['WARN', { severity: 13, attributes: { 'exception.message': 'm' } }, '$exception', 'warning'],
  ['no severity', { attributes: { 'exception.type': 'T' } }, '$exception', 'error'],
  ['a status', { attributes: { 'http.response.status_code': 503 } }, '$http_server_error'],
  ['an older name', { attributes: { 'http.status_code': '500' } }, '$http_server_error'],
])('%s tells of an error', (_name, change, event, level?: string) => {
  const read = readServerError(record(change));
  expect(read).toMatchObject({ event, distinct_id: 'service:checkout' });
  expect(read?.properties['$exception_level']).toBe(level);
});

test.each([
  ['INFO', { severity: 9, body: 'hello' }],
  ['a status below 500', { attributes: { 'http.response.status_code': 499 } }],
  ['nothing', {}],
])('%s does not', (_name, change) => {
  expect(readServerError(record(change))).toBeUndefined();
});

test('flags without variants are true or false; a time beyond all dates is left out', () => {
  const attributes = { 'feature_flag.key': 'f', 'feature_flag.result.variant': 'false' };
  const read = readServerError(record({ severity: 17, attributes, atMs: 1e16, resource: {} }));
  expect(read).toMatchObject({
    distinct_id: 'service:unknown',
    properties: { '$feature/f': false },
  });
  expect(read).not.toHaveProperty('timestamp');
});
