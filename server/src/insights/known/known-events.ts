// Statements that list names of events, their properties, and values of those. Properties and values are looked
// for in the newest events only: read along the primary key, so the work stays bounded however many there are.
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

export type ListPage = {
  /** Part of the name, letter case aside. */
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
};

/** Where and when names are looked for. */
type Place = { readonly environmentId: number; readonly nowMs: number };

/** `[name, events, when the last one happened in milliseconds, names in all]` */
export type EventNameRow = readonly [string, number, number, number];

export function eventNamesSql({ search, limit, offset }: ListPage, place: Place): Sql {
  const params = new SqlParams();
  const source = sourceOf(place, params);
  return params.statement(
    `SELECT e.event, count() AS n, toUnixTimestamp64Milli(max(e.timestamp)), count() OVER ()
FROM ${source.from()} WHERE ${recent(null, source)} AND ${contains('e.event', search, params)}
GROUP BY e.event ORDER BY n DESC, e.event
LIMIT ${params.add('UInt32', limit)} OFFSET ${params.add('UInt32', offset)}`,
  );
}

/** `[name, events, how many of those have a number, names in all]` */
export type PropertyNameRow = readonly [string, number, number, number];

/** @param event null: of every event */
export function propertyNamesSql(
  event: string | null,
  { search, limit, offset }: ListPage,
  place: Place,
): Sql {
  const params = new SqlParams();
  const value = numberSql({ kind: 'json', sql: 'p.2' });
  return params.statement(
    `SELECT p.1 AS name, count() AS n, countIf(isNotNull(${value})), count() OVER () FROM (
  SELECT arrayJoin(arrayConcat(arrayZip(mapKeys(props), mapValues(props)),
    arrayMap(key -> (concat('$feature/', key), '""'), mapKeys(flags)))) AS p
  FROM (${newest('e.props AS props, e.flags AS flags', event, NAME_SAMPLE, place, params)}))
WHERE ${contains('name', search, params)} GROUP BY name ORDER BY n DESC, name
LIMIT ${params.add('UInt32', limit)} OFFSET ${params.add('UInt32', offset)}`,
  );
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

function contains(text: string, part: string, params: SqlParams): string {
  return part === '' ? '1' : `positionCaseInsensitiveUTF8(${text}, ${params.string(part)}) > 0`;
}
