// Statements that list names of events, their properties, and values of those. Properties and values are looked
// for in the newest events only: read along the primary key, so the work stays bounded however many there are.
import { PROPERTY_TYPES } from './definition.ts';
import { NO_COHORTS } from '../sql/asked-cohorts.ts';
import { EventSource } from '../sql/event-source.ts';
import { nameSql } from '../sql/filter-sql.ts';
import { type Sql, SqlParams } from '../sql/sql.ts';
import { numberSql, textSql } from '../sql/value-sql.ts';

const DAYS = 90;
const DAY_MS = 86_400_000;
/** Events whose properties are unpacked. */
const NAME_SAMPLE = 10_000;
/** Events looked at for values of one property. */
const VALUE_SAMPLE = 50_000;
const MAX_VALUES = 50;
/** Longer values are nothing to choose from a list. */
const MAX_VALUE_CHARACTERS = 200;

/** Names that are listed in all; whoever has more looks for a part of one. */
const MAX_NAMES = 5_000;

/** Which names are meant. */
export type NameQuestion = {
  /** Part of the name, letter case aside. */
  readonly search: string;
  /** These too. */
  readonly also: readonly string[];
};

/** Where and when names are looked for. */
type Place = { readonly environmentId: number; readonly nowMs: number };

/** `[name, events, when the last one happened in milliseconds, names in all]` */
export type EventNameRow = readonly [string, number, number, number];

export function eventNamesSql(question: NameQuestion, place: Place): Sql {
  const params = new SqlParams();
  const source = sourceOf(place, params);
  return params.statement(
    `SELECT e.event, count() AS n, toUnixTimestamp64Milli(max(e.timestamp)), count() OVER ()
FROM ${source.from()} WHERE ${recent(null, source)} AND ${isMeant('e.event', question, params)}
GROUP BY e.event ORDER BY n DESC, e.event LIMIT ${MAX_NAMES}`,
  );
}

/** `[name, events, how many of those have a number, names in all, values by type]` */
export type PropertyNameRow = readonly [string, number, number, number, ...number[]];

/** @param event null: of every event */
export function propertyNamesSql(event: string | null, question: NameQuestion, place: Place): Sql {
  const params = new SqlParams();
  const value = numberSql({ kind: 'json', sql: 'p.2' });
  const types = PROPERTY_TYPES.map((type) => `countIf(type = '${type}')`).join(', ');
  return params.statement(
    `SELECT p.1 AS name, count() AS n, countIf(isNotNull(${value})), count() OVER (), ${types} FROM (
  SELECT p, ${valueTypeSql('p.1', 'p.2', place.nowMs)} AS type FROM (
  SELECT arrayJoin(arrayConcat(arrayZip(mapKeys(props), mapValues(props)),
    arrayMap(key -> (concat('$feature/', key), '""'), mapKeys(flags)))) AS p
  FROM (${newest('e.props AS props, e.flags AS flags', event, NAME_SAMPLE, place, params)})))
WHERE ${isMeant('name', question, params)} GROUP BY name ORDER BY n DESC, name LIMIT ${MAX_NAMES}`,
  );
}

const HALF_YEAR_MS = 183 * DAY_MS;

/**
 * The type of a value, by its name and its JSON text, as PostHog tells it; empty for lists, objects and null.
 * https://github.com/PostHog/posthog/blob/master/rust/property-defs-rs/src/types.rs
 */
function valueTypeSql(name: string, json: string, nowMs: number): string {
  const isText = `match(${name}, '^(utm_|[$]initial_utm_|[$]feature/|[$]survey_response)')
    OR ${name} = '$feature_flag_response'`;
  const saysTime = `match(lower(${name}), 'time|date|_at|-at|createdat|updatedat')`;
  const isDate = `match(${json}, '^"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}.*)?"$')
    OR match(${json}, '^"[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]+.*"$')`;
  // Seconds or milliseconds since the epoch, of the last half year or later.
  const seconds = Math.floor((nowMs - HALF_YEAR_MS) / 1000);
  const number = `if(match(${json}, '^[-0-9]'), toFloat64OrNull(${json}), NULL)`;
  return `multiIf(${isText}, 'String',
    ${isDate} OR (${saysTime} AND ifNull(${number} >= ${seconds}, 0)), 'DateTime',
    lower(${json}) IN ('true', 'false', '"true"', '"false"'), 'Boolean',
    isNotNull(${number}), 'Numeric', startsWith(${json}, '"'), 'String', '')`;
}

/** `[value, events]` */
export type ValueRow = readonly [string, number];

export function propertyValuesSql(
  { event, key, part }: { event: string | null; key: string; part: string },
  place: Place,
): Sql {
  const params = new SqlParams();
  const text = textSql(sourceOf(place, params).eventValue(key));
  return params.statement(
    `SELECT v, count() AS n FROM (${newest(`${text} AS v`, event, VALUE_SAMPLE, place, params)})
WHERE lengthUTF8(v) BETWEEN 1 AND ${MAX_VALUE_CHARACTERS} AND ${contains('v', part, params)}
GROUP BY v ORDER BY n DESC, v LIMIT ${MAX_VALUES}`,
  );
}

/** Names and values have no person, so nothing of people is needed. */
function sourceOf({ environmentId, nowMs }: Place, params: SqlParams): EventSource {
  const scope = {
    environmentId,
    calendar: { timeZone: 'UTC', firstWeekday: 0, nowMs },
    groupTypes: [],
    hasOverrides: false,
    testAccountFilters: [],
    cohorts: NO_COHORTS,
    isUsablePattern: () => true,
  };
  return new EventSource(scope, params);
}

function newest(
  columns: string,
  event: string | null,
  limit: number,
  place: Place,
  params: SqlParams,
): string {
  const source = sourceOf(place, params);
  return `SELECT ${columns} FROM ${source.from()} WHERE ${recent(event, source)}
  ORDER BY toDate(e.timestamp) DESC LIMIT ${limit}`;
}

function recent(event: string | null, source: EventSource): string {
  const fromMs = source.scope.calendar.nowMs - DAYS * DAY_MS;
  return [...source.within({ fromMs }), nameSql(event, source)].join(' AND ');
}

function isMeant(name: string, { search, also }: NameQuestion, params: SqlParams): string {
  const part = contains(name, search, params);
  return also.length === 0 ? part : `(${part} OR ${name} IN ${params.strings(also)})`;
}

function contains(text: string, part: string, params: SqlParams): string {
  return part === '' ? '1' : `positionCaseInsensitiveUTF8(${text}, ${params.string(part)}) > 0`;
}
