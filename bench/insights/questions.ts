// What is asked, and how somebody who knows the table well would write it by hand.
import { answerFunnel } from '../../server/src/insights/funnels/funnels.service.ts';
import { answerPaths } from '../../server/src/insights/paths/paths.service.ts';
import {
  answerLifecycle,
  answerStickiness,
} from '../../server/src/insights/people-queries/people-queries.service.ts';
import { answerRetention } from '../../server/src/insights/retention/retention.service.ts';
import type { Inquiry } from '../../server/src/insights/scope.ts';
import { answerTrends } from '../../server/src/insights/trends/trends.service.ts';
import type { TrendsQuery, TrendsSeries } from '../../server/src/insights/trends/trends.ts';
import { ENVIRONMENT } from './store.ts';

/** One question in both ways; each gives a figure, and the two must be equal. */
export type Question = {
  readonly name: string;
  ours(inquiry: Inquiry): Promise<number>;
  byHand(inquiry: Inquiry): Promise<number>;
};

const DAYS = 30;
const dateRange = { date_from: `-${DAYS}d` };
const WHERE = `environment_id = ${ENVIRONMENT} AND timestamp >= toStartOfDay(now64(3, 'UTC') - INTERVAL ${DAYS} DAY)`;

/** Events with the people they belong to since ids were merged. */
const OWNED = `events AS e ANY LEFT JOIN (SELECT distinct_id, person_id AS owner FROM person_overrides FINAL
  WHERE environment_id = ${ENVIRONMENT}) AS o ON o.distinct_id = e.distinct_id`;
const PERSON = `if(o.owner = toUUID('00000000-0000-0000-0000-000000000000'), e.person_id, o.owner)`;

const sum = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((all, one) => all + (one ?? 0), 0);

/** The sum of a statement's last column. */
const rows = (text: string) => async (inquiry: Inquiry) =>
  sum((await inquiry.ask<number[]>({ text, params: {} })).map((row) => row.at(-1) ?? 0));

function trend(
  name: string,
  series: Omit<TrendsSeries, 'event'>,
  hand: string,
  more: Omit<TrendsQuery, 'kind' | 'series'> = {},
): Question {
  const query: TrendsQuery = {
    kind: 'TrendsQuery',
    series: [{ event: '$pageview', ...series }],
    dateRange,
    ...more,
  };
  return {
    name,
    ours: async (inquiry) =>
      sum((await answerTrends(query, inquiry, undefined)).results.flatMap(({ data }) => data)),
    byHand: rows(hand),
  };
}

const day = `toDate(timestamp, 'UTC') AS d`;
const steps = ['$pageview', 'checkout_started', 'purchase'];

export const QUESTIONS: readonly Question[] = [
  trend(
    'trend: events a day',
    {},
    `SELECT ${day}, count() FROM events WHERE ${WHERE} AND event = '$pageview' GROUP BY d`,
  ),
  trend(
    'trend: people a day',
    { math: 'dau' },
    `SELECT ${day}, uniqExact(${PERSON}) FROM ${OWNED} WHERE ${WHERE} AND event = '$pageview' GROUP BY d`,
  ),
  trend(
    'trend: by flag variant',
    {},
    `SELECT ${day}, flags['new-checkout'] AS v, count() FROM events WHERE ${WHERE} AND event = '$pageview' GROUP BY d, v`,
    { breakdownFilter: { breakdown: '$feature/new-checkout', breakdown_type: 'event' } },
  ),
  trend(
    'trend: of people on a plan',
    {},
    `SELECT ${day}, count() FROM ${OWNED} WHERE ${WHERE} AND event = '$pageview'
      AND ${PERSON} IN (SELECT id FROM person FINAL WHERE environment_id = ${ENVIRONMENT} AND props['plan'] = '"pro"') GROUP BY d`,
    { properties: [{ key: 'plan', type: 'person', value: 'pro' }] },
  ),
  trend(
    'trend: p95 of a property',
    { math: 'p95', math_property: 'duration_ms' },
    `SELECT ${day}, quantileExactInclusive(0.95)(toFloat64OrNull(props['duration_ms'])) FROM events WHERE ${WHERE} AND event = '$pageview' GROUP BY d`,
  ),
  {
    name: 'funnel: three steps in 14 days',
    ours: async (inquiry) => {
      const query = {
        kind: 'FunnelsQuery' as const,
        series: steps.map((event) => ({ event })),
        dateRange,
      };
      const { results } = await answerFunnel(query, inquiry, undefined);
      return sum((results as { count: number }[]).map(({ count }) => count));
    },
    // Window functions, because the times between the steps are asked for as well.
    byHand:
      rows(`SELECT avgIf(t2, m >= 2), quantileExactIf(0.5)(t2, m >= 2), avgIf(t3, m >= 3), quantileExactIf(0.5)(t3, m >= 3),
        countIf(m >= 1) + countIf(m >= 2) + countIf(m >= 3) FROM (
      SELECT person_id, max(lvl) AS m, minIf(n2 - ts, lvl >= 2) AS t2, minIf(n3 - n2, lvl >= 3) AS t3 FROM (
        SELECT *, multiIf(n2 <= ts + win AND n3 <= ts + win, 3, n2 <= ts + win, 2, 1) AS lvl, ${14 * 86_400_000} AS win FROM (
          SELECT *, min(if(e = 2, n3x, NULL)) OVER w AS n3 FROM (
            SELECT *, min(if(e = 2, ts, NULL)) OVER w AS n2, min(if(e = 3, ts, NULL)) OVER w AS n3x FROM (
              SELECT ${PERSON} AS person_id, toUnixTimestamp64Milli(timestamp) AS ts,
                multiIf(${steps.map((event, n) => `event = '${event}', ${n + 1}`).join(', ')}, 0) AS e
              FROM ${OWNED} WHERE ${WHERE} AND event IN (${steps.map((event) => `'${event}'`).join(', ')}))
            WINDOW w AS (PARTITION BY person_id ORDER BY ts DESC, e DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
          WINDOW w AS (PARTITION BY person_id ORDER BY ts DESC, e DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
        WHERE e = 1) GROUP BY person_id)`),
  },
  {
    name: 'retention: eight weeks',
    ours: async (inquiry) => {
      const entity = { id: '$pageview' };
      const query = {
        kind: 'RetentionQuery' as const,
        retentionFilter: {
          targetEntity: entity,
          returningEntity: entity,
          period: 'Week' as const,
          totalIntervals: 8,
        },
      };
      const { results } = await answerRetention(query, inquiry, undefined);
      return sum(
        (results as { values: { count: number | null }[] }[]).flatMap(({ values }) =>
          values.map(({ count }) => count),
        ),
      );
    },
    byHand: rows(`SELECT c, k, count() FROM (
        SELECT ${PERSON} AS person, groupUniqArray(toStartOfWeek(timestamp, 1, 'UTC')) AS ws FROM ${OWNED}
        WHERE environment_id = ${ENVIRONMENT} AND event = '$pageview'
          AND timestamp >= toStartOfWeek(now(), 1, 'UTC') - INTERVAL 7 WEEK GROUP BY person)
      ARRAY JOIN ws AS c ARRAY JOIN arrayFilter(x -> x >= 0, arrayMap(w -> intDiv(w - c, 7), ws)) AS k GROUP BY c, k`),
  },
  {
    name: 'stickiness: days of a month',
    ours: async (inquiry) => {
      const query = {
        kind: 'StickinessQuery' as const,
        series: [{ event: '$pageview' }],
        dateRange,
      };
      const { results } = await answerStickiness(query, inquiry, undefined);
      return sum((results as { data: number[] }[]).flatMap(({ data }) => data));
    },
    byHand:
      rows(`SELECT k, count() FROM (SELECT uniqExact(toDate(timestamp, 'UTC')) AS k FROM ${OWNED}
      WHERE ${WHERE} AND event = '$pageview' GROUP BY ${PERSON}) GROUP BY k`),
  },
  {
    name: 'lifecycle: by day',
    ours: async (inquiry) => {
      const query = {
        kind: 'LifecycleQuery' as const,
        series: [{ event: '$pageview' }],
        dateRange,
      };
      const { results } = await answerLifecycle(query, inquiry, undefined);
      return sum((results as { data: number[] }[]).flatMap(({ data }) => data.map(Math.abs)));
    },
    byHand: rows(`SELECT e.1 AS d, e.2 AS s, count() FROM (
        SELECT arraySort(groupUniqArray(toDate(timestamp, 'UTC'))) AS a, min(p.created) AS born FROM ${OWNED}
        LEFT ANY JOIN (SELECT id, toDate(created_at, 'UTC') AS created FROM person FINAL WHERE environment_id = ${ENVIRONMENT}) AS p ON p.id = ${PERSON}
        WHERE environment_id = ${ENVIRONMENT} AND event = '$pageview'
          AND timestamp >= toStartOfDay(now64(3, 'UTC') - INTERVAL ${DAYS + 1} DAY) GROUP BY ${PERSON})
      ARRAY JOIN arrayConcat(
        arrayMap(x -> (x, multiIf(x = born, 'new', has(a, x - 1), 'returning', 'resurrecting')), a),
        arrayMap(x -> (x + 1, 'dormant'), arrayFilter(x -> NOT has(a, x + 1), a))) AS e
      WHERE d >= toDate(now('UTC') - INTERVAL ${DAYS} DAY) AND d <= toDate(now('UTC')) GROUP BY d, s`),
  },
  {
    name: 'paths: from page to page',
    ours: async (inquiry) => {
      const query = {
        kind: 'PathsQuery' as const,
        dateRange,
        pathsFilter: {
          includeEventTypes: ['$pageview' as const, 'custom_event' as const],
          edgeLimit: 1000,
        },
      };
      const { results } = await answerPaths(query, inquiry, undefined);
      return sum((results as { value: number }[]).map(({ value }) => value));
    },
    byHand: rows(`SELECT stop.1, stop.2, stop.3, avg(stop.4), count() FROM (
        SELECT arrayJoin(arrayZip(arrayEnumerate(p), p.2, arrayPushBack(arrayPopFront(p.2), ''), arrayPushBack(arrayPopFront(arrayDifference(p.1)), 0))) AS stop FROM (
          SELECT arraySlice(arrayFilter((x, last) -> x.3 != last, v, arrayPushFront(arrayPopBack(v.3), '')), 1, 5) AS q, arrayMap(x -> (x.1, x.3), q) AS p FROM (
            SELECT arrayJoin(arraySplit((x, gap) -> gap > 1800000, a, arrayDifference(a.1))) AS v FROM (
              SELECT arraySort(groupArray((toUnixTimestamp64Milli(timestamp), toUInt128(uuid), if(event = '$pageview',
                trim(TRAILING '/' FROM JSONExtractString(props['$current_url'])), toString(event))))) AS a
              FROM ${OWNED} WHERE ${WHERE} AND (event = '$pageview' OR NOT startsWith(event, '$')) GROUP BY ${PERSON}))))
      WHERE stop.3 != '' GROUP BY stop.1, stop.2, stop.3`),
  },
];
