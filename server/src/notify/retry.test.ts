import { expect, test } from 'vitest';
import { outcomeOf, retryDelayMs } from './retry.ts';

test('messages are tried for days, pages for half an hour; both end', () => {
  const delays = (urgency: 'patient' | 'urgent') => {
    const list: number[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const delay = retryDelayMs(urgency, attempt, 0);
      if (delay === null) return list;
      list.push(delay / 1000);
    }
  };
  expect(delays('patient')).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(delays('urgent').slice(0, 6)).toEqual([5, 10, 20, 40, 60, 60]);
  expect(delays('urgent').reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(1_800);
  expect(retryDelayMs('patient', 1, 0.99)).toBeGreaterThan(5_000);
});

test('only overload and faults of the receiver are worth another try', () => {
  expect(outcomeOf(204, null)).toEqual({ kind: 'sent' });
  expect(outcomeOf(429, 7_000)).toEqual({ kind: 'retry', afterMs: 7_000 });
  expect(outcomeOf(503, null)).toEqual({ kind: 'retry', afterMs: null });
  expect(outcomeOf(410, null)).toEqual({ kind: 'gone' });
  for (const status of [302, 400, 401, 404])
    expect(outcomeOf(status, null)).toEqual({ kind: 'failed' });
});
