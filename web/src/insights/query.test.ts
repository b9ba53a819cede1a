import { expect, test } from 'vitest';
import type { InsightQuery } from '../api/insights.ts';
import { askedOf, type Display } from './displays.ts';
import { byFlag, flagOf, KINDS, newQuery, withKind } from './query.ts';
import { asQuery, isSameQuery, parseQuery, queryText } from './query-address.ts';
import { questionWords } from './question-words.ts';

const trend: InsightQuery = {
  kind: 'TrendsQuery',
  series: [
    { kind: 'EventsNode', event: 'a', math: 'dau' },
    { kind: 'EventsNode', event: 'b', properties: [{ key: 'n', value: 1 }] },
  ],
  dateRange: { date_from: '-30d' },
  interval: 'week',
  breakdownFilter: byFlag('new-ui'),
  filterTestAccounts: true,
};

test('another kind keeps events, range, conditions and breakdown', () => {
  const funnel = withKind(trend, 'FunnelsQuery');
  expect(funnel).toEqual({
    kind: 'FunnelsQuery',
    series: [
      { kind: 'EventsNode', event: 'a' },
      { kind: 'EventsNode', event: 'b', properties: [{ key: 'n', value: 1 }] },
    ],
    dateRange: { date_from: '-30d' },
    interval: 'week',
    breakdownFilter: byFlag('new-ui'),
    filterTestAccounts: true,
  });
  const retention = withKind(funnel, 'RetentionQuery');
  expect(retention).toMatchObject({
    retentionFilter: { targetEntity: { id: 'a' }, returningEntity: { id: 'b' } },
    breakdownFilter: byFlag('new-ui'),
  });
  expect(retention).not.toHaveProperty('dateRange');
  expect(withKind(retention, 'LifecycleQuery')).toMatchObject({
    series: [{ event: 'a' }],
    filterTestAccounts: true,
  });
  expect(withKind(trend, 'StickinessQuery')).not.toHaveProperty('breakdownFilter');
});

test('a funnel has two steps, and retention of one event comes back to it', () => {
  const one = newQuery('TrendsQuery', 'a');
  expect(withKind(one, 'FunnelsQuery')).toMatchObject({
    series: [{ event: 'a' }, { event: null }],
  });
  const retention = withKind(one, 'RetentionQuery');
  expect(withKind(retention, 'TrendsQuery')).toEqual(one);
});

test.each(KINDS.map(({ kind }) => kind))('%s goes through an address unchanged', (kind) => {
  const query = withKind(trend, kind);
  expect(parseQuery(queryText(query))).toEqual(query);
});

test('what is no question of the explorer is none', () => {
  for (const text of [
    undefined,
    '',
    '{',
    '[]',
    '3',
    '{"kind":"TrendsQuery"}',
    '{"kind":"HogQLQuery"}',
  ]) {
    expect(parseQuery(text)).toBeNull();
  }
  expect(asQuery({ kind: 'TrendsQuery', series: [null] })).toBeNull();
  expect(asQuery({ kind: 'InsightVizNode', source: trend })).toBe(trend);
});

test('questions are the same whatever the order and emptiness of fields', () => {
  const other = { properties: [], ...trend, compareFilter: undefined, trendsFilter: {} };
  expect(isSameQuery(trend, Object.fromEntries(Object.entries(other).toReversed()) as never)).toBe(
    true,
  );
  expect(isSameQuery(trend, { ...trend, interval: 'day' })).toBe(false);
  const matched = (value: unknown): InsightQuery => ({
    ...trend,
    properties: [{ key: 'n', value }],
  });
  expect(isSameQuery(matched(false), matched(null))).toBe(false);
});

test('a flag is found in every form of a breakdown', () => {
  expect(flagOf(byFlag('new-ui'))).toBe('new-ui');
  expect(flagOf({ breakdown: '$feature/new-ui', breakdown_type: 'event' })).toBe('new-ui');
  expect(flagOf({ breakdowns: [{ property: 'new-ui', type: 'flag_exposure' }] })).toBe('new-ui');
  expect(flagOf({ breakdown: 'plan' })).toBeUndefined();
  expect(flagOf(undefined)).toBeUndefined();
});

test('how an answer is drawn does not make it another question', () => {
  const drawn = (display: Display) => askedOf({ ...trend, trendsFilter: { display } });
  expect(isSameQuery(drawn('ActionsBar'), trend)).toBe(true);
  expect(isSameQuery(drawn('BoldNumber'), drawn('ActionsBarValue'))).toBe(true);
  expect(isSameQuery(drawn('BoldNumber'), trend)).toBe(false);
  expect(isSameQuery(drawn('ActionsLineGraphCumulative'), trend)).toBe(false);
});

test('questions in a line', () => {
  expect(questionWords(trend)).toBe('a (unique people) and b by flag new-ui');
  expect(questionWords(withKind(trend, 'FunnelsQuery'))).toBe('a → b by flag new-ui');
  expect(questionWords(newQuery('RetentionQuery', null))).toBe('Any event');
  const many = ['a', 'b', 'c', 'd'].map((event) => ({ kind: 'EventsNode' as const, event }));
  expect(questionWords({ kind: 'TrendsQuery', series: many })).toBe('a, b, c and 1 more');
});
