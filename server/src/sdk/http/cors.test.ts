import { expect, test } from 'vitest';
import { corsHeaders, preflightHeaders } from './cors.ts';

test('mirrors the origin and allows credentials, for beacons', () => {
  expect(corsHeaders({ origin: 'https://app.test', requestedHeaders: undefined })).toEqual({
    'access-control-allow-origin': 'https://app.test',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, ETag',
    vary: 'Origin',
  });
});

test('answers without an origin carry no credentials permission', () => {
  const headers = corsHeaders({ origin: undefined, requestedHeaders: undefined });
  expect(headers['access-control-allow-origin']).toBe('*');
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
});

test('a pre-flight mirrors the headers asked for', () => {
  const headers = preflightHeaders({
    origin: 'https://a.test',
    requestedHeaders: 'content-type,x-a',
  });
  expect(headers['access-control-allow-headers']).toBe('content-type,x-a');
  expect(headers['access-control-allow-methods']).toContain('POST');
});
