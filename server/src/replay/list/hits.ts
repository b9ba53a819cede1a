// Where in sessions something happened, as SQL: each condition that is about moments names a table, its rows, and when
// they were. The same is asked for the sessions that have any (a set of ids), how many, and at what times.
import { type EventSource, nodeSql, textSql } from '#insights/event-sql';
import type { EventsNode } from '#insights/question';
import type { Condition } from './filter.ts';
import { nearHits } from './near-hits.ts';
import {
  type Hits,
  type Issues,
  type Reading,
  eventsWithin,
  inDays,
  inSessionDays,
} from './reading.ts';

/** Undefined for what has no moments. @param attr names the condition in errors */
export function hitsOf(condition: Condition, reading: Reading, attr: string): Hits | undefined {
  switch (condition.kind) {
    case 'flag_called':
    case 'flag_value':
      return flagHits(condition, reading);
    case 'flag_changed':
      return flagChangeHits(condition.flag, reading);
    case 'event':
      return condition.without_session === true
        ? nearHits((source) => nodeSql(condition, source, attr), reading)
        : eventHits(condition, reading, attr);
    case 'exception':
      return exceptionHits(condition, reading);
    case 'rage_click':
      return eventHits({ event: '$rageclick' }, reading, attr);
    case 'dead_click':
      return eventHits({ event: '$dead_click' }, reading, attr);
    case 'console':
      return consoleHits(condition, reading);
    case 'request':
      return requestHits(condition, reading);
    case 'url':
      return reading.isExact ? urlHits(condition, reading) : undefined;
    default:
      return undefined;
  }
}

/** Ids of the sessions with any. @param among ids as SQL: only of these */
export function idsSql(hits: Hits, among: string | undefined): string {
  const rows = `SELECT ${hits.session} FROM ${hits.from} WHERE ${whereSql(hits, among)}`;
  return hits.having === undefined
    ? rows
    : `${rows} GROUP BY ${hits.session} HAVING ${hits.having}`;
}

const whereSql = ({ where, session }: Hits, among: string | undefined): string =>
  [...where, ...(among === undefined ? [] : [`${session} IN ${among}`])].join(' AND ');

/** Rows `session_id, n`. @param among ids as SQL: only of these */
export function countsSql(hits: Hits, among: string | undefined): string {
  const having = hits.having === undefined ? '' : ` HAVING ${hits.having}`;
  return `SELECT ${hits.session} AS session_id, ${hits.count} AS n FROM ${hits.from}
  WHERE ${whereSql(hits, among)} GROUP BY session_id${having}`;
}

function flagHits(
  { kind, flag, values }: Extract<Condition, { kind: 'flag_called' | 'flag_value' }>,
  reading: Reading,
): Hits {
  const { source } = reading;
  return {
    from: `${source.table('session_flag')} AS x`,
    where: [
      ...inDays(reading, 'day'),
      `x.flag = ${source.params.string(flag)}`,
      ...(values ? [`x.value IN ${source.params.strings(values)}`] : []),
      ...(kind === 'flag_called' ? ['x.is_called = 1'] : []),
    ],
    session: 'x.session_id',
    atMs: 'toUnixTimestamp64Milli(x.first_at)',
    clock: 'server',
    count: 'uniqExact(x.value)',
    // Each id and day of a session has a row.
    told: 'first',
    value: `arrayStringConcat(arraySort(groupUniqArray(3)(toString(x.value))), ', ')`,
  };
}

function flagChangeHits(flag: string, reading: Reading): Hits {
  const { source } = reading;
  const conditions = [...inDays(reading, 'day', 'f'), `f.flag = ${source.params.string(flag)}`];
  return {
    from: `(SELECT f.session_id AS session_id, f.value AS value, min(f.first_at) AS first_at
    FROM ${source.table('session_flag')} AS f WHERE ${conditions.join(' AND ')} GROUP BY session_id, value) AS x`,
    where: ['1 = 1'],
    session: 'x.session_id',
    atMs: 'toUnixTimestamp64Milli(x.first_at)',
    clock: 'server',
    count: 'count() - 1',
    having: 'count() > 1',
    value: `arrayStringConcat(arrayMap(v -> v.2, arraySort(groupArray((x.first_at, toString(x.value))))), ' → ')`,
    told: 'changes',
  };
}

function eventHits(
  { event, properties }: Pick<EventsNode, 'event' | 'properties'>,
  reading: Reading,
  attr: string,
): Hits {
  const { source } = reading;
  const isPlain =
    properties === undefined ||
    ('type' in properties ? properties.values : properties).length === 0;
  if (!reading.isExact && isPlain && event !== null) {
    return {
      from: `${source.table('session_event')} AS x`,
      where: [...inDays(reading, 'day'), `x.event = ${source.params.string(event)}`],
      session: 'x.session_id',
      atMs: 'toUnixTimestamp64Milli(x.first_at)',
      clock: 'server',
      count: 'sum(x.count)',
    };
  }
  return rawEventHits(reading, nodeSql({ event, properties }, source, attr));
}

/** @param test of an event `e` */
function rawEventHits(reading: Reading, test: string): Hits {
  const { source } = reading;
  return {
    // What is asked decides which joins there are: the test first.
    where: [...eventsWithin(reading), "e.session_id != ''", test],
    from: source.from(),
    session: 'e.session_id',
    atMs: 'toUnixTimestamp64Milli(e.timestamp)',
    clock: 'server',
    count: 'count()',
  };
}

type ExceptionCondition = Extract<Condition, { kind: 'exception' }>;

function exceptionHits(condition: ExceptionCondition, reading: Reading): Hits {
  const { source, issues } = reading;
  if (condition.without_session === true) {
    return nearHits((own) => exceptionSql(condition, own, issues), reading);
  }
  const { type, message, fingerprint, issue } = condition;
  if ([type, message, fingerprint, issue].every((part) => part === undefined)) {
    return eventHits({ event: '$exception' }, reading, '');
  }
  return rawEventHits(reading, exceptionSql(condition, source, issues));
}

/**
 * True of such an exception `e`. https://posthog.com/docs/error-tracking: `$exception_list[].type` and `.value`; older
 * clients have one of each.
 */
function exceptionSql(
  { type, message, fingerprint, issue }: ExceptionCondition,
  source: EventSource,
  issues: Issues,
): string {
  const { params } = source;
  const property = (key: string) => textSql(source.eventValue(key));
  const isOf = (kind: string, text: string): string =>
    [
      ...(type === undefined ? [] : [`${kind} = ${params.string(type)}`]),
      ...(message === undefined
        ? []
        : [`positionCaseInsensitiveUTF8(${text}, ${params.string(message)}) > 0`]),
    ].join(' AND ');
  const conditions = [`e.event = '$exception'`];
  if (type !== undefined || message !== undefined) {
    const list = `JSONExtractArrayRaw(${source.eventValue('$exception_list').sql})`;
    const listed = isOf(`JSONExtractString(x, 'type')`, `JSONExtractString(x, 'value')`);
    const alone = isOf(property('$exception_type'), property('$exception_message'));
    conditions.push(`(arrayExists(x -> ${listed}, ${list}) OR (${alone}))`);
  }
  if (fingerprint !== undefined) {
    conditions.push(`${property('$exception_fingerprint')} = ${params.string(fingerprint)}`);
  }
  if (issue !== undefined) conditions.push(`e.uuid IN (${issueSql(issue, source, issues)})`);
  return conditions.join(' AND ');
}

/** Exceptions of an issue. The order key prunes by environment and fingerprint. */
function issueSql(issue: string, source: EventSource, issues: Issues): string {
  const fingerprints = source.params.add('Array(UUID)', issues.get(issue) ?? []);
  return `SELECT x.uuid FROM ${source.table('exception')} AS x
  WHERE x.environment_id = ${source.environment} AND x.fingerprint IN ${fingerprints}`;
}

function consoleHits(
  { level, text }: Extract<Condition, { kind: 'console' }>,
  reading: Reading,
): Hits {
  const { source, span } = reading;
  const part = text && source.params.string(text.toLowerCase());
  return {
    from: `${source.table('replay_console')} AS x`,
    where: [
      inSessionDays(source, span, 'x'),
      ...(level === undefined ? [] : [`x.level = ${source.params.string(level)}`]),
      ...(part === undefined ? [] : [`position(lower(x.message), ${part}) > 0`]),
    ],
    session: 'x.session_id',
    atMs: 'toUnixTimestamp64Milli(x.timestamp)',
    clock: 'page',
    count: 'uniqExact(x.timestamp, x.message)',
  };
}

function requestHits(condition: Extract<Condition, { kind: 'request' }>, reading: Reading): Hits {
  const { source, span } = reading;
  const { params } = source;
  const { method, host, path, status_from: from, status_to: to, unanswered } = condition;
  return {
    from: `${source.table('replay_request')} AS x`,
    where: [
      inSessionDays(source, span, 'x'),
      ...(method === undefined ? [] : [`x.method = ${params.string(method.toUpperCase())}`]),
      ...(host === undefined ? [] : [`x.host = ${params.string(host)}`]),
      ...(path === undefined ? [] : [`position(x.path, ${params.string(path)}) > 0`]),
      ...(from === undefined ? [] : [`x.status >= ${params.add('UInt16', from)}`]),
      ...(to === undefined ? [] : [`x.status <= ${params.add('UInt16', to)} AND x.status > 0`]),
      ...(unanswered === undefined ? [] : [`x.is_unanswered = ${unanswered ? 1 : 0}`]),
    ],
    session: 'x.session_id',
    atMs: 'toUnixTimestamp64Milli(x.timestamp)',
    clock: 'page',
    count: 'uniqExact(x.timestamp, x.path)',
  };
}

/** True of an address. */
export function urlSql(
  { match, value }: Pick<Extract<Condition, { kind: 'url' }>, 'match' | 'value'>,
  url: string,
  { params }: EventSource,
): string {
  return match === 'exact'
    ? `${url} = ${params.string(value)}`
    : `positionCaseInsensitiveUTF8(${url}, ${params.string(value)}) > 0`;
}

function urlHits(condition: Extract<Condition, { kind: 'url' }>, reading: Reading): Hits {
  const url = textSql(reading.source.eventValue('$current_url'));
  return rawEventHits(
    reading,
    `e.event = '$pageview' AND ${urlSql(condition, url, reading.source)}`,
  );
}
