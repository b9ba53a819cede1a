// What is asked, and how somebody who knows the table well would write it by hand.
import { answerFunnel } from '../../server/src/insights/funnels/funnels.service.ts';
import { answerPaths } from '../../server/src/insights/paths/paths.service.ts';
import {
  answerLifecycle,
  answerStickiness,
} from '../../server/src/insights/people-queries/people-queries.service.ts';
import type { Query } from '../../server/src/insights/query.ts';
import { answerRetention } from '../../server/src/insights/retention/retention.service.ts';
import type { Inquiry } from '../../server/src/insights/scope.ts';
import { answerTrends } from '../../server/src/insights/trends/trends.service.ts';

type Asked = Exclude<Query, { kind: 'ActorsQuery' | 'EventsQuery' | 'HogQLQuery' }>;

/** One question in both ways. */
export type Question = {
  readonly name: string;
  readonly query: Asked;
  /** A statement whose last column adds up to the same figure. */
  readonly byHand: string;
};

const DAYS = 30;
const dateRange = { date_from: `-${DAYS}d` };
const pageviews = [{ event: '$pageview' }];
const steps = ['$pageview', 'checkout_started', 'purchase'];
const day = `toDate(timestamp, 'UTC') AS d`;

export function questionsOf(environmentId: number): readonly Question[] {
  const ours = `environment_id = ${environmentId}`;
  const where = `${ours} AND timestamp >= toStartOfDay(now64(3, 'UTC') - INTERVAL ${DAYS} DAY)`;
  return [
    ...trendQuestions(where, ours),
    funnelQuestion(where, ours),
    ...returnQuestions(where, ours),
    pathsQuestion(where, ours),
  ];
}

/** Events with the people they belong to since ids were merged. */
const owned = (ours: string): string => `events AS e ANY LEFT JOIN (
  SELECT distinct_id, person_id AS owner FROM person_overrides FINAL WHERE ${ours}) AS o ON o.distinct_id = e.distinct_id`;
const PERSON = `if(o.owner = toUUID('00000000-0000-0000-0000-000000000000'), e.person_id, o.owner)`;

function trendQuestions(where: string, ours: string): Question[] {
  const month = { kind: 'TrendsQuery', dateRange } as const;
  const views = `${where} AND event = '$pageview'`;
  return [
    {
      name: 'trend: events a day',
      query: { ...month, series: pageviews },
      byHand: `SELECT ${day}, count() FROM events WHERE ${views} GROUP BY d`,
    },
    {
      name: 'trend: people a day',
      query: { ...month, series: [{ event: '$pageview', math: 'dau' }] },
      byHand: `SELECT ${day}, uniqExact(${PERSON}) FROM ${owned(ours)} WHERE ${views} GROUP BY d`,
    },
    {
      name: 'trend: by flag variant',
      query: {
        ...month,
        series: pageviews,
        breakdownFilter: { breakdown: '$feature/new-checkout', breakdown_type: 'event' },
      },
      byHand: `SELECT ${day}, flags['new-checkout'] AS v, count() FROM events WHERE ${views} GROUP BY d, v`,
    },
    {
      name: 'trend: of people on a plan',
      query: {
        ...month,
        series: pageviews,
        properties: [{ key: 'plan', type: 'person', value: 'pro' }],
      },
      byHand: `SELECT ${day}, count() FROM ${owned(ours)} WHERE ${views}
      AND ${PERSON} IN (SELECT id FROM person FINAL WHERE ${ours} AND props['plan'] = '"pro"') GROUP BY d`,
    },
    {
      name: 'trend: p95 of a property',
      query: {
        ...month,
        series: [{ event: '$pageview', math: 'p95', math_property: 'duration_ms' }],
      },
      byHand: `SELECT ${day}, quantileExactInclusive(0.95)(toFloat64OrNull(props['duration_ms'])) FROM events WHERE ${views} GROUP BY d`,
    },
  ];
}

function funnelQuestion(where: string, ours: string): Question {
  return {
    name: 'funnel: three steps in 14 days',
    query: { kind: 'FunnelsQuery', series: steps.map((event) => ({ event })), dateRange },
    // Window functions, because the times between the steps are asked for as well.
    byHand: `SELECT avgIf(t2, m >= 2), quantileExactIf(0.5)(t2, m >= 2), avgIf(t3, m >= 3), quantileExactIf(0.5)(t3, m >= 3),
        countIf(m >= 1) + countIf(m >= 2) + countIf(m >= 3) FROM (
      SELECT person_id, max(lvl) AS m, minIf(n2 - ts, lvl >= 2) AS t2, minIf(n3 - n2, lvl >= 3) AS t3 FROM (
        SELECT *, multiIf(n2 <= ts + win AND n3 <= ts + win, 3, n2 <= ts + win, 2, 1) AS lvl, ${14 * 86_400_000} AS win FROM (
          SELECT *, min(if(e = 2, n3x, NULL)) OVER w AS n3 FROM (
            SELECT *, min(if(e = 2, ts, NULL)) OVER w AS n2, min(if(e = 3, ts, NULL)) OVER w AS n3x FROM (
              SELECT ${PERSON} AS person_id, toUnixTimestamp64Milli(timestamp) AS ts,
                multiIf(${steps.map((event, n) => `event = '${event}', ${n + 1}`).join(', ')}, 0) AS e
              FROM ${owned(ours)} WHERE ${where} AND event IN (${steps.map((event) => `'${event}'`).join(', ')}))
            WINDOW w AS (PARTITION BY person_id ORDER BY ts DESC, e DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
          WINDOW w AS (PARTITION BY person_id ORDER BY ts DESC, e DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
        WHERE e = 1) GROUP BY person_id)`,
  };
}

/** Who comes back. */
function returnQuestions(where: string, ours: string): Question[] {
  return [
    {
      name: 'retention: eight weeks',
      query: {
        kind: 'RetentionQuery',
        retentionFilter: {
          targetEntity: { id: '$pageview' },
          returningEntity: { id: '$pageview' },
          period: 'Week',
          totalIntervals: 8,
        },
      },
      byHand: `SELECT c, k, count() FROM (
        SELECT ${PERSON} AS person, groupUniqArray(toStartOfWeek(timestamp, 1, 'UTC')) AS ws FROM ${owned(ours)}
        WHERE ${ours} AND event = '$pageview'
          AND timestamp >= toStartOfWeek(now(), 1, 'UTC') - INTERVAL 7 WEEK GROUP BY person)
      ARRAY JOIN ws AS c ARRAY JOIN arrayFilter(x -> x >= 0, arrayMap(w -> intDiv(w - c, 7), ws)) AS k GROUP BY c, k`,
    },
    {
      name: 'stickiness: days of a month',
      query: { kind: 'StickinessQuery', series: pageviews, dateRange },
      byHand: `SELECT k, count() FROM (SELECT uniqExact(toDate(timestamp, 'UTC')) AS k FROM ${owned(ours)}
      WHERE ${where} AND event = '$pageview' GROUP BY ${PERSON}) GROUP BY k`,
    },
    {
      name: 'lifecycle: by day',
      query: { kind: 'LifecycleQuery', series: pageviews, dateRange },
      byHand: `SELECT e.1 AS d, e.2 AS s, count() FROM (
        SELECT arraySort(groupUniqArray(toDate(timestamp, 'UTC'))) AS a, min(p.created) AS born FROM ${owned(ours)}
        LEFT ANY JOIN (SELECT id, toDate(created_at, 'UTC') AS created FROM person FINAL WHERE ${ours}) AS p ON p.id = ${PERSON}
        WHERE ${ours} AND event = '$pageview'
          AND timestamp >= toStartOfDay(now64(3, 'UTC') - INTERVAL ${DAYS + 1} DAY) GROUP BY ${PERSON})
      ARRAY JOIN arrayConcat(
        arrayMap(x -> (x, multiIf(x = born, 'new', has(a, x - 1), 'returning', 'resurrecting')), a),
        arrayMap(x -> (x + 1, 'dormant'), arrayFilter(x -> NOT has(a, x + 1), a))) AS e
      WHERE d >= toDate(now('UTC') - INTERVAL ${DAYS} DAY) AND d <= toDate(now('UTC')) GROUP BY d, s`,
    },
  ];
}

function pathsQuestion(where: string, ours: string): Question {
  return {
    name: 'paths: from page to page',
    query: {
      kind: 'PathsQuery',
      dateRange,
      pathsFilter: { includeEventTypes: ['$pageview', 'custom_event'], edgeLimit: 1000 },
    },
    byHand: `SELECT stop.1, stop.2, stop.3, avg(stop.4), count() FROM (
        SELECT arrayJoin(arrayZip(arrayEnumerate(p), p.2, arrayPushBack(arrayPopFront(p.2), ''), arrayPushBack(arrayPopFront(arrayDifference(p.1)), 0))) AS stop FROM (
          SELECT arraySlice(arrayFilter((x, last) -> x.3 != last, v, arrayPushFront(arrayPopBack(v.3), '')), 1, 5) AS q, arrayMap(x -> (x.1, x.3), q) AS p FROM (
            SELECT arrayJoin(arraySplit((x, gap) -> gap > 1800000, a, arrayDifference(a.1))) AS v FROM (
              SELECT arraySort(groupArray((toUnixTimestamp64Milli(timestamp), toUInt128(uuid), if(event = '$pageview',
                trim(TRAILING '/' FROM JSONExtractString(props['$current_url'])), toString(event))))) AS a
              FROM ${owned(ours)} WHERE ${where} AND (event = '$pageview' OR NOT startsWith(event, '$')) GROUP BY ${PERSON}))))
      WHERE stop.3 != '' GROUP BY stop.1, stop.2, stop.3`,
  };
}

/** The answer's results, straight from the store. */
export async function answer(query: Asked, inquiry: Inquiry): Promise<unknown> {
  switch (query.kind) {
    case 'TrendsQuery':
      return (await answerTrends(query, inquiry, undefined)).results;
    case 'FunnelsQuery':
      return (await answerFunnel(query, inquiry, undefined)).results;
    case 'RetentionQuery':
      return (await answerRetention(query, inquiry, undefined)).results;
    case 'StickinessQuery':
      return (await answerStickiness(query, inquiry, undefined)).results;
    case 'LifecycleQuery':
      return (await answerLifecycle(query, inquiry, undefined)).results;
    case 'PathsQuery':
      return (await answerPaths(query, inquiry, undefined)).results;
  }
}

/** All numbers of an answer in one. */
export function figureOf({ kind }: Asked, results: unknown): number {
  const lists = results as readonly {
    data: (number | null)[];
    count: number;
    value: number;
    values: { count: number | null }[];
  }[];
  switch (kind) {
    case 'FunnelsQuery':
      return sum(lists.map(({ count }) => count));
    case 'RetentionQuery':
      return sum(lists.flatMap(({ values }) => values.map(({ count }) => count)));
    case 'PathsQuery':
      return sum(lists.map(({ value }) => value));
    case 'TrendsQuery':
    case 'StickinessQuery':
    case 'LifecycleQuery':
      // Those who do not come back are below the axis.
      return sum(lists.flatMap(({ data }) => data.map((one) => Math.abs(one ?? 0))));
  }
}

export const sum = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
