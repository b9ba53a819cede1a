// How many people a calculation has found.
import type { ClickHouseClient } from '@clickhouse/client';

export async function countPeopleIn(
  clickhouse: ClickHouseClient,
  calculation: {
    readonly environmentId: number;
    readonly cohortId: number;
    readonly number: string;
  },
): Promise<number> {
  const answer = await clickhouse.query({
    query: `SELECT count() AS count FROM cohort_person WHERE environment_id = {environment:UInt32}
      AND cohort_id = {cohort:UInt32} AND calculation = {number:UInt64}`,
    query_params: {
      environment: calculation.environmentId,
      cohort: calculation.cohortId,
      number: calculation.number,
    },
    format: 'JSONEachRow',
  });
  const [row] = await answer.json<{ count: string | number }>();
  return Number(row?.count ?? 0);
}
