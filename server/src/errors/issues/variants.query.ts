// To whom of those with each value of a flag an issue happened. A person counts with every value that their events
// report; an exception with the value that it reports itself, else with the one value that its person ever had.
import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from './ask.query.ts';
import { type Asked, exceptionsSql, IN_RANGE, OWNER, OWNERS } from './exceptions-sql.ts';

/** People who had a value of a flag. */
export type Told = { readonly flag: string; readonly value: string; readonly people: number };

/** People with a value to whom an issue happened; the value is empty where it is not known. */
export type Hit = Told & { readonly fingerprint: string; readonly events: number };

const CALLS = `event IN ('$feature_flag_called', '$feature_flag_evaluated')`;

/**
 * One row a person, flag and value: what calls answered, and what other events carry. Apart, since only of calls is
 * more needed than their flags: properties are most of what an event is. Prunes by environment and day.
 */
const TOLD = `SELECT ${OWNER} AS person, e.flag AS flag, e.value AS value FROM (
    SELECT distinct_id, any(person_id) AS person_id, flag, value FROM (
      SELECT distinct_id, person_id, toString(flag) AS flag, toString(flag_response) AS value
      FROM events WHERE ${IN_RANGE} AND ${CALLS} AND flag IN {flag_keys:Array(String)} AND flag_response != ''
        AND position(props['$feature_flag_error'], 'flag_missing') = 0
      UNION ALL
      SELECT distinct_id, person_id, k AS flag, toString(flags[k]) AS value
      FROM events ARRAY JOIN {flag_keys:Array(String)} AS k
      WHERE ${IN_RANGE} AND flags[k] != '' AND NOT (${CALLS} AND events.flag = k)
    ) GROUP BY distinct_id, flag, value
  ) AS e ${OWNERS} GROUP BY person, flag, value`;

/** One row a kind of count: people by flag and value, and those to whom each issue happened. */
export async function countVariants(
  clickhouse: ClickHouseClient,
  asked: Asked,
  flagKeys: readonly string[],
): Promise<{ readonly told: readonly Told[]; readonly hits: readonly Hit[] }> {
  if (flagKeys.length === 0) return { told: [], hits: [] };
  const { sql, params } = exceptionsSql(asked);
  const query = `WITH told AS (${TOLD}),
single AS (
  SELECT person, flag, if(count() = 1, any(value), '') AS only FROM told GROUP BY person, flag
),
hit AS (
  SELECT key, k AS flag, person, toString(flags[k]) AS own, count() AS events
  FROM (${sql}) ARRAY JOIN {flag_keys:Array(String)} AS k GROUP BY key, flag, person, own
)
SELECT '' AS fingerprint, flag, value, count(), toUInt64(0) FROM told GROUP BY flag, value
UNION ALL
SELECT toString(hit.key) AS fingerprint, hit.flag AS flag, if(hit.own != '', hit.own, single.only) AS value,
  uniqExact(hit.person), sum(hit.events)
FROM hit LEFT JOIN single ON single.person = hit.person AND single.flag = hit.flag
GROUP BY fingerprint, flag, value`;
  type Row = readonly [string, string, string, string, string];
  const rows = await ask<Row>(clickhouse, query, { ...params, flag_keys: flagKeys });
  const counted = rows.map(([fingerprint, flag, value, people, events]) => ({
    fingerprint,
    flag,
    value,
    people: Number(people),
    events: Number(events),
  }));
  return {
    told: counted.filter(({ fingerprint }) => fingerprint === ''),
    hits: counted.filter(({ fingerprint }) => fingerprint !== ''),
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
