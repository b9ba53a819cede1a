import { expect, test } from 'vitest';
import type { FunnelsQuery, RetentionQuery } from './query.ts';
import { countedBy, nounsOf, unitOf } from './units.ts';

const funnel: FunnelsQuery = {
  kind: 'FunnelsQuery',
  series: [{ kind: 'EventsNode' }, { kind: 'EventsNode' }],
};
const retention: RetentionQuery = { kind: 'RetentionQuery', retentionFilter: { period: 'Week' } };

test.each(['people', 'sessions', 'group:0', 'group:2'])('a funnel is counted by %s', (unit) => {
  const query = countedBy(countedBy(funnel, 'group:1'), unit);
  expect(unitOf(query)).toBe(unit);
  expect(unitOf(countedBy(query, 'people'))).toBe('people');
});

test('what is not about the unit stays', () => {
  expect(countedBy(retention, 'group:1')).toEqual({
    ...retention,
    aggregation_group_type_index: 1,
  });
});

test('those behind a number are called by what they are', () => {
  const nouns = (source: FunnelsQuery) =>
    nounsOf({ kind: 'FunnelsActorsQuery', source, funnelStep: 1 })[1];
  expect(nouns(funnel)).toBe('people');
  expect(nouns(countedBy(funnel, 'sessions'))).toBe('sessions');
  expect(nouns(countedBy(funnel, 'group:0'))).toBe('groups');
  const series = [{ kind: 'EventsNode', math: 'unique_group' }] as const;
  const trend = { kind: 'TrendsQuery', series } as const;
  expect(nounsOf({ kind: 'InsightActorsQuery', source: trend })[0]).toBe('group');
  const source = {
    ...trend,
    series: [{ kind: 'EventsNode' }, ...series],
    trendsFilter: { formulas: ['A * 2', '3 * b'] },
  } as const;
  const ofFormula = (formula: number) =>
    nounsOf({ kind: 'InsightActorsQuery', source, formula })[0];
  expect([0, 1].map(ofFormula)).toEqual(['person', 'group']);
});
