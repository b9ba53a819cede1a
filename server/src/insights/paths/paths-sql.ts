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
  // Named last: there are fewer edges than steps.
  return params.statement(
    `SELECT ${SOURCE} AS source, ${TARGET} AS target, count() AS n, avg(ms) FROM (${stepsSql(plan, scope, params)})
WHERE goes_on GROUP BY place, stop, next ${having.length > 0 ? `HAVING ${having.join(' AND ')}` : ''}
ORDER BY n DESC, source, target LIMIT ${params.add('UInt32', edgeLimit)}`,
  );
}

/** Rows `actor, source, target`: every step of every path; the target of its last stop is empty. */
export function pathEdgesSql(plan: PathsPlan, scope: Scope, params: SqlParams): string {
  return `SELECT actor, ${SOURCE} AS source, if(goes_on, ${TARGET}, '') AS target FROM (${stepsSql(plan, scope, params)})`;
}

const SOURCE = "concat(toString(place), '_', stop)";
const TARGET = "concat(toString(place + 1), '_', next)";

/** Rows `actor, place, stop, next, ms, goes_on`: every stop of every path with the one after it. */
function stepsSql(plan: PathsPlan, scope: Scope, params: SqlParams): string {
  // Not `WHERE`, for which engines work the names out twice: before the join with people, and after it.
  const stops = `SELECT actor, arraySort(groupArrayIf((at, id, item), ${isStopSql(plan, params)})) AS a
FROM (${stopsSql(plan, scope, params)}) GROUP BY actor`;
  const visits = `SELECT actor, arrayJoin(arraySplit((x, pause) -> pause > ${PAUSE_MS}, a, arrayDifference(a.1))) AS visit FROM (${stops})`;
  const path = `arrayFilter((x, before) -> x.2 != before, v, arrayPushFront(arrayPopBack(v.2), ''))`;
  const cuts = cutsSql(plan.query.pathsFilter, params);
  let paths = `SELECT actor, arrayMap(x -> (x.1, x.3), visit) AS v, ${path} AS p FROM (${visits})`;
  for (const cut of cuts)
    paths = `SELECT actor, ${cut} AS p FROM (SELECT actor, p AS w FROM (${paths}))`;
  // The last stop leads nowhere.
  const steps = `SELECT actor, length(p) AS stops, arrayJoin(arrayZip(arrayEnumerate(p), p.2, arrayPushBack(arrayPopFront(p.2), ''), arrayPushBack(arrayPopFront(arrayDifference(p.1)), 0))) AS step
  FROM (${paths}) WHERE notEmpty(p)`;
  return `SELECT actor, step.1 AS place, step.2 AS stop, step.3 AS next, step.4 AS ms, place < stops AS goes_on FROM (${steps})`;
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

/** Stops without a name, and those that are left out, do not count. */
function isStopSql({ query }: PathsPlan, params: SqlParams): string {
  const { excludeEvents = [] } = query.pathsFilter;
  const isLeftOut =
    excludeEvents.length > 0 ? ` AND item NOT IN ${params.strings(excludeEvents)}` : '';
  return `item != ''${isLeftOut}`;
}

/** Rows `actor, at, id, item`: the events that may be stops. */
function stopsSql({ query, range }: PathsPlan, scope: Scope, params: SqlParams): string {
  const source = new EventSource(scope, params);
  const groupIndex = query.aggregation_group_type_index;
  const actor =
    groupIndex === undefined
      ? source.person
      : source.groupKey(groupIndex, 'aggregation_group_type_index');
  const conditions = [
    ...source.within(range),
    nameSql(null, source),
    `(${anyOf(typesOf(query.pathsFilter).map((type) => (type === 'custom_event' ? `NOT startsWith(e.event, '$')` : `e.event = '${type}'`)))})`,
    narrowingSql(query, source),
    ...(groupIndex === undefined ? [] : [`${actor} != ''`]),
  ];
  const item = itemSql(query.pathsFilter, source);
  const stops = `SELECT ${actor} AS actor, toUnixTimestamp64Milli(e.timestamp) AS at, toUInt128(e.uuid) AS id, ${item} AS s
FROM ${source.from()}\nWHERE ${conditions.join(' AND ')}`;
  return `SELECT actor, at, id, ${groupedSql(query.pathsFilter, params)} AS item FROM (${stops})`;
}

const typesOf = ({ includeEventTypes }: PathsFilter) =>
  includeEventTypes?.length ? includeEventTypes : EVENT_TYPES;

/** The name of a stop, cleaned. */
function itemSql(filter: PathsFilter, source: EventSource): string {
  const { params, scope } = source;
  const types = typesOf(filter);
  // A property that no stop is named by is not read.
  const named = [
    ...(types.includes('$pageview') ? [`e.event = '$pageview', ${addressSql(source)}`] : []),
    ...(types.includes('$screen')
      ? [`e.event = '$screen', ${textSql(source.eventValue('$screen_name'))}`]
      : []),
  ];
  let item =
    named.length === 0 ? 'toString(e.event)' : `multiIf(${named.join(', ')}, toString(e.event))`;
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

/** The address of a page view, without its closing slash. */
function addressSql(source: EventSource): string {
  const url = textSql(source.eventValue('$current_url'));
  return `if(length(${url}) > 1 AND endsWith(${url}, '/'), substring(${url}, 1, length(${url}) - 1), ${url})`;
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
