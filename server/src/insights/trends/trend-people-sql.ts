// The people behind a point of a trend as SQL: rows `actor, label, n`, of the same events that the point counts.
import { breakdownSql } from '../sql/breakdown.ts';
import type { Range } from '../time/date-range.ts';
import { EventSource } from '../sql/event-source.ts';
import { nameSql, narrowingSql, nodeSql } from '../sql/filter-sql.ts';
import type { Scope } from '../scope.ts';
import type { SqlParams } from '../sql/sql.ts';
import type { TrendQuestion } from './trends-sql.ts';
import { timeZone } from '../time/zone.ts';

/** @param bucket the interval that is meant; undefined: the whole range */
export function trendPeopleSql(
  question: TrendQuestion,
  bucket: number | undefined,
  scope: Scope,
  params: SqlParams,
): string {
  const { measure, breakdown } = question;
  const source = new EventSource(scope, params);
  const columns = breakdown && breakdownSql(breakdown, source);
  const events: Events = {
    source,
    actor: actorSql(question, source),
    matches: matchesSql(question, source),
    columns: columns?.columns ?? [],
    names: columns?.names ?? [],
    label: columns?.label ?? `''`,
    range: rangeOf(question, bucket, scope),
  };
  return measure.kind === 'first'
    ? firstPeopleSql(events, question, measure.isAmongMatching)
    : matchingPeopleSql(events);
}

/** What is read of events, and who they belong to. */
type Events = {
  readonly source: EventSource;
  readonly actor: ReturnType<typeof actorSql>;
  readonly matches: string;
  readonly columns: readonly string[];
  readonly names: readonly string[];
  readonly label: string;
  readonly range: Range;
};

/** Who is listed, and the condition that it is somebody. */
function actorSql(question: TrendQuestion, source: EventSource) {
  const { measure, groupTypeIndex = 0, actorGroupIndex, attr } = question;
  const isGroup = measure.kind === 'unique' && measure.of === 'group';
  const index = isGroup ? groupTypeIndex : actorGroupIndex;
  if (index === undefined) return { sql: source.person, conditions: [] };
  const sql = source.groupKey(index, `${attr}.math_group_type_index`);
  return { sql, conditions: [`${sql} != ''`] };
}

function matchesSql(
  { node, attr, narrowing, measure }: TrendQuestion,
  source: EventSource,
): string {
  const isSession =
    (measure.kind === 'unique' || measure.kind === 'per') && measure.of === 'session';
  return [
    nodeSql(node, source, attr),
    narrowingSql(narrowing, source),
    ...(isSession ? [`e.session_id != ''`] : []),
  ].join(' AND ');
}

function matchingPeopleSql({ source, actor, matches, columns, label, range }: Events): string {
  const conditions = [...source.within(range), matches, ...actor.conditions];
  const rows = `SELECT ${[`${actor.sql} AS actor`, ...columns].join(', ')}
FROM ${source.from()}\nWHERE ${conditions.join(' AND ')}`;
  return `SELECT actor, ${label} AS label, count() AS n FROM (${rows}) GROUP BY actor, label`;
}

/** Those whose first event lies in the range, with the label that it had. */
function firstPeopleSql(events: Events, { node }: TrendQuestion, isAmongMatching: boolean): string {
  const { source, actor, matches, columns, names, label, range } = events;
  const conditions = [
    ...source.within({ toMs: range.toMs }),
    isAmongMatching ? matches : nameSql(node.event, source),
    ...actor.conditions,
  ];
  const read = [`${actor.sql} AS actor`, 'e.timestamp AS at', `${matches} AS counts`, ...columns];
  const rows = `SELECT ${read.join(', ')}
FROM ${source.from()}\nWHERE ${conditions.join(' AND ')}`;
  // A tuple of one is none: the 0 keeps it one without a breakdown.
  const firsts = `SELECT actor, minIf((at, ${['0', ...names].join(', ')}), counts) AS first
FROM (${rows}) GROUP BY actor HAVING countIf(counts) > 0 AND first.1 = min(at)
  AND first.1 >= fromUnixTimestamp64Milli(${source.params.int(range.fromMs)})`;
  const values = names.map((name, i) => `first.${i + 3} AS ${name}`);
  return `SELECT actor, ${label} AS label, 1 AS n FROM (SELECT ${['actor', ...values].join(', ')} FROM (${firsts}))`;
}

/** The stretch of time whose events a point counts; what is added up counts from the beginning. */
function rangeOf(
  { measure, range, buckets, isCumulative }: TrendQuestion,
  bucket: number | undefined,
  scope: Scope,
): Range {
  const isFromBeginning = bucket === undefined || isCumulative;
  const startMs = isFromBeginning ? range.fromMs : (buckets?.startsMs[bucket] ?? range.fromMs);
  const endMs =
    bucket === undefined
      ? range.toMs
      : (buckets?.startsMs[bucket + 1] ?? buckets?.endMs ?? range.toMs);
  const toMs = Math.min(endMs, range.toMs);
  if (measure.kind !== 'active') return { fromMs: Math.max(startMs, range.fromMs), toMs };
  const zone = timeZone(scope.calendar.timeZone);
  return { fromMs: zone.startOfDay(zone.dayOf(toMs - 1) - measure.days + 1), toMs };
}
