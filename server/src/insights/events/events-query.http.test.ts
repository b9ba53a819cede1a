// Lists of events, as scripts of PostHog's users ask for them.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '#app/test-app';
import { personIdOf } from '#platform/test-events';
import { askOf, startWithPageviews } from '../reference/test-pageviews.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startWithPageviews();
});
afterAll(() => app.close());

const ask = (more: object) => askOf(app, { kind: 'EventsQuery', after: '-7d', ...more });

test('expressions of each event, the newest first, page by page', async () => {
  const { status, body } = await ask({
    select: [
      'event',
      'distinct_id',
      'properties.plan -- Plan',
      'timestamp',
      "concat(event, '!') AS x",
    ],
    where: ["distinct_id IN ('ada', 'bob') -- both", 'timestamp > toDateTime(0)'],
    orderBy: ['timestamp DESC', 'distinct_id'],
    limit: 3,
  });
  expect([status, body.detail]).toEqual([200, undefined]);
  expect(body).toMatchObject({
    columns: ['event', 'distinct_id', 'properties.plan', 'timestamp', "concat(event, '!') AS x"],
    hasMore: true,
    limit: 3,
    offset: 0,
  });
  expect(body.results).toEqual([
    ['$pageview', 'ada', 'pro', '2026-11-19T12:00:00.000Z', '$pageview!'],
    ['$pageview', 'ada', 'pro', '2026-11-19T12:00:00.000Z', '$pageview!'],
    ['$pageview', 'bob', 'free', '2026-11-19T12:00:00.000Z', '$pageview!'],
  ]);
  const next = await ask({ select: ['distinct_id'], limit: 3, offset: 3 });
  expect([next.body.results, next.body.hasMore]).toEqual([[['bob']], false]);
});

test('whole events and their people', async () => {
  const { body } = await ask({
    select: ['*', 'person'],
    limit: 1,
    event: '$pageview',
    personId: personIdOf('bob'),
  });
  expect(body.results).toMatchObject([
    [
      {
        event: '$pageview',
        distinct_id: 'bob',
        person_id: personIdOf('bob'),
        properties: { plan: 'free' },
        timestamp: '2026-11-19T12:00:00.000Z',
      },
      { id: personIdOf('bob'), distinct_id: 'bob', properties: {} },
    ],
  ]);
});

test('aggregates group by the rest, the largest first', async () => {
  const { body } = await ask({
    select: ['distinct_id', 'count() -- how often', 'max(timestamp)'],
    where: ['count() > 0', "event != 'count()'"],
  });
  expect(body.results.map((row: unknown[]) => row.slice(0, 2))).toEqual([
    ['ada', 2],
    ['bob', 2],
  ]);
});

test.each<[object, number]>([
  [{ properties: [{ key: 'plan', value: 'pro' }] }, 2],
  [{ fixedProperties: [{ key: 'plan', operator: 'is_not_set' }] }, 1],
  [{ events: ['$pageview', 'x'] }, 4],
  [{ event: 'x' }, 0],
  [{ after: 'all' }, 5],
  [{ after: undefined }, 3],
  [{ after: '2026-11-18T00:00:00Z', before: '2026-11-19' }, 1],
])('narrowed by %j', async (more, count) => {
  const { status, body } = await ask({ select: ['count()'], ...more });
  expect([status, body.detail, body.results]).toEqual([200, undefined, [[count]]]);
});

test.each([
  [{ select: ['hostName()'] }, 'query.select'],
  [{ select: ['nothing'] }, 'query.select'],
  [{ select: ['1 FROM system.one --'] }, 'query.select'],
  [{ select: ['1'], where: ['1) OR (SELECT 1 FROM person'] }, 'query.select'],
  [{ select: ['event'], orderBy: ['sleep(1)'] }, 'query.select'],
  [{ select: [] }, 'query.select'],
  [{ select: ['event'], after: 'soon' }, 'query.after'],
  [{ select: ['event'], before: 'soon' }, 'query.before'],
  [{ select: ['event'], personId: 'ada' }, 'query.personId'],
  [{ select: ['event'], actionId: 1 }, 'query.actionId'],
])('refused by name: %j', async (more, attr) => {
  const { status, body } = await ask(more);
  expect([status, body.code, body.attr]).toEqual([400, 'invalid_input', attr]);
});
