// Who is in a calculated cohort, as SQL: whoever was found, as the person that they are now.

/** Where a calculation's rows are: names and placeholders as the statement has them. */
type Place = {
  /** A table of the store as the statement names it. */
  table(name: string): string;
  readonly environment: string;
  readonly cohort: string;
  readonly calculation: string;
};

/** Rows `person_id, distinct_id`; whoever was merged meanwhile comes as who they became. Reads one partition. */
export function calculatedPeopleSql({ table, environment, cohort, calculation }: Place): string {
  return `SELECT if(o.distinct_id = '', m.person_id, o.owner) AS person_id, min(m.distinct_id) AS distinct_id
  FROM ${table('cohort_person')} AS m
  ANY LEFT JOIN (SELECT distinct_id, argMax(person_id, version) AS owner FROM ${table('person_overrides')}
    PREWHERE environment_id = ${environment} GROUP BY distinct_id) AS o ON o.distinct_id = m.distinct_id
  PREWHERE m.environment_id = ${environment} AND m.cohort_id = ${cohort} AND m.calculation = ${calculation}
  GROUP BY person_id`;
}
