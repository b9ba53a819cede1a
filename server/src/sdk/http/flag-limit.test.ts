import { expect, test } from 'vitest';
import { createFlagLimit } from './flag-limit.service.ts';

test('what anyone may ask for does not starve servers', () => {
  const noted: string[] = [];
  const limit = createFlagLimit({
    flagRequestsPerSecond: 1,
    clock: { now: () => 0 },
    ingest: { note: (_environment, kind) => void noted.push(kind) },
  });
  for (let i = 0; i < 10; i += 1) limit.take(1);
  expect(() => limit.take(1)).toThrow(expect.objectContaining({ code: 'rate_limit_exceeded' }));
  expect(noted).toEqual(['flag_requests_rate_limited']);
  for (let i = 0; i < 10; i += 1) limit.take(1, 'server');
  expect(() => limit.take(1, 'server')).toThrow('more than 1 times per second');
});
