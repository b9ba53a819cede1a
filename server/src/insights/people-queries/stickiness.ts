// Stickiness: in how many intervals of a range people do something, at least once or by a criterion.
import { distinctIntervalsSql } from '../time/buckets.ts';
import type { Calendar } from '../time/date-range.ts';
import { resolveRange } from '../time/date-range.ts';
import { EventSource } from '../sql/event-source.ts';
import { narrowingSql, nodeSql } from '../sql/filter-sql.ts';
import { type CompareFilter, type Period, comparedAs, periodsOf } from '../time/periods.ts';
import type { EventsNode, Interval, Narrowing } from '../question.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

type StickinessSeries = EventsNode & {
  readonly math?: 'total' | 'dau' | 'unique_group' | undefined;
  readonly math_group_type_index?: number | undefined;
};

export const CRITERIA = { gte: '>=', lte: '<=', exact: '=' } as const;

export type StickinessQuery = Narrowing & {
  readonly kind: 'StickinessQuery';
  readonly series: readonly StickinessSeries[];
  readonly interval?: Interval | undefined;
  readonly compareFilter?: CompareFilter | undefined;
  readonly stickinessFilter?:
    | {
        /** How often in an interval, for it to count. */
        readonly stickinessCriteria?:
          | { readonly operator: keyof typeof CRITERIA; readonly value: number }
          | undefined;
        /** Cumulative: in so many intervals or more. */
        readonly computedAs?: 'non_cumulative' | 'cumulative' | undefined;
      }
    | undefined;
  readonly aggregation_group_type_index?: number | undefined;
};

/** The range, and the one before it. */
export function stickinessPeriods(
  query: StickinessQuery,
  calendar: Calendar,
  earliestMs: number | undefined,
): readonly [Period, ...Period[]] {
  const interval = query.interval ?? 'day';
  const range = resolveRange(query.dateRange, calendar, { interval, earliestMs });
  return periodsOf(range, interval, query.compareFilter, calendar);
}

/** Rows `actor, k`: in how many intervals of the period somebody did it. */
export function stickinessPeopleSql(
  query: StickinessQuery,
  index: number,
  { range, buckets }: Period,
  scope: Scope,
  params: SqlParams,
): string {
  const source = new EventSource(scope, params);
  const series = query.series[index] ?? { event: null };
  const groupIndex =
    series.math === 'unique_group'
      ? (series.math_group_type_index ?? 0)
      : query.aggregation_group_type_index;
  const actor =
    groupIndex === undefined
      ? source.person
      : source.groupKey(groupIndex, `series.${index}.math_group_type_index`);
  const conditions = [
    ...source.within(range),
    nodeSql(series, source, `series.${index}`),
    narrowingSql(query, source),
    ...(groupIndex === undefined ? [] : [`${actor} != ''`]),
  ];
  const bucket = buckets.indexSql('e.timestamp', params);
  const where = `FROM ${source.from()}\nWHERE ${conditions.join(' AND ')}`;
  const criteria = query.stickinessFilter?.stickinessCriteria;
  if (!criteria) {
    return `SELECT ${actor} AS actor, ${distinctIntervalsSql(buckets.count, bucket)} AS k\n${where} GROUP BY actor`;
  }
  const often = `count() ${CRITERIA[criteria.operator]} ${params.add('UInt32', criteria.value)}`;
  const intervals = `SELECT ${actor} AS actor, ${bucket} AS bucket\n${where} GROUP BY actor, bucket HAVING ${often}`;
  return `SELECT actor, count() AS k FROM (${intervals}) GROUP BY actor`;
}

/** Rows `[k, people]`. */
export function stickinessSql(
  query: StickinessQuery,
  index: number,
  period: Period,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const people = stickinessPeopleSql(query, index, period, scope, params);
  return params.statement(`SELECT k, count() FROM (${people}) GROUP BY k`);
}

export type StickinessResult = {
  readonly action: object;
  readonly label: string;
  readonly count: number;
  /** People by number of intervals, from 1 on. */
  readonly data: readonly number[];
  readonly days: readonly number[];
  readonly labels: readonly string[];
  readonly compare?: true;
  readonly compare_label?: Period['label'];
};

export function stickinessResult(
  query: StickinessQuery,
  index: number,
  periods: readonly Period[],
  period: Period,
  rows: readonly (readonly [number, number])[],
): StickinessResult {
  const series = query.series[index] ?? { event: null };
  const people = new Map(rows);
  const interval = query.interval ?? 'day';
  const days = period.buckets.days.map((_, i) => i + 1);
  const exactly = days.map((k) => people.get(k) ?? 0);
  const data =
    query.stickinessFilter?.computedAs === 'cumulative'
      ? exactly.map((_, i) => sum(exactly.slice(i)))
      : exactly;
  return {
    action: {
      id: series.event,
      type: 'events',
      order: index,
      name: series.name ?? series.event ?? 'All events',
      custom_name: series.custom_name ?? null,
    },
    label: series.custom_name ?? series.name ?? series.event ?? 'All events',
    count: sum(data),
    data,
    days,
    labels: days.map((k) => `${k} ${interval}${k === 1 ? '' : 's'}`),
    ...comparedAs(periods, period),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
