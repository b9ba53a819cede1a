// To whom of those with each value of a flag an issue happened. A person counts with every value that their events
// report; an exception with the value that it reports itself, else with the one value that its person ever had.
import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from './ask.query.ts';
import { type Asked, exceptionsSql, IN_RANGE, NOBODY, OWNER, OWNERS } from './exceptions-sql.ts';

/** People who had a value of a flag. */
export type Told = { readonly flag: string; readonly value: string; readonly people: number };

/** People with a value to whom an issue happened; the value is empty where it is not known. */
export type Hit = Told & { readonly fingerprint: string; readonly events: number };

const CALLS = `event IN ('$feature_flag_called', '$feature_flag_evaluated')`;

/** Named one by one: of constant keys alone is only that part of the map read where they are. */
const valuesSql = (flagKeys: readonly string[]): string =>
  `[${flagKeys.map((_, i) => `toString(flags[{flag_${i}:String}])`).join(', ')}]`;

/**
 * Whom was told which value of a flag: what calls answered, and what other events carry. Apart, since only of calls is
 * more needed than their flags: properties are most of what an event is. Prunes by environment and day.
 */
const toldSql = (flagKeys: readonly string[]): string =>
  `SELECT ${OWNER} AS person, e.flag AS flag, e.value AS value FROM (
    SELECT distinct_id, person_id, toString(flag) AS flag, toString(flag_response) AS value
    FROM events WHERE ${IN_RANGE} AND ${CALLS} AND flag IN {flag_keys:Array(String)} AND flag_response != ''
      AND position(props['$feature_flag_error'], 'flag_missing') = 0
    UNION ALL
    SELECT distinct_id, person_id, k AS flag, value
    FROM (
      SELECT distinct_id, person_id, ${valuesSql(flagKeys)} AS values, if(${CALLS}, toString(flag), '') AS called
      FROM events WHERE ${IN_RANGE}
    ) ARRAY JOIN values AS value, {flag_keys:Array(String)} AS k
    WHERE value != '' AND called != k
  ) AS e ${OWNERS}`;

/**
 * People by flag and value, and those to whom each issue happened. All that is known of a person comes together in one
 * row: what asks twice who was told what reads every event twice, and what joins both cannot do so on disk.
 */
export async function countVariants(
  clickhouse: ClickHouseClient,
  asked: Asked,
  flagKeys: readonly string[],
): Promise<{ readonly told: readonly Told[]; readonly hits: readonly Hit[] }> {
  if (flagKeys.length === 0) return { told: [], hits: [] };
  const { sql, params } = exceptionsSql(asked);
  const query = `SELECT toString(one.1), flag, if(one.2 != '', one.2, only) AS said, uniqExact(person), sum(one.3)
FROM (
  SELECT person, flag, groupArray((key, value, events)) AS facts,
    arrayFilter(fact -> fact.3 = 0, facts) AS told, if(length(told) = 1, told[1].2, '') AS only
  FROM (
    SELECT person, flag, key, value, sum(happened) AS events FROM (
      SELECT person, flag, ${NOBODY} AS key, value, 0 AS happened FROM (${toldSql(flagKeys)})
      UNION ALL
      SELECT person, k AS flag, key, value, 1 AS happened
      FROM (SELECT key, person, ${valuesSql(flagKeys)} AS values FROM (${sql}))
      ARRAY JOIN values AS value, {flag_keys:Array(String)} AS k
    ) GROUP BY person, flag, key, value
  ) GROUP BY person, flag
) ARRAY JOIN facts AS one GROUP BY one.1, flag, said`;
  type Row = readonly [string, string, string, string, string];
  const named = Object.fromEntries(flagKeys.map((key, i) => [`flag_${i}`, key]));
  const rows = await ask<Row>(clickhouse, query, { ...params, ...named, flag_keys: flagKeys });
  const counted = rows.map(([fingerprint, flag, value, people, events]) => ({
    fingerprint,
    flag,
    value,
    people: Number(people),
    events: Number(events),
  }));
  return {
    told: counted.filter(({ events }) => events === 0),
    hits: counted.filter(({ events }) => events > 0),
  };
}

/** More than anybody compares an issue by. */
const MAX_FLAGS = 20;

/** Flags that exceptions report, or that their people asked for; those of most people first. */
export async function listFlagsOf(
  clickhouse: ClickHouseClient,
  asked: Asked,
): Promise<readonly string[]> {
  const { sql, params } = exceptionsSql(asked);
  const query = `WITH own AS (${sql})
SELECT key FROM (
  SELECT arrayJoin(mapKeys(flags)) AS key, distinct_id FROM own
  UNION ALL
  SELECT toString(flag) AS key, distinct_id FROM events
  WHERE ${IN_RANGE} AND event = '$feature_flag_called' AND flag != ''
    AND distinct_id IN (SELECT distinct_id FROM own LIMIT 10000)
) GROUP BY key ORDER BY uniq(distinct_id) DESC, key LIMIT ${MAX_FLAGS}`;
  const rows = await ask<[string]>(clickhouse, query, params);
  return rows.map(([key]) => key);
}
