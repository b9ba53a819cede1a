// What the event store answers about a metric, read into sums per variant: what every result is computed from,
// and what is kept from day to day.
import { type Sql, type Scope } from '#insights/event-sql';
import type { Metric } from './metric.ts';
import { type MetricQuestion, metricSql } from './metric-sql.ts';

/** Under this the people who were exposed are kept, beside the metrics by their ids. */
export const EXPOSURES = '$exposures';

/** One variant's people. Which fields there are depends on the kind of metric. */
export type ArmStatistics = {
  /** People; of a quantile its values. */
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
  /** Of a ratio. */
  readonly denSum?: number;
  readonly denSumSquares?: number;
  /** Before the exposure. */
  readonly preSum?: number;
  readonly preSumSquares?: number;
  /** With the denominator, or with what was before the exposure. */
  readonly sumProducts?: number;
  /** Of a ratio before the exposure. */
  readonly preDenSum?: number;
  readonly preDenSumSquares?: number;
  /** Of a ratio with what was before: {@link RATIO_PRODUCTS}. */
  readonly preProducts?: readonly number[];
  /** People with anything at all before the exposure. */
  readonly preAny?: number;
  /** People who reached each step of a funnel. */
  readonly stepCounts?: readonly number[];
  /** Where the shares of the variants were changed: the people of each time between, in order. */
  readonly epochs?: readonly ArmStatistics[];
  readonly quantile?: {
    readonly estimate: number;
    readonly lower: number;
    readonly upper: number;
    /** People with events, and how many of theirs lie at or below it; of a quantile of events. */
    readonly clusters?: number;
  };
};

export const NO_ONE: ArmStatistics = { n: 0, sum: 0, sumSquares: 0 };

/** Which sums of products of a ratio are kept, in order. */
export const RATIO_PRODUCTS = [
  'numPostNumPre',
  'denPostDenPre',
  'numPreDenPre',
  'numPostDenPre',
  'numPreDenPost',
] as const;

type ArmsByVariant = Readonly<Record<string, ArmStatistics>>;

export type MetricStatistics = {
  readonly variants: ArmsByVariant;
  /** To which values were drawn in. */
  readonly bounds?: { readonly lower: number; readonly upper: number };
  /** By the properties of the first exposure, the largest first. */
  readonly breakdown?: readonly {
    readonly values: readonly string[];
    readonly variants: ArmsByVariant;
  }[];
};

/** A row of {@link metricSql}. */
type StatisticsRow = readonly [
  variant: string,
  level: readonly string[],
  epoch: number,
  ...(number | readonly number[])[],
];

/** @throws what the event store does when it does not answer */
export async function askStatistics(
  question: MetricQuestion,
  scope: Scope,
  ask: <Row>(sql: Sql) => Promise<Row[]>,
): Promise<MetricStatistics> {
  const rows = await ask<StatisticsRow>(metricSql(question, scope));
  return readStatistics(question.metric, rows);
}

function readStatistics(metric: Metric, rows: readonly StatisticsRow[]): MetricStatistics {
  const read = rows.map(([variant, values, epoch, ...columns]) => ({
    variant,
    values,
    epoch,
    arm: readArm(metric, columns),
  }));
  const byLevel = Map.groupBy(read, ({ values }) => JSON.stringify(values));
  const levels = [...byLevel.values()].map((entries) => ({
    values: entries[0]?.values ?? [],
    variants: armsOf(entries),
  }));
  const bounds = boundsOf(metric, rows[0]);
  return {
    variants: armsOf(read),
    ...(bounds ? { bounds } : {}),
    ...(metric.breakdownFilter ? { breakdown: levels.toSorted(bySize) } : {}),
  };
}

type Entry = { readonly variant: string; readonly epoch: number; readonly arm: ArmStatistics };

/** Of each variant all people together, and by epoch where there are several. */
function armsOf(entries: readonly Entry[]): ArmsByVariant {
  const last = Math.max(0, ...entries.map(({ epoch }) => epoch));
  const byVariant = Map.groupBy(entries, ({ variant }) => variant);
  return Object.fromEntries(
    [...byVariant].map(([variant, own]) => {
      const epochs = Array.from({ length: last + 1 }, (_, i) =>
        together(own.filter(({ epoch }) => epoch === i)),
      );
      return [variant, last === 0 ? together(own) : { ...together(own), epochs }];
    }),
  );
}

const together = (entries: readonly Entry[]): ArmStatistics =>
  entries.map(({ arm }) => arm).reduce(addArms, NO_ONE);

type Level = NonNullable<MetricStatistics['breakdown']>[number];
const peopleOf = ({ variants }: Level): number =>
  Object.values(variants).reduce((sum, { n }) => sum + n, 0);
const bySize = (a: Level, b: Level): number =>
  peopleOf(b) - peopleOf(a) || (JSON.stringify(a.values) < JSON.stringify(b.values) ? -1 : 1);

function boundsOf(metric: Metric, row: StatisticsRow | undefined): MetricStatistics['bounds'] {
  if (metric.metric_type !== 'mean' || !row) return undefined;
  const { lower_bound_percentile: low, upper_bound_percentile: high } = metric;
  if (low === undefined && high === undefined) return undefined;
  const [lower = 0, upper = 0] = row.slice(-2) as number[];
  return { lower, upper };
}

/** What the columns of a row hold after the people, by the kind of metric. */
function fieldsOf(metric: Metric): readonly string[] {
  const own = ['sum', 'sumSquares'];
  const before = ['preSum', 'preSumSquares'];
  switch (metric.metric_type) {
    case 'mean':
      return metric.cuped?.enabled ? [...own, ...before, 'sumProducts', 'preAny'] : own;
    case 'ratio': {
      const ratio = [...own, 'denSum', 'denSumSquares', 'sumProducts'];
      if (!metric.cuped?.enabled) return ratio;
      return [...ratio, ...before, 'preDenSum', 'preDenSumSquares', 'preProducts', 'preAny'];
    }
    case 'funnel': {
      const funnel = [...own, 'stepCounts'];
      return metric.cuped?.enabled ? [...funnel, ...before, 'sumProducts', 'preAny'] : funnel;
    }
    case 'retention':
      return own;
    case 'quantile': {
      const ranks = ['estimate', 'lower', 'upper'];
      if (metric.quantile_level === 'unit') return ranks;
      return [...ranks, 'clusters', ...own, 'denSum', 'denSumSquares', 'sumProducts'];
    }
  }
}

const RANKS: readonly string[] = ['estimate', 'lower', 'upper', 'clusters'];

function readArm(metric: Metric, columns: readonly (number | readonly number[])[]): ArmStatistics {
  const [n, ...values] = columns;
  const named = fieldsOf(metric).map((field, i) => [field, values[i]] as const);
  const ranks = named.filter(([field]) => RANKS.includes(field));
  const sums = named.filter(([field]) => !RANKS.includes(field));
  return {
    n: n as number,
    sum: 0,
    sumSquares: 0,
    ...Object.fromEntries(sums),
    ...(ranks.length > 0 ? { quantile: Object.fromEntries(ranks) } : {}),
  } as ArmStatistics;
}

/** People of two levels or epochs together. */
function addArms(one: ArmStatistics, other: ArmStatistics): ArmStatistics {
  if (one === NO_ONE) return other;
  const added = Object.entries(other).map(([field, value]) => {
    const before = one[field as keyof ArmStatistics];
    if (typeof value === 'number') return [field, (before as number) + value];
    if (Array.isArray(value))
      return [field, (value as number[]).map((own, i) => own + ((before as number[])[i] ?? 0))];
    return [field, quantileBetween(one, other)];
  });
  return Object.fromEntries(added) as ArmStatistics;
}

/** To be shown only, between those of both: a quantile of all is not known from those of parts. */
function quantileBetween(one: ArmStatistics, other: ArmStatistics): ArmStatistics['quantile'] {
  const [a, b] = [one.quantile, other.quantile];
  if (!a || !b) return a ?? b;
  const mean = (x: number, y: number) => (x * one.n + y * other.n) / Math.max(1, one.n + other.n);
  return {
    estimate: mean(a.estimate, b.estimate),
    lower: mean(a.lower, b.lower),
    upper: mean(a.upper, b.upper),
    ...(a.clusters === undefined ? {} : { clusters: a.clusters + (b.clusters ?? 0) }),
  };
}
