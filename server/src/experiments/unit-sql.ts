// What each kind of metric makes of one person's events (`m`, with `at`, `is0`, `v0`, …) since the first exposure
// (`x.t0`), and of the people of a variant: the parts that metric-sql.ts puts together.
import type { SqlParams } from '#insights/event-sql';
import type {
  FunnelMetric,
  MeanMetric,
  Metric,
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

/** The time before the exposure that the adjustment goes by; undefined: there is none. */
function beforeSql({ cuped }: Metric, params: SqlParams): string | undefined {
  if (!cuped?.enabled) return undefined;
  return `m.at >= x.e0 - ${params.int(cuped.lookback_days * DAY_MS)} AND m.at < x.e0`;
}

export function meanSql(metric: MeanMetric, params: SqlParams, zone: string): MetricSql {
  const { source, threshold } = metric;
  const { lower_bound_percentile: low, upper_bound_percentile: high } = metric;
  const isBounded = low !== undefined || high !== undefined;
  const least = threshold === undefined ? undefined : params.float(threshold);
  const before = beforeSql(metric, params);
  const others = metric.ignore_zeros === true ? 'If' : '';
  const [lowest, highest] = [low, high].map((one) => one !== undefined && params.float(one));
  // Without a bound the extreme value itself is one. Both are of all variants together.
  const boundsSql = (y: string, prefix: string) => {
    const argument = others === '' ? y : `${y}, ${y} != 0`;
    const lower = lowest ? `quantileExact(${lowest})(${y})` : `min(${y})`;
    const upper = highest
      ? `quantileExact${others}(${highest})(${argument})`
      : `max${others}(${argument})`;
    return `${lower} AS ${prefix}lower, ifNotFinite(${upper}, 0) AS ${prefix}upper`;
  };
  const drawn = (y: string, prefix: string) =>
    `least(greatest((SELECT ${prefix}lower FROM bound), ${y}), (SELECT ${prefix}upper FROM bound)) AS ${y}`;
  // What was done before is drawn in to bounds of its own.
  const bounded = [['y', ''] as const, ...(before ? [['pre', 'pre_'] as const] : [])];
  return {
    perUnit: ({ until }) => {
      const value = valueSql(source, 0, since(until), zone);
      const own = least === undefined ? value : `toFloat64(${value} >= ${least})`;
      return before === undefined
        ? `${own} AS y`
        : `${own} AS y, ${valueSql(source, 0, before, zone)} AS pre`;
    },
    more: () =>
      isBounded
        ? `,
bound AS (SELECT ${bounded.map(([y, prefix]) => boundsSql(y, prefix)).join(', ')} FROM member),
drawn AS (SELECT * REPLACE (${bounded.map(([y, prefix]) => drawn(y, prefix)).join(', ')}) FROM member)`
        : '',
    statistics: [
      'count()',
      sums('y'),
      ...(before === undefined ? [] : [sums('pre'), 'sum(y * pre)', 'countIf(pre != 0)']),
      ...(isBounded ? ['(SELECT lower FROM bound)', '(SELECT upper FROM bound)'] : []),
    ].join(', '),
    from: isBounded ? 'drawn' : 'member',
  };
}

export function ratioSql(metric: RatioMetric, params: SqlParams, zone: string): MetricSql {
  const before = beforeSql(metric, params);
  const both = (when: string, [above, below]: readonly [string, string]) =>
    `${valueSql(metric.numerator, 0, when, zone)} AS ${above},
  ${valueSql(metric.denominator, 1, when, zone)} AS ${below}`;
  const own = `count(), ${sums('y')}, ${sums('d')}, sum(y * d)`;
  // In the order of `RATIO_PRODUCTS`.
  const products = '[sum(y * py), sum(d * pd), sum(py * pd), sum(y * pd), sum(py * d)]';
  return {
    perUnit: ({ until }) =>
      [both(since(until), ['y', 'd']), ...(before ? [both(before, ['py', 'pd'])] : [])].join(
        ',\n  ',
      ),
    more: NOTHING,
    statistics: before
      ? `${own}, ${sums('py')}, ${sums('pd')}, ${products}, countIf(py != 0 OR pd != 0)`
      : own,
    from: 'member',
  };
}

/** Earliest matches in order; no event serves two steps, and equal times are in any order. */
export function funnelSql(metric: FunnelMetric, params: SqlParams): MetricSql {
  const { series } = metric;
  const before = beforeSql(metric, params);
  const row = ['m.at', 'm.uuid', ...series.map((_, i) => `m.is${i}`)].join(', ');
  const walked = [...walkSql(metric, ''), ...(before ? walkSql(metric, 'p') : [])];
  const reached = (prefix: string) => series.map((_, i) => `(${prefix}s${i} > 0)`).join(' + ');
  const last = series.length;
  return {
    perUnit: ({ until }) =>
      [
        `arraySort(groupArrayIf((${row}), ${since(until)})) AS es`,
        ...(before ? [`arraySort(groupArrayIf((${row}), ${before})) AS pes`] : []),
      ].join(', '),
    more: () => {
      const steps = walked.reduce(
        (inner, step) => `SELECT *, ${step} FROM (${inner})`,
        'SELECT * FROM member',
      );
      const earlier = before ? `, ${reached('p')} AS earlier` : '';
      return `,\nwalk AS (SELECT variant, level, epoch, ${reached('')} AS reached${earlier} FROM (${steps}))`;
    },
    statistics: [
      'count()',
      `countIf(reached >= ${last})`,
      `countIf(reached >= ${last})`,
      `[${series.map((_, i) => `countIf(reached > ${i})`).join(', ')}]`,
      ...(before
        ? [
            `countIf(earlier >= ${last})`,
            `countIf(earlier >= ${last})`,
            `countIf(reached >= ${last} AND earlier >= ${last})`,
            `countIf(earlier >= ${last})`,
          ]
        : []),
    ].join(', '),
    from: 'walk',
  };
}

/** Which of one person's events each step takes. @param prefix of what the events and steps are called */
function walkSql({ series, funnel_order_type: order }: FunnelMetric, prefix: string): string[] {
  const isOrdered = order === 'ordered';
  const [es, s] = [`${prefix}es`, `${prefix}s`];
  // arrayFirstIndex gives 0 for none: the index in `es` of the event that each step takes.
  return series.map((_, i) => {
    const used = series.slice(0, i).map((_unused, j) => ` AND n != ${s}${j}`);
    const after = isOrdered && i > 0 ? ` AND e.1 >= ${es}[${s}${i - 1}].1` : '';
    const found = `arrayFirstIndex((e, n) -> e.${i + 3}${after}${used.join('')}, ${es}, arrayEnumerate(${es}))`;
    return `${isOrdered && i > 0 ? `if(${s}${i - 1} = 0, 0, ${found})` : found} AS ${s}${i}`;
  });
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
starter AS (SELECT variant, level, epoch, toFloat64(arrayExists(c -> ${isBack}, completions)) AS y
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
  const withArm = 'member INNER JOIN arm ON arm_variant = variant AND arm_epoch = epoch';
  const values = isOfEvents ? 'groupArrayArray(vs)' : 'groupArray(y)';
  return {
    perUnit: ({ until }) =>
      isOfEvents
        ? `groupArrayIf(assumeNotNull(m.v0), m.is0 AND m.v0 IS NOT NULL AND ${since(until)}) AS vs`
        : `${valueSql(metric.source, 0, since(until), zone)} AS y`,
    more: () => `,
arm AS (SELECT arm_variant, arm_epoch, toInt64(length(sorted)) AS n, ${at(nu)} AS estimate,
    ${at(`greatest(0, ${nu} - ${reach})`)} AS low, ${at(`least(1, ${nu} + ${reach})`)} AS high
  FROM (SELECT variant AS arm_variant, epoch AS arm_epoch, arraySort(${values}) AS sorted
    FROM member GROUP BY variant, epoch))${
      isOfEvents
        ? `,
cluster AS (SELECT variant, level, epoch, n, estimate, low, high, toFloat64(length(vs)) AS events,
    toFloat64(arrayCount(v -> v <= estimate, vs)) AS below
  FROM ${withArm} WHERE notEmpty(vs))`
        : ''
    }`,
    statistics: isOfEvents
      ? `any(n), any(estimate), any(low), any(high), count(), ${sums('below')}, ${sums('events')}, sum(below * events)`
      : 'any(n), any(estimate), any(low), any(high)',
    from: isOfEvents ? 'cluster' : `(SELECT * FROM ${withArm})`,
  };
}
