import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '#app/test-app';
import { ask as askStore } from './running/insights.query.ts';
import { PAGEVIEWS, askOf, dateRange, startWithPageviews } from './reference/test-pageviews.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startWithPageviews();
});
afterAll(() => app.close());

const series = PAGEVIEWS;
const trends = (more: object = {}) => ({ kind: 'TrendsQuery', series, ...more });
const ask = (query: object, environment?: string) => askOf(app, query, environment);

test('a trend is answered in the shape of PostHog, for one environment', async () => {
  const { status, body } = await ask(trends({ dateRange: { date_from: '-3d' } }));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    timezone: 'UTC',
    hasMore: false,
    is_last_interval_incomplete: true,
    resolved_date_range: {
      date_from: '2026-11-17T00:00:00.000Z',
      date_to: '2026-11-20T12:00:00.000Z',
    },
    results: [
      {
        label: '$pageview',
        data: [0, 1, 3, 0],
        count: 4,
        days: ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'],
        labels: ['17-Nov-2026', '18-Nov-2026', '19-Nov-2026', '20-Nov-2026'],
        action: { id: '$pageview', type: 'events', order: 0, math: 'total' },
      },
    ],
  });
  const development = await ask(trends({ dateRange: { date_from: '-3d' } }), 'development');
  expect(development.body.results[0].data).toEqual([0, 0, 1, 0]);
});

test('formulas, breakdowns and the period before', async () => {
  const { body } = await ask(
    trends({
      series: [
        { ...series[0], math: 'dau' },
        { ...series[0], math: 'total' },
      ],
      dateRange: { date_from: '-1d', date_to: '-1d' },
      breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' },
      trendsFilter: { formula: 'B / A', showLegend: true },
      compareFilter: { compare: true },
    }),
  );
  expect(
    body.results.map((one: Record<string, unknown>) => [
      one['breakdown_value'],
      one['compare_label'],
      one['data'],
    ]),
  ).toEqual([
    ['pro', 'current', [2]],
    ['free', 'current', [1]],
    ['free', 'previous', [0]],
    ['pro', 'previous', [0]],
    ['$$_posthog_breakdown_other_$$', 'previous', [1]],
  ]);
});

test('days are those of the project', async () => {
  const zone = (timezone: string) => app.ask('PATCH', '/api/projects/@current/', { timezone });
  expect((await zone('Asia/Tokyo')).body.timezone).toBe('Asia/Tokyo');
  const { body } = await ask(trends({ dateRange: { date_from: '-3d' } }));
  expect(body.results[0].data).toEqual([0, 0, 4, 0]);
  const refused = await zone('Mars/Olympus');
  expect([refused.status, refused.body.attr]).toEqual([400, 'timezone']);
  await zone('UTC');
});

test('all time begins with the first event', async () => {
  const { body } = await ask(trends({ interval: 'month', dateRange: { date_from: 'all' } }));
  expect(body.results[0].days[0]).toBe('2025-10-01');
  expect(body.results[0].count).toBe(5);
});

test('accounts are those that the project says', async () => {
  const filters = [{ key: 'plan', type: 'event', operator: 'is_not', value: 'pro' }];
  const set = await app.ask('PATCH', '/api/projects/@current/', { test_account_filters: filters });
  expect(set.body.test_account_filters).toEqual(filters);
  const { body } = await ask(trends({ filterTestAccounts: true, dateRange: { date_from: '-3d' } }));
  expect(body.results[0].data).toEqual([0, 1, 1, 0]);
});

test.each([
  [{ surprise: 1 }, 'query.surprise', 'invalid_input'],
  [
    { series: [{ kind: 'EventsNode', event: 'a', math: 'mode' }] },
    'query.series.0.math',
    'invalid_input',
  ],
  [
    { series: [{ kind: 'EventsNode', event: 'a', math: 'sum' }] },
    'query.series.0.math_property',
    'required',
  ],
  [{ series: [] }, 'query.series', 'invalid_input'],
  [{ dateRange: { date_from: 'yesterday' } }, 'query.dateRange.date_from', 'invalid_input'],
  [
    { dateRange: { date_from: '2026-11-20', date_to: '2026-11-01' } },
    'query.dateRange',
    'invalid_input',
  ],
  [{ interval: 'minute', dateRange: { date_from: '-90d' } }, 'query.interval', 'invalid_input'],
  [{ trendsFilter: { formula: 'A + C' } }, 'query.trendsFilter.formula', 'invalid_input'],
  [
    { properties: [{ key: 'n', operator: 'gt', value: 'many' }] },
    'query.properties.0.value',
    'invalid_input',
  ],
  [
    { properties: [{ key: 'n', operator: 'regex', value: '(?=a)' }] },
    'query.properties.0.value',
    'invalid_input',
  ],
  [
    { properties: [{ key: 'n', type: 'group', value: 'a' }] },
    'query.properties.0.group_type_index',
    'required',
  ],
  [
    { aggregation_group_type_index: 3, series: [{ kind: 'EventsNode', event: 'a', math: 'dau' }] },
    'query.aggregation_group_type_index',
    'invalid_input',
  ],
])('what makes no sense is refused by name: %j', async (more, attr, code) => {
  const { status, body } = await ask(trends(more));
  expect([status, body.attr, body.code]).toEqual([400, attr, code]);
});

test('retention, stickiness and lifecycle are answered in the shapes of PostHog', async () => {
  const retention = await ask({
    kind: 'RetentionQuery',
    dateRange: { date_to: '2026-11-19' },
    retentionFilter: {
      targetEntity: { id: '$pageview', type: 'events', name: '$pageview' },
      returningEntity: { id: '$pageview', type: 'events' },
      period: 'Day',
      totalIntervals: 3,
      retentionReference: 'total',
    },
  });
  const counts = retention.body.results.map((row: { values: { count: number }[] }) =>
    row.values.map(({ count }) => count),
  );
  expect(counts).toEqual([[0, 0, 0], [1, 1], [2]]);
  expect(retention.body.results[1]).toMatchObject({
    label: 'Day 1',
    date: '2026-11-18T00:00:00.000Z',
    values: [{ label: 'Day 0', is_incomplete: false }, { label: 'Day 1' }],
    returned_at_once: 1,
  });

  const stickiness = await ask({ kind: 'StickinessQuery', series, dateRange });
  expect(stickiness.body.results).toMatchObject([
    {
      data: [1, 1, 0, 0],
      days: [1, 2, 3, 4],
      labels: ['1 day', '2 days', '3 days', '4 days'],
      count: 2,
    },
  ]);

  const lifecycle = await ask({ kind: 'LifecycleQuery', series, dateRange });
  expect(
    lifecycle.body.results.map((row: { status: string; data: number[] }) => [row.status, row.data]),
  ).toEqual([
    ['new', [0, 0, 0, 0]],
    ['returning', [0, 0, 1, 0]],
    ['resurrecting', [0, 1, 1, 0]],
    ['dormant', [0, 0, 0, -2]],
  ]);
});

test('funnels are answered in the shape of PostHog', async () => {
  const { body } = await ask({
    kind: 'FunnelsQuery',
    series: [
      { kind: 'EventsNode', event: '$pageview' },
      { kind: 'EventsNode', event: '$pageview' },
    ],
    dateRange: { date_from: '-3d' },
    funnelsFilter: { layout: 'horizontal' },
  });
  expect(body.results).toMatchObject([
    { action_id: '$pageview', order: 0, count: 2, average_conversion_time: null, type: 'events' },
    { action_id: '$pageview', order: 1, count: 1, average_conversion_time: 45_000 },
  ]);
});

test('who has gone is not answered any more: the statement is ended in the event store', async () => {
  const gone = new AbortController();
  const endless = 'SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 1';
  const asked = askStore(app.ctx.clickhouse, { text: endless, params: {} }, gone.signal);
  const running = async (): Promise<number> => {
    const answer = await app.ctx.clickhouse.query({
      query: `SELECT count() AS n FROM system.processes
        WHERE query LIKE '%sipHash64(number) = 1%' AND query NOT LIKE '%system.processes%'`,
      format: 'JSONEachRow',
    });
    return (await answer.json<{ n: number }>())[0]?.n ?? 0;
  };
  await expect.poll(running).toBe(1);
  gone.abort(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
  await expect.poll(running).toBe(0);
});
