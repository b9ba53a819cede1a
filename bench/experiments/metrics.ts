// Ten metrics, and how somebody who knows the table well would write their sums by hand: variant, people, sum, and what
// else the kind of metric needs.
import type { Metric } from '../../server/src/experiments/metric.ts';

export type Measured = { readonly metric: Metric; readonly byHand: string };

export type World = {
  readonly startMs: number;
  readonly asOfMs: number;
  readonly environmentId: number;
};

const base = { kind: 'ExperimentMetric', goal: 'increase' } as const;
const revenue = { event: 'purchase', math: 'sum', math_property: 'amount' } as const;
const AMOUNT = "toFloat64OrNull(props['amount'])";
const SUMS = 'count(), sum(y), sum(y * y)';

export function measuredOf(world: World): Measured[] {
  return [...plainOnes(world), ...walks(world), ...others(world)];
}

const at = (ms: number) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`;

/** One row a person: variant `v`, and what is made of their events (`e.at`, `e.what`) since they entered (`t0`). */
function unitsSql(world: World, events: readonly string[], values: string): string {
  const { startMs, asOfMs, environmentId } = world;
  const where = `environment_id = ${environmentId} AND timestamp >= ${at(startMs)} AND timestamp < ${at(asOfMs)}`;
  return `SELECT any(v) AS v, ${values} FROM (
      SELECT person_id AS u, any(toString(flag_response)) AS v, min(timestamp) AS t0 FROM events
      WHERE ${where} AND event = '$feature_flag_called' AND flag = 'exp' AND flag_response IN ('control', 'test') GROUP BY u) AS x
    LEFT JOIN (SELECT person_id AS u, timestamp AS at, toString(event) AS what, session_id AS session, ${AMOUNT} AS amount
      FROM events WHERE ${where} AND event IN (${events.map((one) => `'${one}'`).join(', ')})) AS e ON e.u = x.u
    GROUP BY x.u`;
}

const SINCE = "e.what != '' AND e.at >= x.t0";

function plainOnes(world: World): Measured[] {
  const sums = (event: string, value: string) =>
    `SELECT v, ${SUMS} FROM (${unitsSql(world, [event], `${value} AS y`)}) GROUP BY v`;
  const mean = (name: string, source: object, value: string, event = 'purchase'): Measured => ({
    metric: { ...base, uuid: name, name, metric_type: 'mean', source: { event, ...source } },
    byHand: sums(event, value),
  });
  return [
    mean('purchases', {}, `toFloat64(countIf(${SINCE}))`),
    mean('revenue', revenue, `ifNull(sumIf(e.amount, ${SINCE}), 0)`),
    mean('days', { math: 'dau' }, `toFloat64(uniqExactIf(toDate(e.at, 'UTC'), ${SINCE}))`),
    mean('sessions', { math: 'unique_session' }, `toFloat64(uniqExactIf(e.session, ${SINCE}))`),
    mean('pages', {}, `toFloat64(countIf(${SINCE}))`, '$pageview'),
  ];
}

function walks(world: World): Measured[] {
  const funnel = (name: string, events: readonly string[]): Metric => ({
    ...base,
    uuid: name,
    name,
    metric_type: 'funnel',
    series: events.map((event) => ({ event })),
    funnel_order_type: 'ordered',
  });
  const one = (name: string, event: string): Measured => ({
    metric: funnel(name, [event]),
    byHand: `SELECT v, count(), countIf(y > 0) FROM (${unitsSql(world, [event], `countIf(${SINCE}) AS y`)}) GROUP BY v`,
  });
  const first = `minIf(e.at, ${SINCE} AND e.what = 'checkout')`;
  const last = `maxIf(e.at, ${SINCE} AND e.what = 'purchase')`;
  const begun = `countIf(${SINCE} AND e.what = 'checkout') > 0`;
  const ended = `countIf(${SINCE} AND e.what = 'purchase') > 0`;
  return [
    one('conversion', 'purchase'),
    one('errors', '$exception'),
    {
      metric: funnel('two steps', ['checkout', 'purchase']),
      byHand: `SELECT v, count(), countIf(y), countIf(b) FROM (${unitsSql(
        world,
        ['checkout', 'purchase'],
        `${begun} AS b, b AND ${ended} AND ${last} >= ${first} AS y`,
      )}) GROUP BY v`,
    },
  ];
}

function others(world: World): Measured[] {
  const values = `toFloat64(ifNull(sumIf(e.amount, ${SINCE}), 0)) AS y, toFloat64(countIf(${SINCE})) AS d`;
  return [
    {
      metric: {
        ...base,
        uuid: 'ratio',
        name: 'revenue per purchase',
        metric_type: 'ratio',
        numerator: revenue,
        denominator: { event: 'purchase' },
      },
      byHand: `SELECT v, ${SUMS}, sum(d), sum(d * d), sum(y * d) FROM (${unitsSql(world, ['purchase'], values)}) GROUP BY v`,
    },
    {
      metric: {
        ...base,
        uuid: 'capped',
        name: 'revenue, top 1 % drawn in',
        metric_type: 'mean',
        source: revenue,
        upper_bound_percentile: 0.99,
      },
      byHand: `WITH units AS (${unitsSql(world, ['purchase'], `ifNull(sumIf(e.amount, ${SINCE}), 0) AS z`)})
        SELECT v, ${SUMS} FROM (SELECT v, least(z, (SELECT quantileExact(0.99)(z) FROM units)) AS y FROM units) GROUP BY v`,
    },
  ];
}
