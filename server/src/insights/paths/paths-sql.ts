// The edges of people's paths as SQL.
import { fail } from '#kernel/errors';
import { EventSource } from '../sql/event-source.ts';
import { nameSql, narrowingSql } from '../sql/filter-sql.ts';
import {
  DEFAULT_EDGES,
  DEFAULT_STEPS,
  EVENT_TYPES,
  OMITTED,
  type PathsFilter,
  type PathsPlan,
} from './paths.ts';
import type { Scope } from '../scope.ts';
import { type Sql, SqlParams, anyOf } from '../sql/sql.ts';
import { textSql } from '../sql/value-sql.ts';

/** Half an hour. */
const PAUSE_MS = 1_800_000;

/** Rows `[source, target, paths, average time]`, those that most paths take first. */
export function pathsSql(plan: PathsPlan, scope: Scope): Sql {
  const params = new SqlParams();
  const { edgeLimit = DEFAULT_EDGES, minEdgeWeight, maxEdgeWeight } = plan.query.pathsFilter;
  const having = [
    ...(minEdgeWeight === undefined ? [] : [`n >= ${params.add('UInt32', minEdgeWeight)}`]),
    ...(maxEdgeWeight === undefined ? [] : [`n <= ${params.add('UInt32', maxEdgeWeight)}`]),
  ];
  return params.statement(
    `SELECT source, target, count() AS n, avg(ms) FROM (${pathEdgesSql(plan, scope, params)})
WHERE target != '' GROUP BY source, target ${having.length > 0 ? `HAVING ${having.join(' AND ')}` : ''}
ORDER BY n DESC, source, target LIMIT ${params.add('UInt32', edgeLimit)}`,
  );
}

/** Rows `actor, source, target, ms`: every step of every path; the target of its last stop is empty. */
export function pathEdgesSql(plan: PathsPlan, scope: Scope, params: SqlParams): string {
  const stops = `SELECT actor, arraySort(groupArray((at, id, item))) AS a FROM (${stopsSql(plan, scope, params)}) GROUP BY actor`;
  // The first event begins a path in any case.
  const visits = `SELECT actor, arrayJoin(arraySplit((x, before) -> x.1 - before > ${PAUSE_MS}, a,
  arrayPushFront(arrayPopBack(arrayMap(x -> x.1, a)), a[1].1))) AS visit FROM (${stops})`;
  const path = `arrayFilter((x, before) -> x.2 != before, v,
  arrayPushFront(arrayPopBack(arrayMap(x -> x.2, v)), ''))`;
  const cuts = cutsSql(plan.query.pathsFilter, params);
  let paths = `SELECT actor, arrayMap(x -> (x.1, x.3), visit) AS v, ${path} AS p FROM (${visits})`;
  for (const cut of cuts)
    paths = `SELECT actor, ${cut} AS p FROM (SELECT actor, p AS w FROM (${paths}))`;
  // The last stop leads nowhere: an edge without a target.
  const edges = `SELECT actor, arrayJoin(arrayMap((x, y, i) -> (concat(toString(i), '_', x.2), if(i < length(p), concat(toString(i + 1), '_', y.2), ''), y.1 - x.1),
  p, arrayPushBack(arrayPopFront(p), p[-1]), arrayEnumerate(p))) AS edge FROM (${paths}) WHERE notEmpty(p)`;
  return `SELECT actor, edge.1 AS source, edge.2 AS target, edge.3 AS ms FROM (${edges})`;
}

/** What is cut from a path, one expression over `w` after the other: engines plan each by itself. */
function cutsSql(filter: PathsFilter, params: SqlParams): string[] {
  const { startPoint, endPoint, stepLimit = DEFAULT_STEPS } = filter;
  const place = (stop: string) => `indexOf(arrayMap(x -> x.2, w), ${params.string(stop)})`;
  const cuts: string[] = [];
  if (startPoint !== undefined) {
    const at = place(startPoint);
    cuts.push(`arrayFilter((x, i) -> ${at} > 0 AND i >= ${at}, w, arrayEnumerate(w))`);
  }
  if (endPoint === undefined) return [...cuts, `arraySlice(w, 1, ${stepLimit})`];
  cuts.push(`arraySlice(w, 1, ${place(endPoint)})`);
  if (startPoint === undefined) return [...cuts, `arraySlice(w, -${stepLimit})`];
  const head = Math.ceil(stepLimit / 2);
  const shortened = `arrayConcat(arraySlice(w, 1, ${head}), [(w[${head + 1}].1, '${OMITTED}')], arraySlice(w, -${stepLimit - head}))`;
  return [...cuts, `if(length(w) <= ${stepLimit}, w, ${shortened})`];
}

/** Rows `actor, at, id, item`: the events that are stops. */
function stopsSql({ query, range }: PathsPlan, scope: Scope, params: SqlParams): string {
  const source = new EventSource(scope, params);
  const { includeEventTypes, excludeEvents = [] } = query.pathsFilter;
  const groupIndex = query.aggregation_group_type_index;
  const actor =
    groupIndex === undefined
      ? source.person
      : source.groupKey(groupIndex, 'aggregation_group_type_index');
  const types = includeEventTypes?.length ? includeEventTypes : EVENT_TYPES;
  const conditions = [
    ...source.within(range),
    nameSql(null, source),
    `(${anyOf(types.map((type) => (type === 'custom_event' ? `NOT startsWith(e.event, '$')` : `e.event = '${type}'`)))})`,
    narrowingSql(query, source),
    ...(groupIndex === undefined ? [] : [`${actor} != ''`]),
  ];
  const item = itemSql(query.pathsFilter, source);
  const stops = `SELECT ${actor} AS actor, toUnixTimestamp64Milli(e.timestamp) AS at, toUInt128(e.uuid) AS id, ${item} AS s
FROM ${source.from()}\nWHERE ${conditions.join(' AND ')}`;
  const isLeftOut =
    excludeEvents.length > 0 ? ` AND item NOT IN ${params.strings(excludeEvents)}` : '';
  return `SELECT actor, at, id, ${groupedSql(query.pathsFilter, params)} AS item FROM (${stops}) WHERE item != ''${isLeftOut}`;
}

/** The name of a stop, cleaned. */
function itemSql(filter: PathsFilter, source: EventSource): string {
  const { params, scope } = source;
  const url = textSql(source.eventValue('$current_url'));
  const screen = textSql(source.eventValue('$screen_name'));
  let item = `multiIf(e.event = '$pageview', replaceRegexpOne(${url}, '(.)/$', '\\\\1'), e.event = '$screen', ${screen}, toString(e.event))`;
  for (const [i, { alias, regex }] of (filter.localPathCleaningFilters ?? []).entries()) {
    if (!scope.isUsablePattern(regex)) {
      const detail = 'This is not a usable RE2 regular expression.';
      fail('invalid_input', { detail, attr: `pathsFilter.localPathCleaningFilters.${i}.regex` });
    }
    // A backslash in a replacement would name a group.
    const replacement = params.string(alias.replaceAll('\\', '\\\\'));
    item = `replaceRegexpAll(${item}, ${params.string(`(?-s)${regex}`)}, ${replacement})`;
  }
  return item;
}

/** The pattern that a stop `s` belongs to, or the stop itself. */
function groupedSql({ pathGroupings = [] }: PathsFilter, params: SqlParams): string {
  const groupings = pathGroupings.map(
    (pattern) => `match(s, ${params.string(globPattern(pattern))}), ${params.string(pattern)}`,
  );
  return groupings.length === 0 ? 's' : `multiIf(${groupings.join(', ')}, s)`;
}

/** A pattern in which only the star means something else than itself. */
function globPattern(pattern: string): string {
  const parts = pattern
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return `^${parts.join('.*')}$`;
}
