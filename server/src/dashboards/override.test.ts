import { expect, test } from 'vitest';
import { withoutConditions } from '#insights/without-conditions';
import { overriddenQuery, overrides } from './override.ts';

const trend = { kind: 'TrendsQuery', series: [], dateRange: { date_from: '-90d' } } as const;
const pro = { key: 'plan', value: ['pro'] };
const eu = { key: 'region', value: ['eu'] };

test('the range takes the place of the own one, with an interval that suits it', () => {
  const monthly = { ...trend, interval: 'month' as const, dateRange: { explicitDate: true } };
  expect(overriddenQuery(monthly, { date_from: '-7d' })).toEqual({
    ...trend,
    interval: 'day',
    dateRange: { date_from: '-7d' },
  });
  expect(overriddenQuery(trend, { date_from: '-24h' })).toMatchObject({ interval: 'hour' });
  for (const kind of ['RetentionQuery', 'PathsQuery']) {
    const asked = overriddenQuery({ kind }, { date_from: '-30d' });
    expect(asked).toEqual({ kind, dateRange: { date_from: '-30d' } });
  }
});

test('conditions are added to the own ones', () => {
  const asked = (properties?: object) =>
    overriddenQuery({ ...trend, properties }, { properties: [eu] }).properties;
  expect(asked()).toEqual([eu]);
  expect(asked([])).toEqual([eu]);
  expect(asked([pro])).toEqual([pro, eu]);
  const either = { type: 'OR', values: [pro, pro] };
  const added = { type: 'AND', values: [eu] };
  expect(asked(either)).toEqual({ type: 'AND', values: [either, added] });
  const many = Array.from({ length: 100 }, () => pro);
  expect(asked(many)).toEqual({ type: 'AND', values: [{ type: 'AND', values: many }, added] });
});

test('what says nothing overrides nothing, and what is not shown stays as it is', () => {
  const nothing = { date_from: '', properties: { type: 'AND' as const, values: [] } };
  expect(overrides(trend, nothing)).toBe(false);
  expect(overriddenQuery(trend, nothing)).toEqual(trend);
  const list = { kind: 'EventsQuery', select: ['*'] };
  expect(overriddenQuery(list, { date_from: '-7d', properties: [eu] })).toBe(list);
});

test('SQL is overridden where it asks for filters', () => {
  const filters = { date_from: '-7d', properties: [eu] };
  const plain = { kind: 'HogQLQuery', query: 'select 1' };
  expect([overriddenQuery(plain, filters), overrides(plain, filters)]).toEqual([plain, false]);
  const own = { dateRange: { date_from: '-90d', date_to: '-1d' }, filterTestAccounts: true };
  const asking = { ...plain, query: 'select 1 from events where { filters }', filters: own };
  expect(overrides(asking, filters)).toBe(true);
  expect(overriddenQuery(asking, filters)).toEqual({
    ...asking,
    filters: { filterTestAccounts: true, dateRange: { date_from: '-7d' }, properties: [eu] },
  });
});

test('conditions are taken out, however deep they are', () => {
  const answer = {
    results: [{ action: { id: 'a', properties: [pro] }, data: [1] }],
    cache_key: 'x',
  };
  expect(withoutConditions(answer)).toEqual({ results: [{ action: { id: 'a' }, data: [1] }] });
});
