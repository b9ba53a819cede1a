// The people behind a number: the statement that counts them, held to one cell of the answer.
import { fail } from '#kernel/errors';
import type { Buckets } from '../time/buckets.ts';
import { otherLabel } from '../sql/breakdown.ts';
import { funnelPeopleSql, funnelPeriodsSql } from '../funnels/funnel-people-sql.ts';
import { FunnelSource } from '../funnels/funnel-rows-sql.ts';
import type { Funnel } from '../funnels/funnel.ts';
import type { FunnelView, FunnelsQuery } from '../funnels/funnels.ts';
import {
  type Lifecycle,
  type LifecyclePlan,
  type LifecycleQuery,
  lifecyclePeopleSql,
} from '../people-queries/lifecycle.ts';
import { pathEdgesSql } from '../paths/paths-sql.ts';
import type { PathsPlan, PathsQuery } from '../paths/paths.ts';
import type { Period } from '../time/periods.ts';
import { membershipsSql } from '../retention/retention-sql.ts';
import type { Retention, RetentionQuery } from '../retention/retention.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';
import { type StickinessQuery, stickinessPeopleSql } from '../people-queries/stickiness.ts';
import { trendPeopleSql } from '../trends/trend-people-sql.ts';
import type { TrendQuestion } from '../trends/trends-sql.ts';
import type { TrendsQuery } from '../trends/trends.ts';

export type FunnelsActorsQuery = {
  readonly kind: 'FunnelsActorsQuery';
  readonly source: FunnelsQuery;
  /** From 1 on: who reached the step. Below 0: who reached the one before it and no more. */
  readonly funnelStep?: number | undefined;
  /** Of conversion over time: the interval of entry as the answer names it, in place of a step. */
  readonly funnelTrendsEntrancePeriodStart?: string | undefined;
  /** Of that interval: who did not convert. */
  readonly funnelTrendsDropOff?: boolean | undefined;
  readonly funnelStepBreakdown?: string | readonly string[] | undefined;
};

export type InsightActorsQuery = {
  readonly kind: 'InsightActorsQuery';
  readonly source: TrendsQuery | RetentionQuery | StickinessQuery | LifecycleQuery | PathsQuery;
  /** The interval as the answer names it; of stickiness how many, of retention how many later. */
  readonly day?: string | number | undefined;
  /** Of retention: which row, from 0 on. */
  readonly interval?: number | undefined;
  /** Which series, from 0 on. */
  readonly series?: number | undefined;
  /** Which formula, in place of a series. */
  readonly formula?: number | undefined;
  readonly breakdown?: string | readonly string[] | undefined;
  readonly compare?: 'current' | 'previous' | undefined;
  readonly status?: Lifecycle | undefined;
};

export type ActorsSource = FunnelsActorsQuery | InsightActorsQuery;

export type ActorsQuery = {
  readonly kind: 'ActorsQuery';
  readonly source: ActorsSource;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
};

export type Page = { readonly limit: number; readonly offset: number };

/** `[actor, n, how many there are]`; whoever has the most comes first. */
export type ActorRow = readonly [string, number, number];

/** @param people rows `actor, n` */
function pageSql(people: string, { limit, offset }: Page, params: SqlParams): Sql {
  return params.statement(
    `SELECT toString(actor), toFloat64(max(n)) AS most, count() OVER () FROM (${people})
GROUP BY actor ORDER BY most DESC, toString(actor) LIMIT ${params.add('UInt32', limit)} OFFSET ${params.add('UInt32', offset)}`,
  );
}

/** @param shown the labels that the answer tells apart, where people are of the rest */
export function funnelActorsSql(
  funnel: Funnel,
  { funnelStep }: FunnelsActorsQuery,
  label: LabelChoice | undefined,
  page: Page,
  scope: Scope,
): Sql {
  const steps = funnel.steps.length;
  if (
    funnelStep === undefined ||
    funnelStep === 0 ||
    funnelStep === -1 ||
    Math.abs(funnelStep) > steps
  ) {
    const detail = `Give a step from 1 to ${steps}, or from -2 to -${steps} for those who did not reach it.`;
    fail('invalid_input', { detail, attr: 'source.funnelStep' });
  }
  const params = new SqlParams();
  const level = funnelStep > 0 ? `level >= ${funnelStep}` : `level = ${-funnelStep - 1}`;
  const people = funnelPeopleSql(new FunnelSource(funnel, scope, params));
  const conditions = [level, labelSql(label, params)].join(' AND ');
  return pageSql(`SELECT actor, level AS n FROM (${people}) WHERE ${conditions}`, page, params);
}

/** Who entered in an interval, and came through or not. @param view conversion over time */
export function funnelTrendActorsSql(
  funnel: Funnel,
  { buckets, stretch: { from, to } }: FunnelView & { readonly kind: 'trend' },
  { funnelTrendsEntrancePeriodStart: day, funnelTrendsDropOff }: FunnelsActorsQuery,
  label: LabelChoice | undefined,
  page: Page,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const bucket = indexOfDay(buckets, day, 'source.funnelTrendsEntrancePeriodStart');
  const people = funnelPeriodsSql(new FunnelSource(funnel, scope, params), buckets);
  const reached =
    funnelTrendsDropOff === true ? `furthest >= ${from} AND furthest < ${to}` : `furthest >= ${to}`;
  const conditions = [`bucket = ${bucket}`, reached, labelSql(label, params)].join(' AND ');
  return pageSql(`SELECT actor, furthest AS n FROM (${people}) WHERE ${conditions}`, page, params);
}

/** A label, or everything beyond those that are shown. */
export type LabelChoice =
  | { readonly kind: 'one'; readonly label: string }
  | { readonly kind: 'rest'; readonly shown: readonly string[] };

function labelSql(choice: LabelChoice | undefined, params: SqlParams): string {
  if (!choice) return '1';
  if (choice.kind === 'one') return `label = ${params.string(choice.label)}`;
  return `label NOT IN ${params.strings(choice.shown)}`;
}

/** True when the label stands for the rest. */
export function isOther(breakdown: Funnel['breakdown'], label: string): boolean {
  return breakdown !== undefined && label === otherLabel(breakdown);
}

export function lifecycleActorsSql(
  plan: LifecyclePlan,
  { day, status }: InsightActorsQuery,
  page: Page,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const bucket = indexOfDay(plan.buckets, day, 'source.day');
  const is = status === undefined ? '1' : `status = ${params.string(status)}`;
  const people = lifecyclePeopleSql(plan, scope, params);
  return pageSql(
    `SELECT actor, 1 AS n FROM (${people}) WHERE bucket = ${bucket} AND ${is}`,
    page,
    params,
  );
}

export function stickinessActorsSql(
  query: StickinessQuery,
  { day, series = 0 }: InsightActorsQuery,
  period: Period,
  page: Page,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const k = Number(day);
  if (!Number.isInteger(k) || k < 1 || k > period.buckets.count) {
    const detail = `Say in how many intervals, from 1 to ${period.buckets.count}.`;
    fail('invalid_input', { detail, attr: 'source.day' });
  }
  if (series >= query.series.length) {
    fail('invalid_input', { detail: 'There is no such series.', attr: 'source.series' });
  }
  const sign = query.stickinessFilter?.computedAs === 'cumulative' ? '>=' : '=';
  const people = stickinessPeopleSql(query, series, period, scope, params);
  return pageSql(`SELECT actor, k AS n FROM (${people}) WHERE k ${sign} ${k}`, page, params);
}

export function retentionActorsSql(
  retention: Retention,
  { interval = 0, day = 0 }: InsightActorsQuery,
  label: LabelChoice | undefined,
  page: Page,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const k = Number(day);
  if (interval >= retention.buckets.count) {
    fail('invalid_input', { detail: 'There is no such row.', attr: 'source.interval' });
  }
  if (!Number.isInteger(k) || k < 0 || k >= retention.intervals) {
    const detail = `Say how many intervals later, from 0 to ${retention.intervals - 1}.`;
    fail('invalid_input', { detail, attr: 'source.day' });
  }
  const isBack = retention.isCumulative ? `arrayExists(x -> x >= ${k}, ks)` : `has(ks, ${k})`;
  const conditions = [`c = ${interval}`, labelSql(label, params), k === 0 ? '1' : isBack];
  const people = membershipsSql(retention, scope, params);
  return pageSql(
    `SELECT actor, length(ks) AS n FROM (${people}) WHERE ${conditions.join(' AND ')}`,
    page,
    params,
  );
}

/** Who takes the edges from a stop, to a stop, or both. */
export function pathActorsSql(plan: PathsPlan, page: Page, scope: Scope): Sql {
  const params = new SqlParams();
  const { pathStartKey, pathEndKey, pathDropoffKey } = plan.query.pathsFilter;
  const conditions = [
    ...(pathStartKey === undefined ? [] : [`source = ${params.string(pathStartKey)}`]),
    ...(pathEndKey === undefined ? [] : [`target = ${params.string(pathEndKey)}`]),
    ...(pathDropoffKey === undefined
      ? []
      : [`target = '' AND source = ${params.string(pathDropoffKey)}`]),
  ];
  if (conditions.length === 0) {
    const detail = 'Say which stop the edge leaves, or leads to.';
    fail('required', { detail, attr: 'source.source.pathsFilter.pathStartKey' });
  }
  const edges = pathEdgesSql(plan, scope, params);
  if (pathDropoffKey === undefined) conditions.push(`target != ''`);
  const people = `SELECT actor, count() AS n FROM (${edges}) WHERE ${conditions.join(' AND ')} GROUP BY actor`;
  return pageSql(people, page, params);
}

/**
 * Of a total everybody in the range; else of one interval.
 * @param questions one, or those that a formula names: whoever is behind any of them
 */
export function trendActorsSql(
  questions: readonly TrendQuestion[],
  { day }: InsightActorsQuery,
  label: LabelChoice | undefined,
  page: Page,
  scope: Scope,
): Sql {
  const params = new SqlParams();
  const each = questions.map((question) => {
    const bucket = question.buckets && indexOfDay(question.buckets, day, 'source.day');
    const people = trendPeopleSql(question, bucket, scope, params);
    return `SELECT actor, n FROM (${people}) WHERE ${labelSql(label, params)}`;
  });
  const all = `SELECT actor, sum(n) AS n FROM (${each.join('\nUNION ALL ')}) GROUP BY actor`;
  return pageSql(all, page, params);
}

/** Which interval is meant. @throws invalid_input when the answer has no such day */
function indexOfDay({ days }: Buckets, day: string | number | undefined, attr: string): number {
  const wanted = String(day ?? '')
    .replace('T', ' ')
    .replace(/(?: 00:00:00)?Z?$/, '');
  const index = days.findIndex((name) => name.replace(/ 00:00:00$/, '') === wanted);
  if (index >= 0) return index;
  return fail('invalid_input', {
    detail: `Give one of the days of the answer, such as ${days[0]}.`,
    attr,
  });
}
