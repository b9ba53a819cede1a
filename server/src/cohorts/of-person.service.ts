// The cohorts that a person is in.
import { findPersonsById } from '#identity';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { findCalculationsOf } from './calculated-people.query.ts';
import { findCalculations } from './calculations.store.ts';
import { compileCohorts } from './compile-cohort.ts';
import { type CohortRecord, findCohortRecords } from './cohorts.store.ts';
import { findListedPeople } from './members.store.ts';

/** A cohort that somebody is in. */
export type OwnCohort = {
  readonly record: CohortRecord;
  /** Of one by events: as of when. */
  readonly calculatedAt: Date | undefined;
};

/** By name. @throws not_found when there is no such person */
export async function ofPerson(ctx: ProjectCtx, personId: string): Promise<OwnCohort[]> {
  const { db, clickhouse, clock, projectId, environment } = ctx;
  const [person] = await findPersonsById(db, environment.id, [personId]);
  if (!person) return fail('not_found', { detail: 'There is no such person.' });
  const records = await findCohortRecords(db, projectId);
  const idsOf = (some: readonly CohortRecord[]) => some.map(({ id }) => id);
  const lists = idsOf(records.filter(({ isStatic }) => isStatic));
  const listed = (await findListedPeople(db, environment.id, [personId], lists)).get(personId);
  const byEvents = idsOf(records.filter((record) => record.byEvents));
  const calculations = await findCalculations(db, environment.id, byEvents);
  const published = [...calculations.values()].flatMap(({ cohortId, number }) =>
    number === undefined ? [] : [{ environmentId: environment.id, cohortId, number }],
  );
  const calculated = await findCalculationsOf(clickhouse, environment.id, published, person);
  const { compiled } = compileCohorts(records, compileRe2);
  const subject = {
    distinctId: person.distinctIds[0] ?? '',
    personProperties: person.properties,
    staticCohortIds: listed ?? [],
  };
  const at = { nowMs: clock.now() };
  return records
    .filter(({ id }) => calculated.has(id) || compiled.get(id)?.test(subject, at) === true)
    .map((record) => ({ record, calculatedAt: calculations.get(record.id)?.calculatedAt }))
    .toSorted((a, b) => a.record.name.localeCompare(b.record.name));
}
