// A page of recordings as one statement: sessions of the environment, each condition a test of them, most of them
// whether the id is in a set; then by rank, largest first.
import { EventSource, nodeSql } from '#insights/event-sql';
import { isShownSql } from '../store/kept.ts';
import type { Asked } from './asked.ts';
import type { Condition, Measure } from './filter.ts';
import { hitsOf, idsSql, urlSql } from './hits.ts';
import { type Counted, DURATION_MS, countedFor, rankSql } from './rank-sql.ts';
import { type Reading, eventsWithin, inSessionDays } from './reading.ts';

/** What recordings say themselves: nothing else is read to test it. */
const RECORDED: ReadonlySet<Condition['kind']> = new Set([
  'measure',
  'url',
  'source',
  'library',
  'live',
  'person',
  'sessions',
  'watched',
  'pinned',
]);

/** Whether something beside recordings is read to test it. */
export const readsMore = ({ kind }: Condition): boolean => !RECORDED.has(kind);

/** What a session says of its browser, system and place: these are few, and every site sends some. */
const PAGE_EVENTS = ['$pageview', '$screen', '$pageleave'];

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
  const among = asked.among && params.strings(asked.among.map(({ sessionId }) => sessionId));
  // What one condition needs to be joined is not read for another.
  const reading = (): Reading => ({
    source: new EventSource(source.scope, params),
    span: asked.span,
    isExact: false,
    issues: asked.known.issues,
    among,
  });
  const counted = countedFor(asked, reading);
  const tests = testsSql(asked, reading, counted);
  const { rank, joins } = rankSql(asked, reading, tests, counted);
  const at = (ms: number) => `fromUnixTimestamp64Milli(${params.int(ms)})`;
  const { fromMs, toMs } = asked.span;
  const conditions = [
    isShownSql('s', params.add('Date', dayOf(source.scope.calendar.nowMs))),
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
PREWHERE ${[inSessionDays(source, asked.span, 's'), ...amongSql(asked, among, source)].join(' AND ')}
WHERE ${conditions.join(' AND ')}
ORDER BY rank DESC, s.session_id DESC LIMIT ${params.add('UInt32', asked.limit + 1)}
${SETTINGS}`;
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** Larger sets are sorted in vain: days come before ids in the order of the table. */
const SETTINGS = 'SETTINGS use_index_for_in_with_subqueries_max_values = 10000';

function amongSql(
  { among }: Asked,
  ids: string | undefined,
  { params }: EventSource,
): readonly string[] {
  if (!among || ids === undefined) return [];
  const days = params.add('Array(Date)', [...new Set(among.map(({ day }) => day))]);
  return [`s.session_day IN ${days}`, `s.session_id IN ${ids}`];
}

/** By the place of the condition, as far as it is tested. */
function testsSql(asked: Asked, reading: () => Reading, counted: Counted): readonly string[] {
  const { conditions, match, isRough = false } = asked;
  if (isRough && match === 'any') return [];
  return conditions
    .map((condition, place) => ({ condition, place }))
    .filter(({ condition }) => !isRough || !readsMore(condition))
    .map(({ condition, place }) => {
      const test = positiveSql(
        { condition, place, counts: counted.get(place)?.alias },
        asked,
        reading(),
      );
      return condition.negated === true ? `NOT (${test})` : `(${test})`;
    });
}

type Tested = {
  readonly condition: Condition;
  readonly place: number;
  /** The table that says how often, if it is joined. */
  readonly counts: string | undefined;
};

function positiveSql({ condition, place, counts }: Tested, asked: Asked, reading: Reading): string {
  const hits = hitsOf(condition, reading, `filter.conditions.${place}`);
  if (hits) {
    const isHit = counts ? `${counts}.n > 0` : `s.session_id IN (${idsSql(hits, reading.among)})`;
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
  const { among } = reading;
  const isOne = among === undefined ? `e.session_id != ''` : `e.session_id IN ${among}`;
  const where = [...eventsWithin(reading), isOne, events, test];
  return `s.session_id IN (SELECT e.session_id FROM ${source.from()} WHERE ${where.join(' AND ')})`;
}

/**
 * Sessions of whom a test of events `e` holds, by all ids that they are known by: what was recorded before somebody
 * signed in is theirs too.
 */
function ofPeopleSql(test: string, reading: Reading): string {
  const { source, span, among } = reading;
  const isOne = among === undefined ? '1' : `r.session_id IN ${among}`;
  const events = `SELECT e.distinct_id FROM ${source.from()} WHERE ${[...eventsWithin(reading), test].join(' AND ')}`;
  return `s.session_id IN (SELECT r.session_id FROM ${source.table('session_replay')} AS r
  ARRAY JOIN r.distinct_ids AS known_id WHERE ${inSessionDays(source, span, 'r')} AND ${isOne} AND known_id IN (${events}))`;
}
