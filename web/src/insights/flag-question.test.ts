import { expect, test } from 'vitest';
import { flagQuestion } from './flag-question.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

test.each([
  ['2026-11-20T11:59:00Z', '-1h', 'minute'],
  ['2026-11-20T08:30:00Z', '-4h', 'hour'],
  ['2026-11-19T00:30:00Z', '-36h', 'hour'],
  ['2026-11-10T00:00:00Z', '-11d', 'day'],
  ['whenever', '-7d', 'day'],
])('what changed at %s is asked about from %s on by %s', (since, from, interval) => {
  expect(flagQuestion({ flag: 'new-ui', since }, NOW)).toMatchObject({
    series: [{ event: null, math: 'dau' }],
    interval,
    dateRange: { date_from: from },
    breakdownFilter: { breakdowns: [{ property: '$feature/new-ui' }] },
  });
});

test.each([
  ['["$exception","paid","paid"]', ['$exception', 'paid']],
  ['["a",1,null]', ['a']],
  ['{"a":1}', [null]],
  ['no list', [null]],
])('of the events %s', (events, names) => {
  expect(flagQuestion({ flag: 'new-ui', events }, NOW)).toMatchObject({
    series: names.map((event) => ({ event })),
  });
});

test('without a flag there is no such question', () => {
  expect(flagQuestion({ since: '2026-11-20T11:59:00Z' }, NOW)).toBeNull();
});
