// What each kind of metric makes of one person's events (`m`, with `at`, `is0`, `v0`, …) since the first exposure
// (`x.t0`), and of the people of a variant: the parts that metric-sql.ts puts together.
import type { SqlParams } from '#insights/event-sql';
import type {
  FunnelMetric,
  MeanMetric,
  MetricSource,
  QuantileMetric,
  RatioMetric,
  RetentionMetric,
} from './metric.ts';
import { spanMs } from './unit-values.ts';

/** Moments in milliseconds, as SQL. */
type Moments = { readonly until: string; readonly asOf: string; readonly end: string };

export type MetricSql = {
  /** Aggregates over one person's events. */
  perUnit(moments: Moments): string;
  /** Further common table expressions over `member`, each begun with a comma. */
  more(about: { readonly asOf: string; readonly isMatured: boolean }): string;
  /** Aggregates over people. */
  readonly statistics: string;
  readonly from: string;
};

const DAY_MS = 86_400_000;
const sums = (name: string) => `sum(${name}), sum(${name} * ${name})`;
const NOTHING = () => '';

/** A source's value of one person over the events that meet `when`; 0 without any. */
function valueSql({ math = 'total' }: MetricSource, i: number, when: string, zone: string): string {
  const counts = `m.is${i} AND ${when}`;
  switch (math) {
    case 'total':
      return `toFloat64(countIf(${counts}))`;
    case 'dau':
      return `toFloat64(uniqExactIf(toDate(fromUnixTimestamp64Milli(m.at, ${zone}), ${zone}), ${counts}))`;
    case 'unique_session':
      return `toFloat64(uniqExactIf(m.session, ${counts} AND m.session != ''))`;
    default:
      return `ifNull(${math}If(m.v${i}, ${counts}), 0)`;
  }
}

const since = (until: string) => `m.at >= x.t0 AND m.at < ${until}`;

export function meanSql(metric: MeanMetric, params: SqlParams, zone: string): MetricSql {
  const { source, threshold, cuped } = metric;
  const { lower_bound_percentile: low, upper_bound_percentile: high } = metric;
  const isBounded = low !== undefined || high !== undefined;
  const least = threshold === undefined ? undefined : params.float(threshold);
  const lookback = cuped?.enabled ? params.int(cuped.lookback_days * DAY_MS) : undefined;
  const others = metric.ignore_zeros === true ? 'If' : '';
  const level = (share: number) => params.float(share);
  // Without a bound the extreme value itself is one. Both are of all variants together.
  const lower = low === undefined ? 'min(y)' : `quantileExact(${level(low)})(y)`;
  const argument = others === '' ? 'y' : 'y, y != 0';
  const upper =
    high === undefined
      ? `max${others}(${argument})`
      : `quantileExact${others}(${level(high)})(${argument})`;
  return {
    perUnit: ({ until }) => {
      const value = valueSql(source, 0, since(until), zone);
      const own = least === undefined ? value : `toFloat64(${value} >= ${least})`;
      const before = `m.at >= x.t0 - ${lookback} AND m.at < x.t0`;
      return lookback === undefined
        ? `${own} AS y`
        : `${own} AS y, ${valueSql(source, 0, before, zone)} AS pre`;
    },
    more: () =>
      isBounded
        ? `,
bound AS (SELECT ${lower} AS lower, ifNotFinite(${upper}, 0) AS upper FROM member),
drawn AS (SELECT * REPLACE (least(greatest((SELECT lower FROM bound), y), (SELECT upper FROM bound)) AS y) FROM member)`
        : '',
    statistics: [
      'count()',
      sums('y'),
      ...(lookback === undefined ? [] : [sums('pre'), 'sum(y * pre)']),
      ...(isBounded ? ['(SELECT lower FROM bound)', '(SELECT upper FROM bound)'] : []),
    ].join(', '),
    from: isBounded ? 'drawn' : 'member',
  };
}

export function ratioSql(metric: RatioMetric, _params: SqlParams, zone: string): MetricSql {
  return {
    perUnit: ({ until }) =>
      `${valueSql(metric.numerator, 0, since(until), zone)} AS y,
  ${valueSql(metric.denominator, 1, since(until), zone)} AS d`,
    more: NOTHING,
    statistics: `count(), ${sums('y')}, ${sums('d')}, sum(y * d)`,
    from: 'member',
  };
}

/** Earliest matches in order; no event serves two steps, and equal times are in any order. */
export function funnelSql({ series, funnel_order_type: order }: FunnelMetric): MetricSql {
  const isOrdered = order === 'ordered';
  const row = ['m.at', 'm.uuid', ...series.map((_, i) => `m.is${i}`)].join(', ');
  // arrayFirstIndex gives 0 for none: the index in `es` of the event that each step takes.
  const taken = series.map((_, i) => {
    const used = series.slice(0, i).map((_unused, j) => ` AND n != s${j}`);
    const after = isOrdered && i > 0 ? ` AND e.1 >= es[s${i - 1}].1` : '';
    const found = `arrayFirstIndex((e, n) -> e.${i + 3}${after}${used.join('')}, es, arrayEnumerate(es))`;
    return `${isOrdered && i > 0 ? `if(s${i - 1} = 0, 0, ${found})` : found} AS s${i}`;
  });
  const reached = series.map((_, i) => `(s${i} > 0)`).join(' + ');
  const last = series.length;
  return {
    perUnit: ({ until }) => `arraySort(groupArrayIf((${row}), ${since(until)})) AS es`,
    more: () => {
      const steps = taken.reduce(
        (inner, step) => `SELECT *, ${step} FROM (${inner})`,
        'SELECT * FROM member',
      );
      return `,\nwalk AS (SELECT variant, level, ${reached} AS reached FROM (${steps}))`;
    },
    statistics: [
      'count()',
      `countIf(reached >= ${last})`,
      `countIf(reached >= ${last})`,
      `[${series.map((_, i) => `countIf(reached > ${i})`).join(', ')}]`,
    ].join(', '),
    from: 'walk',
  };
}

/** Whether people who started came back in time; the others take no part. */
export function retentionSql(metric: RetentionMetric, params: SqlParams, zone: string): MetricSql {
  const { retention_window_start: from, retention_window_end: to } = metric;
  const unit = metric.retention_window_unit;
  const first = params.int(from);
  const last = params.int(to);
  const length = params.int(spanMs({ value: 1, unit }));
  const ready = params.int(spanMs({ value: to, unit }));
  const day = (at: string) => `toDate(fromUnixTimestamp64Milli(${at}, ${zone}), ${zone})`;
  const passed = {
    day: `dateDiff('day', ${day('begun.1')}, ${day('c.1')})`,
    hour: `intDiv(c.1, ${length}) - intDiv(begun.1, ${length})`,
  }[unit as string];
  const elapsed = passed ?? `intDiv(c.1 - begun.1, ${length})`;
  const isBack = `c.2 != begun.2 AND c.1 >= begun.1 AND ${elapsed} BETWEEN ${first} AND ${last}`;
  const pick = metric.start_handling === 'first_seen' ? 'minIf' : 'maxIf';
  return {
    perUnit: ({ asOf, end }) => {
      const isStart = `m.is0 AND ${since(end)}`;
      return `countIf(${isStart}) AS starts, ${pick}((m.at, m.uuid), ${isStart}) AS begun,
  groupArrayIf((m.at, m.uuid), m.is1 AND m.at >= x.t0 AND m.at < ${asOf}) AS completions`;
    },
    more: ({ asOf, isMatured }) => {
      const isReady = isMatured ? ` AND begun.1 + ${ready} <= ${asOf}` : '';
      return `,
starter AS (SELECT variant, level, toFloat64(arrayExists(c -> ${isBack}, completions)) AS y
  FROM member WHERE starts > 0${isReady})`;
    },
    statistics: `count(), ${sums('y')}`,
    from: 'starter',
  };
}

/** Standard normal quantile at 0.975: the ranks that bound a quantile at 95 %. */
const Z_95 = '1.9599639845400538';

/** A quantile with the order statistics around it; of events also how they cluster by person. */
export function quantileSql(metric: QuantileMetric, params: SqlParams, zone: string): MetricSql {
  const nu = params.float(metric.quantile);
  const isOfEvents = metric.quantile_level === 'event';
  const reach = `${Z_95} * sqrt(${nu} * (1 - ${nu}) / n)`;
  const at = (share: string) => `sorted[1 + least(n - 1, toInt64(floor((${share}) * n)))]`;
  const values = isOfEvents ? 'groupArrayArray(vs)' : 'groupArray(y)';
  return {
    perUnit: ({ until }) =>
      isOfEvents
        ? `groupArrayIf(assumeNotNull(m.v0), m.is0 AND m.v0 IS NOT NULL AND ${since(until)}) AS vs`
        : `${valueSql(metric.source, 0, since(until), zone)} AS y`,
    more: () => `,
arm AS (SELECT arm_variant, toInt64(length(sorted)) AS n, ${at(nu)} AS estimate,
    ${at(`greatest(0, ${nu} - ${reach})`)} AS low, ${at(`least(1, ${nu} + ${reach})`)} AS high
  FROM (SELECT variant AS arm_variant, arraySort(${values}) AS sorted FROM member GROUP BY variant))${
    isOfEvents
      ? `,
cluster AS (SELECT variant, level, n, estimate, low, high, toFloat64(length(vs)) AS events,
    toFloat64(arrayCount(v -> v <= estimate, vs)) AS below
  FROM member INNER JOIN arm ON arm_variant = variant WHERE notEmpty(vs))`
      : ''
  }`,
    statistics: isOfEvents
      ? `any(n), any(estimate), any(low), any(high), count(), ${sums('below')}, ${sums('events')}, sum(below * events)`
      : 'any(n), any(estimate), any(low), any(high)',
    from: isOfEvents ? 'cluster' : '(SELECT * FROM member INNER JOIN arm ON arm_variant = variant)',
  };
}
