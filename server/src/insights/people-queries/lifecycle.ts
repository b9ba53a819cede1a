// Lifecycle: of everybody active in an interval, who is new, back again after a pause, or returning from the
// interval before; and who is dormant, having been active in the interval before only.
import { type Buckets, bucketsOf, intervalSetSql } from '../time/buckets.ts';
import { type Calendar, type Range, addIntervals, resolveRange } from '../time/date-range.ts';
import { EventSource } from '../sql/event-source.ts';
import { narrowingSql, nodeSql } from '../sql/filter-sql.ts';
import type { EventsNode, Interval, Narrowing } from '../question.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';

export const LIFECYCLES = ['new', 'returning', 'resurrecting', 'dormant'] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

export type LifecycleQuery = Narrowing & {
  readonly kind: 'LifecycleQuery';
  /** One series. */
  readonly series: readonly EventsNode[];
  readonly interval?: Interval | undefined;
  readonly lifecycleFilter?:
    | { readonly toggledLifecycles?: readonly Lifecycle[] | undefined }
    | undefined;
};

export type LifecyclePlan = {
  readonly query: LifecycleQuery;
  readonly range: Range;
  readonly buckets: Buckets;
  /** The interval before the range: who was active in it is returning, or dormant. */
  readonly readFromMs: number;
};

export function planLifecycle(
  query: LifecycleQuery,
  calendar: Calendar,
  earliestMs: number | undefined,
): LifecyclePlan {
  const interval = query.interval ?? 'day';
  const range = resolveRange(query.dateRange, calendar, { interval, earliestMs });
  const buckets = bucketsOf(range, interval, calendar);
  const firstMs = buckets.startsMs[0] ?? range.fromMs;
  return { query, range, buckets, readFromMs: addIntervals(firstMs, interval, -1, calendar) };
}

/**
 * Rows `actor, bucket, status`. Events that asked for no person profile are left out: nobody knows since when
 * their people exist.
 */
export function lifecyclePeopleSql(plan: LifecyclePlan, scope: Scope, params: SqlParams): string {
  const { query, range, buckets, readFromMs } = plan;
  const source = new EventSource(scope, params);
  const { person } = source;
  const node = query.series[0] ?? { event: null };
  const conditions = [
    ...source.within({ fromMs: readFromMs, toMs: range.toMs }),
    nodeSql(node, source, 'series.0'),
    narrowingSql(query, source),
    `e.person_mode != 'propertyless'`,
  ];
  // The interval before the first one is read as well.
  const index = `${buckets.indexSql('e.timestamp', params)} + 1`;
  const active = `SELECT ${person} AS actor, arrayMap(b -> b - 1, ${intervalSetSql(buckets.count + 1, index, '1')}) AS a
FROM ${source.from()}\nWHERE ${conditions.join(' AND ')} GROUP BY actor`;
  const people = `SELECT actor, a, if(c.id = actor, ${buckets.indexSql('c.created_at', params)}, -1000000) AS born
FROM (${active}) AS p ANY LEFT JOIN (
  SELECT id, created_at FROM person FINAL WHERE environment_id = ${source.environment}
) AS c ON c.id = p.actor`;
  // Next to each interval stand the ones before and after it in which the person was active.
  const statuses = `arrayConcat(
  arrayMap((x, y) -> (x, multiIf(x = born, 'new', y = x - 1, 'returning', 'resurrecting')),
    a, arrayPushFront(arrayPopBack(a), -1000000)),
  arrayMap(x -> (x + 1, 'dormant'),
    arrayFilter((x, y) -> y != x + 1, a, arrayPushBack(arrayPopFront(a), 1000000))))`;
  return `SELECT actor, s.1 AS bucket, s.2 AS status FROM (
  SELECT actor, arrayJoin(${statuses}) AS s FROM (${people}))
WHERE bucket >= 0 AND bucket < ${buckets.count}`;
}

/** Rows `[bucket, status, people]`. */
export function lifecycleSql(plan: LifecyclePlan, scope: Scope): Sql {
  const params = new SqlParams();
  const people = lifecyclePeopleSql(plan, scope, params);
  return params.statement(
    `SELECT bucket, status, count() FROM (${people}) GROUP BY bucket, status`,
  );
}

export type LifecycleResult = {
  readonly action: object;
  readonly status: Lifecycle;
  readonly label: string;
  readonly count: number;
  /** Below 0 for those who are dormant. */
  readonly data: readonly number[];
  readonly days: readonly string[];
  readonly labels: readonly string[];
};

export function lifecycleResults(
  { query, buckets }: LifecyclePlan,
  rows: readonly (readonly [number, Lifecycle, number])[],
): LifecycleResult[] {
  const node = query.series[0] ?? { event: null };
  const name = node.name ?? node.event ?? 'All events';
  const people = new Map(rows.map(([bucket, status, n]) => [`${status} ${bucket}`, n]));
  return (query.lifecycleFilter?.toggledLifecycles ?? LIFECYCLES).map((status) => {
    const data = buckets.days.map((_, i) => {
      const n = people.get(`${status} ${i}`) ?? 0;
      return status === 'dormant' && n > 0 ? -n : n;
    });
    return {
      action: { id: node.event, type: 'events', order: 0, name },
      status,
      label: `${node.custom_name ?? name} - ${status}`,
      count: data.reduce((a, b) => a + b, 0),
      data,
      days: buckets.days,
      labels: buckets.labels,
    };
  });
}
