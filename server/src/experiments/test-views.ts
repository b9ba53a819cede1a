// Results of the visits of test-visits.ts, looked at in other ways than planned.
import { expect } from 'vitest';
import type { TestApp } from '#app/test-app';
import type { Asking } from '#insights';
import { getExperiment } from './experiments.service.ts';
import { watchOne } from './watch.service.ts';

type Answer = Awaited<ReturnType<TestApp['ask']>>;

/** Another baseline, level and day; the advice stays that of the plan. */
export async function looksOtherwise(
  results: (query: string) => Promise<Answer>,
  planned: Answer['body'],
): Promise<void> {
  const viewed = await results('?baseline=test&confidence_level=0.99');
  expect(viewed.body.recommendation).toMatchObject({ status: 'ship', winner: 'test' });
  const [{ p_value }] = planned.metrics[0].variant_results;
  expect(viewed.body.metrics[0]).toMatchObject({
    baseline: { key: 'test', sum: 90 },
    variant_results: [{ key: 'control', sum: 40, p_value }],
  });
  const [first, second] = planned.exposures.timeseries[0].days;
  expect((await results(`?as_of=${second}`)).body).toMatchObject({
    as_of: '2026-10-07T00:00:00.000Z',
    exposures: { total_exposures: { control: 117, test: 117 } },
    // By the plan and the newest numbers: two days alone would be too early to say.
    recommendation: { status: 'ship', winner: 'test' },
    metrics: [{ timeseries: [{ day: first }, { day: second }] }, {}],
  });
  for (const [attr, query] of [
    ['baseline', '?baseline=gone'],
    ['as_of', '?as_of=2026-10-08'],
    ['confidence_level', '?confidence_level=1'],
  ] as const) {
    const refused = await results(query);
    expect([refused.status, refused.body.attr]).toEqual([400, attr]);
  }
}

/** Other methods for the same people: the planned one says what the results say. */
export function readsOtherwise(body: Answer['body'], planned: Answer['body']): void {
  const ways = body.readings as { id: string; variant_results: { difference: number }[] }[];
  expect(ways.map(({ id }) => id)).toEqual(['planned', 'adjusted', 'winsorized', 'fixed']);
  const [{ difference }] = planned.variant_results;
  expect(ways[0]?.variant_results[0]?.difference).toBe(difference);
}

/** How values lie adds up to everybody, and the statement that is shown is the one that ran. */
export async function valuesAreThoseThatRan(
  serin: TestApp,
  { sql, distribution }: Answer['body'],
  revenue: Answer['body'],
): Promise<void> {
  for (const arm of distribution.arms) {
    const counts = distribution.parts.map(
      ({ people }: { people: Record<string, number> }) => people[arm.key] ?? 0,
    );
    const valued = counts.reduce((sum: number, count: number) => sum + count, 0);
    expect([arm.people, arm.zeros, valued]).toEqual(
      arm.key === 'test' ? [200, 110, 90] : [200, 160, 40],
    );
  }
  expect(distribution).toMatchObject({ is_whole: true, parts: [{ from: 10, to: 11 }] });
  expect(sql).not.toMatch(/\{p\d+/);
  const environments = [...sql.matchAll(/environment_id = (\d+)/g)].map(([, own]) => Number(own));
  expect(new Set(environments)).toEqual(new Set([serin.production.id]));
  const ran = await serin.ctx.clickhouse.query({ query: sql, format: 'JSONCompactEachRow' });
  const rows = (await ran.json()) as (string | number)[][];
  expect(rows.find(([variant]) => variant === 'control')).toEqual(
    expect.arrayContaining([revenue.baseline.sum, revenue.baseline.sum_squares]),
  );
}

/** Metrics are told in the order in which people put them; null: as they were added. */
export async function keepsOrder(
  serin: TestApp,
  path: string,
  primary_metrics_ordered_uuids: readonly string[],
): Promise<void> {
  const put = { primary_metrics_ordered_uuids };
  expect((await serin.ask('PATCH', path, put)).body).toMatchObject(put);
  const { metrics } = (await serin.ask('GET', `${path}results/`)).body;
  expect(metrics[0].metric.uuid).toBe(primary_metrics_ordered_uuids[0]);
  await serin.ask('PATCH', path, { primary_metrics_ordered_uuids: null });
}

/** Lists show the last numbers of what is over. */
export async function listsFinal(serin: TestApp, path: string, people: number): Promise<void> {
  const look = async () => (await serin.ask('GET', path)).body.last_look;
  await expect.poll(look).toMatchObject({ people, variant: 'test', goal: 'increase' });
}

/** Whoever has a link sees that a metric cannot be counted, and not what it is about. */
export async function tellsStrangersNoReason(
  serin: TestApp,
  path: string,
  secret: RegExp,
): Promise<void> {
  const { token } = (await serin.ask('POST', `${path}links/`)).body;
  const seen = await serin.inject({ url: `/api/shared_experiments/${token}/` });
  const { results } = seen.json<{ results: StrangersResults }>();
  expect(results.metrics.map(({ error }) => error)).toEqual([null, 'Its owners see why.']);
  // Nor how it is run.
  expect(results.changes).toEqual([]);
  expect(results.checks.map((one) => one.id)).not.toContain('flag');
  expect(seen.body).not.toMatch(secret);
}

type StrangersResults = {
  readonly metrics: readonly { readonly error: string | null }[];
  readonly changes: readonly object[];
  readonly checks: readonly { readonly id: string }[];
};

/** Guardrails are looked at by themselves while everything together cannot be. */
export async function guardsWhileGoalsFail(serin: TestApp, id: number): Promise<void> {
  const { clickhouse: store } = serin.ctx;
  const asked: string[] = [];
  const query = (question: Parameters<typeof store.query>[0]) => {
    const params = JSON.stringify(question.query_params);
    if (params?.includes('"buy"')) throw new Error('away');
    asked.push(params ?? '');
    return store.query(question);
  };
  const clickhouse = new Proxy(store, {
    get(target, name) {
      const own: unknown = name === 'query' ? query : Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
  const ctx = {
    ...serin.ctx,
    clickhouse,
    projectId: serin.projectId,
    environment: serin.production,
  };
  const asking = {
    ctx,
    insights: { gate: { run: (task: () => unknown) => task() } },
    settings: { timezone: 'UTC', weekStartDay: 1, testAccountFilters: [] },
    signal: new AbortController().signal,
  } as unknown as Asking;
  await watchOne(asking, await getExperiment(ctx, id), undefined, 1);
  expect(asked.filter((params) => params.includes('$exception'))).toHaveLength(1);
}

/** What is older than five minutes is told at once, and counted anew behind it. */
export async function tellsOldWhileCounting(results: () => Promise<Answer>): Promise<void> {
  const { body: old } = await results();
  expect(old.freshness).toBe('refreshing');
  const told = async () => (await results()).body;
  await expect.poll(async () => (await told()).freshness).toBe('current');
  expect(Date.parse((await told()).as_of)).toBeGreaterThan(Date.parse(old.as_of));
}
