// A page of recordings as one statement: sessions of the environment, each condition a test of them, most of them
// whether the id is in a set; then by rank, largest first.
import { EventSource, nodeSql } from '#insights/event-sql';
import type { RecordingCursor } from '../recordings/cursor.ts';
import type { Condition, Measure, Order, RecordingFilter } from './filter.ts';
import { countsSql, hitsOf, idsSql, urlSql } from './hits.ts';
import { type Issues, type Reading, type Span, eventsWithin, inSessionDays } from './reading.ts';

/** What is known outside of ClickHouse, as far as it is asked for. */
export type Known = {
  readonly watched: readonly string[];
  readonly pinned: readonly string[];
  /** Ids of each person that a condition names, by its place. */
  readonly distinctIds: ReadonlyMap<number, readonly string[]>;
  /** Who is behind a number, by the place of the condition. */
  readonly people: ReadonlyMap<number, readonly string[]>;
  readonly issues: Issues;
};

export type Asked = Pick<RecordingFilter, 'conditions' | 'match' | 'order'> & {
  /** Of the start. */
  readonly span: Span;
  readonly cursor: RecordingCursor | undefined;
  readonly limit: number;
  readonly known: Known;
  /** Something came since: it is under way. */
  readonly liveSinceMs: number;
};

/** What a session says of its browser, system and place: these are few, and every site sends some. */
const PAGE_EVENTS = ['$pageview', '$screen', '$pageleave'];

const DURATION_MS = `dateDiff('millisecond', s.start_at, s.end_at)`;
/** Durations in seconds. */
const MEASURED: Record<Measure, string> = {
  duration: `${DURATION_MS} / 1000`,
  active_seconds: 's.active_ms / 1000',
  inactive_seconds: `(${DURATION_MS} - toInt64(s.active_ms)) / 1000`,
  // Of what was recorded, unpacked.
  size_bytes: 's.bytes',
  clicks: 's.clicks',
  rage_clicks: 's.rage_clicks',
  errors_after_click: 's.errors_after_click',
  quick_backs: 's.quick_backs',
  idle_gaps: 's.idle_gaps',
  keys: 's.keys',
  activity_score: 's.score',
  console_errors: 's.errors',
  console_warnings: 's.warnings',
  requests_4xx: 's.status4xx',
  requests_5xx: 's.status5xx',
  requests_unanswered: 's.unanswered',
};

/** Rows `session_id, day, rank`: one more than asked for when there is a next page. Pruned by environment and day. */
export function listSql(asked: Asked, source: EventSource): string {
  const { params } = source;
  // What one condition needs to be joined is not read for another.
  const reading = (): Reading => ({
    source: new EventSource(source.scope, params),
    span: asked.span,
    isExact: false,
    issues: asked.known.issues,
  });
  const tests = asked.conditions.map((one, i) => testSql(one, i, asked, reading()));
  const { rank, joins } = rankSql(asked, reading, tests);
  const at = (ms: number) => `fromUnixTimestamp64Milli(${params.int(ms)})`;
  const { fromMs, toMs } = asked.span;
  const conditions = [
    ...(fromMs === undefined ? [] : [`s.start_at >= ${at(fromMs)}`]),
    ...(toMs === undefined ? [] : [`s.start_at < ${at(toMs)}`]),
    ...(tests.length === 0 ? [] : [`(${tests.join(asked.match === 'all' ? ' AND ' : ' OR ')})`]),
    ...(asked.cursor
      ? [
          `(rank, s.session_id) < (${params.int(asked.cursor.rank)}, ${params.string(asked.cursor.sessionId)})`,
        ]
      : []),
  ];
  return `SELECT s.session_id, toString(s.session_day), toInt64(${rank}) AS rank
FROM ${source.table('session_replay')} AS s FINAL ${joins.join('\n')}
PREWHERE ${inSessionDays(source, asked.span, 's')}
WHERE ${conditions.length === 0 ? 'true' : conditions.join(' AND ')}
ORDER BY rank DESC, s.session_id DESC LIMIT ${params.add('UInt32', asked.limit + 1)}`;
}

function testSql(condition: Condition, place: number, asked: Asked, reading: Reading): string {
  const test = positiveSql(condition, place, asked, reading);
  return condition.negated === true ? `NOT (${test})` : `(${test})`;
}

function positiveSql(condition: Condition, place: number, asked: Asked, reading: Reading): string {
  const hits = hitsOf(condition, reading, `filter.conditions.${place}`);
  if (hits) {
    const isHit = `s.session_id IN (${idsSql(hits)})`;
    // Where clicks are not reported as events, the recording shows them.
    return condition.kind === 'rage_click' ? `s.rage_clicks > 0 OR ${isHit}` : isHit;
  }
  return (
    knownSql(condition, place, asked, reading) ?? recordedSql(condition, asked, reading.source)
  );
}

/** Of what else is known: people, what was watched. */
function knownSql(
  condition: Condition,
  place: number,
  { known }: Asked,
  reading: Reading,
): string | undefined {
  const { source } = reading;
  const { params } = source;
  switch (condition.kind) {
    case 'person':
      return `hasAny(s.distinct_ids, ${params.strings(known.distinctIds.get(place) ?? [])})`;
    case 'property':
      return propertySql(condition.property, `filter.conditions.${place}`, reading);
    case 'people_behind':
      return ofPeopleSql(
        `${source.person} IN ${params.add('Array(UUID)', known.people.get(place) ?? [])}`,
        reading,
      );
    case 'sessions':
      return `s.session_id IN ${params.strings(condition.ids)}`;
    case 'watched':
      return `s.session_id IN ${params.strings(known.watched)}`;
    case 'pinned':
      return `s.session_id IN ${params.strings(known.pinned)}`;
    default:
      return undefined;
  }
}

/** Of what the recording itself says. */
function recordedSql(condition: Condition, asked: Asked, source: EventSource): string {
  const { params } = source;
  switch (condition.kind) {
    case 'measure':
      return measureSql(condition, source);
    case 'url':
      return condition.where === 'first'
        ? urlSql(condition, 's.urls[1]', source)
        : `arrayExists(u -> ${urlSql(condition, 'u', source)}, s.urls)`;
    case 'source':
      return `s.source = ${params.string(condition.source)}`;
    case 'library': {
      const { library, version } = condition;
      const isVersion =
        version === undefined ? '1' : `s.library_version = ${params.string(version)}`;
      return `s.library = ${params.string(library)} AND ${isVersion}`;
    }
    case 'live':
      return `s.received_at >= fromUnixTimestamp64Milli(${params.int(asked.liveSinceMs)})`;
    default:
      throw new Error(`${condition.kind} is told by what happened.`);
  }
}

function measureSql(
  { measure, min, max }: Extract<Condition, { kind: 'measure' }>,
  { params }: EventSource,
): string {
  const value = MEASURED[measure];
  return [
    '1',
    ...(min === undefined ? [] : [`${value} >= ${params.float(min)}`]),
    ...(max === undefined ? [] : [`${value} <= ${params.float(max)}`]),
  ].join(' AND ');
}

function propertySql(
  property: Extract<Condition, { kind: 'property' }>['property'],
  attr: string,
  reading: Reading,
): string {
  const source = reading.source;
  const test = nodeSql({ event: null, properties: [property] }, source, `${attr}.property`);
  const type = property.type ?? 'event';
  if (type === 'person' || type === 'cohort') return ofPeopleSql(test, reading);
  const events = type === 'group' ? '1 = 1' : `e.event IN ${source.params.strings(PAGE_EVENTS)}`;
  const where = [...eventsWithin(reading), `e.session_id != ''`, events, test];
  return `s.session_id IN (SELECT e.session_id FROM ${source.from()} WHERE ${where.join(' AND ')})`;
}

/**
 * Sessions of whom a test of events `e` holds, by all ids that they are known by: what was recorded before somebody
 * signed in is theirs too.
 */
function ofPeopleSql(test: string, reading: Reading): string {
  const { source, span } = reading;
  const events = `SELECT e.distinct_id FROM ${source.from()} WHERE ${[...eventsWithin(reading), test].join(' AND ')}`;
  return `s.session_id IN (SELECT r.session_id FROM ${source.table('session_replay')} AS r
  ARRAY JOIN r.distinct_ids AS known_id WHERE ${inSessionDays(source, span, 'r')} AND known_id IN (${events}))`;
}

type Ranked = { readonly rank: string; readonly joins: readonly string[] };

/** What sessions are ordered by: a whole number. */
function rankSql(asked: Asked, reading: () => Reading, tests: readonly string[]): Ranked {
  const plain: Partial<Record<Order, string>> = {
    start_time: 'toUnixTimestamp64Milli(s.start_at)',
    duration: DURATION_MS,
    active_seconds: 's.active_ms',
    activity_score: 'round(s.score * 1000)',
    clicks: 's.clicks',
    console_errors: 's.errors',
  };
  const rank = plain[asked.order];
  if (rank !== undefined) return { rank, joins: [] };
  if (asked.order === 'errors') {
    const hits = hitsOf({ kind: 'exception' }, reading(), '');
    return hits
      ? { rank: 'w.n', joins: [joinSql(countsSql(hits), 'w')] }
      : { rank: '0', joins: [] };
  }
  return relevanceSql(asked, reading, tests);
}

/** Millionths of a condition that holds: how often counts less than whether. */
const HOLDS = 1_000_000;

/** What a recording shows of trouble: less than what was asked for, enough to order what is alike. */
const WORTH = `round(100 * (${[
  '3 * log(1 + s.errors_after_click)',
  '3 * log(1 + s.rage_clicks)',
  '2 * log(1 + s.status5xx + s.unanswered)',
  '2 * log(1 + s.quick_backs)',
  'log(1 + s.errors)',
  'log(1 + s.idle_gaps)',
].join(' + ')}))`;

function relevanceSql(
  { conditions }: Asked,
  reading: () => Reading,
  tests: readonly string[],
): Ranked {
  const joins: string[] = [];
  const terms = conditions.flatMap((condition, i) => {
    const holds = `${HOLDS} * (${tests[i] ?? '0'})`;
    if (condition.negated === true) return [holds];
    const hits = hitsOf(condition, reading(), `filter.conditions.${i}`);
    if (!hits) return [holds];
    const alias = `w${i}`;
    joins.push(joinSql(countsSql(hits), alias));
    return [holds, `round(1000 * log(1 + ${alias}.n))`];
  });
  return { rank: [...terms, WORTH].join(' + '), joins };
}

const joinSql = (counts: string, alias: string): string =>
  `LEFT JOIN (${counts}) AS ${alias} ON ${alias}.session_id = s.session_id`;
