// Reads who is in calculated cohorts. A calculation that is none any more has no rows.
import type { ClickHouseClient } from '@clickhouse/client';
import { calculatedPeopleSql } from './calculated-people.ts';

/** One calculation of a cohort's people. */
export type PublishedCalculation = {
  readonly environmentId: number;
  readonly cohortId: number;
  /** The number that names its rows. */
  readonly number: string;
};

const PEOPLE = calculatedPeopleSql({
  table: (name) => name,
  environment: '{environment:UInt32}',
  cohort: '{cohort:UInt32}',
  calculation: '{number:UInt64}',
});
const SETTINGS = { max_execution_time: 30, log_comment: 'cohort people', priority: '2' } as const;

const paramsOf = ({ environmentId, cohortId, number }: PublishedCalculation) => ({
  environment: environmentId,
  cohort: cohortId,
  number,
});

export type CalculatedPerson = {
  readonly personId: string;
  /** One that an event came with; empty where none was looked at. */
  readonly distinctId: string;
};

type Row = { readonly person_id: string; readonly distinct_id: string };

const toPerson = (row: Row): CalculatedPerson => ({
  personId: row.person_id,
  distinctId: row.distinct_id,
});

/** One page of them, and how many there are. */
export async function readCalculatedPeople(
  clickhouse: ClickHouseClient,
  calculation: PublishedCalculation,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; people: CalculatedPerson[] }> {
  const query_params = { ...paramsOf(calculation), limit, offset };
  const [counted, listed] = await Promise.all([
    clickhouse.query({
      query: `SELECT count() AS count FROM (${PEOPLE})`,
      query_params,
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
    }),
    clickhouse.query({
      query: `SELECT * FROM (${PEOPLE}) ORDER BY person_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      query_params,
      format: 'JSONEachRow',
      clickhouse_settings: SETTINGS,
    }),
  ]);
  const [count] = await counted.json<{ count: string | number }>();
  return { count: Number(count?.count ?? 0), people: (await listed.json<Row>()).map(toPerson) };
}

/** Those of the people who are in it. */
export async function findCalculatedPeople(
  clickhouse: ClickHouseClient,
  calculation: PublishedCalculation,
  personIds: readonly string[],
): Promise<CalculatedPerson[]> {
  if (personIds.length === 0) return [];
  const answer = await clickhouse.query({
    query: `SELECT * FROM (${PEOPLE}) WHERE person_id IN {people:Array(UUID)}`,
    query_params: { ...paramsOf(calculation), people: personIds },
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  return (await answer.json<Row>()).map(toPerson);
}

/** Numbers of all calculations of a cohort that still have rows. */
export async function findCalculationNumbers(
  clickhouse: ClickHouseClient,
  { environmentId, cohortId }: Omit<PublishedCalculation, 'number'>,
): Promise<string[]> {
  const answer = await clickhouse.query({
    query: `SELECT DISTINCT toString(calculation) AS number FROM cohort_person
      WHERE environment_id = {environment:UInt32} AND cohort_id = {cohort:UInt32}`,
    query_params: { environment: environmentId, cohort: cohortId },
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  return (await answer.json<{ number: string }>()).map(({ number }) => number);
}

/** Drops the rows of calculations that nobody asks for any more. */
export async function dropCalculations(
  clickhouse: ClickHouseClient,
  { environmentId, cohortId }: Omit<PublishedCalculation, 'number'>,
  numbers: readonly string[],
): Promise<void> {
  for (const number of numbers) {
    const partition = [environmentId, cohortId, BigInt(number)].join(', ');
    await clickhouse.command({
      query: `ALTER TABLE cohort_person DROP PARTITION (${partition})`,
      clickhouse_settings: SETTINGS,
    });
  }
}

/** Cohorts whose published calculations have somebody in them, as themselves or by one of their ids. */
export async function findCalculationsOf(
  clickhouse: ClickHouseClient,
  environmentId: number,
  published: readonly PublishedCalculation[],
  person: { readonly id: string; readonly distinctIds: readonly string[] },
): Promise<ReadonlySet<number>> {
  if (published.length === 0) return new Set();
  const answer = await clickhouse.query({
    query: `SELECT DISTINCT cohort_id FROM cohort_person WHERE environment_id = {environment:UInt32}
      AND calculation IN {numbers:Array(UInt64)}
      AND (person_id = {person:UUID} OR distinct_id IN {ids:Array(String)})`,
    query_params: {
      environment: environmentId,
      numbers: published.map(({ number }) => Number(number)),
      person: person.id,
      ids: person.distinctIds,
    },
    format: 'JSONEachRow',
    clickhouse_settings: SETTINGS,
  });
  const rows = await answer.json<{ cohort_id: number }>();
  return new Set(rows.map((row) => Number(row.cohort_id)));
}
