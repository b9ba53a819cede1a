// The views that SQL reads: common table expressions before the statement, of its environment alone. Each keeps to
// the environment in PREWHERE, so that no expression of the statement ever sees a row of another one, and gives
// plain types: a function of a LowCardinality column would be run on every word of its dictionary, other
// environments' words as well (docs/decisions/0010).
import { cohortSql } from '../sql/cohort-sql.ts';
import type { Asked } from './hogql-check.ts';
import { EventSource, personPropertySql } from '../sql/event-source.ts';
import type { Scope } from '../scope.ts';
import { type SqlParams, allOf, quoteName } from '../sql/sql.ts';
import { type StoredValue, textSql } from '../sql/value-sql.ts';

/** Conditions on the events of a view. */
export type Narrow = (source: EventSource) => readonly string[];

type View = (asked: Asked, scope: Scope, params: SqlParams, narrow: Narrow) => string;

const VIEWS: Readonly<Record<string, View>> = {
  events: eventsView,
  persons: personsView,
  groups: groupsView,
  sessions: sessionsView,
  cohort_people: cohortPeopleView,
};

export const isView = (name: string): boolean => Object.hasOwn(VIEWS, name);
export const VIEW_NAMES = Object.keys(VIEWS);

/** `events AS (…), persons AS (…)`: those that are asked for, with the properties that are asked of them. */
export function viewsSql(
  asked: Asked,
  scope: Scope,
  params: SqlParams,
  narrow: Narrow = () => [],
): string {
  return Object.entries(VIEWS)
    .filter(([name]) => asked.tables.has(name))
    .map(([name, view]) => `${name} AS (${view(asked, scope, params, narrow)})`)
    .join(',\n');
}

type Column = readonly [name: string, sql: string];

const select = (columns: readonly Column[]): string =>
  `SELECT ${columns.map(([name, sql]) => `${sql} AS ${quoteName(name)}`).join(', ')}`;

/** What stands behind the prefix in the columns that are asked for: the keys of properties. */
function keysAfter(prefix: string, { columns }: Asked): string[] {
  const pattern = new RegExp(String.raw`(?:^|\.)${prefix.replaceAll('.', String.raw`\.`)}(.+)$`);
  const keys = [...columns].flatMap((column) => {
    const [found, key] = pattern.exec(column) ?? [];
    // `person.properties.email` is no property of the event.
    const isOfAnother = found && /(?:person|group_\d+)$/.test(column.slice(0, -found.length));
    return key === undefined || isOfAnother ? [] : [key];
  });
  return [...new Set(keys)];
}

/** Asked for by name, or with everything. */
function takes(name: RegExp, { columns, takesAll }: Asked): boolean {
  return takesAll || [...columns].some((column) => name.test(column));
}

/** Text of a stored value; NULL when there is none. */
function nullableSql(value: StoredValue): string {
  const none = value.kind === 'json' ? `${value.sql} IN ('', 'null')` : `${value.sql} = ''`;
  return `if(${none}, NULL, CAST(${textSql(value)}, 'String'))`;
}

/** The JSON object of all properties. */
const allSql = (props: string): string =>
  `concat('{', arrayStringConcat(arrayMap((k, v) -> concat(toJSONString(CAST(k, 'String')), ':', v), mapKeys(${props}), mapValues(${props})), ','), '}')`;

function eventsView(asked: Asked, scope: Scope, params: SqlParams, narrow: Narrow): string {
  const source = new EventSource(scope, params);
  const groups = scope.groupTypes.flatMap((type, index): Column[] =>
    type === undefined
      ? []
      : [[`$group_${index}`, `CAST(e.groups[${params.string(type)}], 'String')`]],
  );
  const columns: Column[] = [
    ['uuid', 'e.uuid'],
    ['event', `CAST(e.event, 'String')`],
    ['timestamp', 'e.timestamp'],
    ['distinct_id', 'e.distinct_id'],
    ...(takes(/person/, asked) ? [['person_id', source.person] as const] : []),
    ['session_id', 'e.session_id'],
    ['$session_id', 'e.session_id'],
    ['properties', allSql('e.props')],
    ['received_at', 'e.received_at'],
    ['person_mode', `CAST(e.person_mode, 'String')`],
    ...groups,
    ...valueColumns('properties.', asked, (key) => source.eventValue(key)),
    ...(takes(/person\.id$/, asked) ? [['person.id', source.person] as const] : []),
    ...valueColumns('person.properties.', asked, (key) =>
      source.value({ type: 'person', key }, 'query'),
    ),
    ...scope.groupTypes.flatMap((_, index) =>
      valueColumns(`group_${index}.properties.`, asked, (key) =>
        source.value({ type: 'group', key, group_type_index: index }, 'query'),
      ),
    ),
  ];
  const conditions = narrow(source);
  // Conditions of the statement itself are not looked into.
  if (conditions.length === 0) scope.onRead?.({});
  const where = allOf(conditions);
  return `${select(columns)} FROM ${source.from()} PREWHERE e.environment_id = ${source.environment} WHERE ${where}`;
}

function valueColumns(
  prefix: string,
  asked: Asked,
  valueOf: (key: string) => StoredValue,
): Column[] {
  return keysAfter(prefix, asked).map((key) => [`${prefix}${key}`, nullableSql(valueOf(key))]);
}

function personsView(asked: Asked, scope: Scope, params: SqlParams): string {
  const source = new EventSource(scope, params);
  const columns: Column[] = [
    ['id', 'p.id'],
    ['created_at', 'p.created_at'],
    ['properties', allSql('p.props')],
    ...valueColumns('properties.', asked, (key) => personPropertySql(key, params, 'p.props')),
  ];
  return `${select(columns)} FROM ${source.table('person')} AS p FINAL PREWHERE p.environment_id = ${source.environment}`;
}

function groupsView(asked: Asked, scope: Scope, params: SqlParams): string {
  const source = new EventSource(scope, params);
  const columns: Column[] = [
    ['index', 'g.type_index'],
    ['key', 'g.group_key'],
    ['created_at', 'g.created_at'],
    ['properties', allSql('g.props')],
    ...valueColumns('properties.', asked, (key) => ({
      kind: 'json',
      sql: `g.props[${params.string(key)}]`,
    })),
  ];
  return `${select(columns)} FROM ${source.table('group_entity')} AS g FINAL PREWHERE g.environment_id = ${source.environment}`;
}

/** Several events of a session make one row; of values that change the first or last counts. */
function sessionsView(asked: Asked, scope: Scope, params: SqlParams): string {
  const source = new EventSource(scope, params);
  scope.onRead?.({});
  const url = nullableSql(source.eventValue('$current_url'));
  const order = '(e.timestamp, e.uuid)';
  const counted = (event: string) => `countIf(e.event = '${event}')`;
  const columns: Column[] = [
    ['session_id', 'e.session_id'],
    ['distinct_id', `argMin(e.distinct_id, ${order})`],
    ...(takes(/person/, asked)
      ? [['person_id', `argMin(${source.person}, ${order})`] as const]
      : []),
    ['$start_timestamp', 'min(e.timestamp)'],
    ['$end_timestamp', 'max(e.timestamp)'],
    ['$session_duration', `dateDiff('second', min(e.timestamp), max(e.timestamp))`],
    ['$event_count', 'count()'],
    ['$pageview_count', counted('$pageview')],
    ['$screen_count', counted('$screen')],
    ['$autocapture_count', counted('$autocapture')],
    ['$entry_current_url', `argMinIf(${url}, ${order}, ${url} IS NOT NULL)`],
    ['$exit_current_url', `argMaxIf(${url}, ${order}, ${url} IS NOT NULL)`],
  ];
  return `${select(columns)} FROM ${source.from()} PREWHERE e.environment_id = ${source.environment}
  WHERE e.session_id != '' GROUP BY e.session_id`;
}

/** Who is in which cohort, of people with a profile; of cohorts that are not calculated yet nobody. */
function cohortPeopleView(_asked: Asked, scope: Scope, params: SqlParams): string {
  const source = new EventSource(scope, params);
  const from = `FROM ${source.table('person')} AS p FINAL PREWHERE p.environment_id = ${source.environment}`;
  const none = `SELECT toUInt32(0) AS cohort_id, p.id AS person_id ${from} WHERE 0`;
  const { byId, byEvents, calculations } = scope.cohorts;
  const known = [...byId.keys()].filter((id) => !byEvents.has(id) || calculations.has(id));
  const each = known.map((id) => {
    const isIn = cohortSql(id, { person: 'p.id', distinctId: undefined }, source, 'query');
    return `SELECT toUInt32(${id}) AS cohort_id, p.id AS person_id ${from} WHERE ${isIn}`;
  });
  return [none, ...each].join('\nUNION ALL ');
}
