// What merges the event store knows of.
import type { ClickHouseClient } from '@clickhouse/client';
import { MAX_IDS, type Mapping } from './squash.ts';

const SETTINGS = { log_comment: 'squash', max_execution_time: 60 } as const;

/** How many ids merges speak of, by environment. */
export async function countMerged(
  clickhouse: ClickHouseClient,
): Promise<{ environmentId: number; ids: number }[]> {
  const result = await clickhouse.query({
    query: `SELECT environment_id, uniqExact(distinct_id) AS ids FROM person_overrides
      GROUP BY environment_id ORDER BY environment_id`,
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  const rows = await result.json<{ environment_id: number; ids: string }>();
  return rows.map((row) => ({ environmentId: row.environment_id, ids: Number(row.ids) }));
}

/**
 * What merges say about the next ids after `afterId`. Without ids by which a cohort holds who they were before: only
 * merges say who that is now. The cohort's next calculation knows them.
 */
export async function readMerged(
  clickhouse: ClickHouseClient,
  environmentId: number,
  afterId: string,
): Promise<Mapping> {
  const result = await clickhouse.query({
    query: `SELECT distinct_id, toString(argMax(person_id, version)) AS person_id,
        max(person_overrides.version) AS newest
      FROM person_overrides
      WHERE environment_id = {environment:UInt32} AND distinct_id > {after:String}
        AND distinct_id NOT IN (
          SELECT m.distinct_id FROM cohort_person AS m
          INNER JOIN (SELECT distinct_id, argMax(person_id, version) AS owner FROM person_overrides
            WHERE environment_id = {environment:UInt32} GROUP BY distinct_id) AS o
            ON o.distinct_id = m.distinct_id
          WHERE m.environment_id = {environment:UInt32} AND m.person_id != o.owner)
      GROUP BY distinct_id ORDER BY distinct_id LIMIT ${MAX_IDS}`,
    query_params: { environment: environmentId, after: afterId },
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  const rows = await result.json<Record<'distinct_id' | 'person_id' | 'newest', string>>();
  return {
    distinctIds: rows.map((row) => row.distinct_id),
    personIds: rows.map((row) => row.person_id),
    versions: rows.map((row) => Number(row.newest)),
  };
}
