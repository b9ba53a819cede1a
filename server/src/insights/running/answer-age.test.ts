import { expect, test } from 'vitest';
import { validUntil } from './answer-age.ts';
import type { Query } from '../query.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 34, 56);
const BERLIN = { timeZone: 'Europe/Berlin', firstWeekday: 1, nowMs: NOW };
const MIDNIGHT = '2026-11-20T23:00:00.000Z';
const MINUTE_ON = '2026-11-20T12:35:56.000Z';

const trends = (more: object) =>
  ({ kind: 'TrendsQuery', series: [{ event: null }], ...more }) as Query;
const until = (query: Query, conditions: unknown = []) =>
  new Date(validUntil(query, conditions, BERLIN)).toISOString();

test.each<[Query, string]>([
  [trends({}), MIDNIGHT],
  [trends({ interval: 'month' }), MIDNIGHT],
  [trends({ interval: 'hour', dateRange: { date_from: '-1d' } }), '2026-11-20T13:00:00.000Z'],
  [trends({ interval: 'minute' }), '2026-11-20T12:35:00.000Z'],
  [trends({ dateRange: { date_from: '-24h' } }), MINUTE_ON],
  [trends({ dateRange: { date_from: '-1d', explicitDate: true } }), MINUTE_ON],
  [trends({ properties: [{ key: 'k', operator: 'is_date_after', value: '-1d' }] }), MINUTE_ON],
  [{ kind: 'RetentionQuery', retentionFilter: { period: 'Hour' } }, '2026-11-20T13:00:00.000Z'],
  [{ kind: 'HogQLQuery', query: 'SELECT 1' }, MINUTE_ON],
  [
    {
      kind: 'ActorsQuery',
      source: { kind: 'InsightActorsQuery', source: trends({ interval: 'hour' }) },
    } as Query,
    '2026-11-20T13:00:00.000Z',
  ],
])('an answer can be right until its interval is over: %j', (query, end) => {
  expect(until(query)).toBe(end);
});

test('a cohort that moves with the clock makes answers old soon', () => {
  expect(until(trends({}), [{ operator: 'is_date_before', value: '-3d' }])).toBe(MINUTE_ON);
});
