// Static cohorts that list who was found: behind a number, or in another cohort at that moment.
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { readCalculatedPeople } from './calculated-people.query.ts';
import { findCalculations } from './calculations.store.ts';
import type { CohortRecord } from './cohorts.store.ts';
import { type NewCohort, createCohort, getCohort } from './cohorts.service.ts';
import { MAX_MEMBERS, usableIds } from './members.ts';
import { listIds } from './members.service.ts';
import { findIdsOfPeople } from './members.store.ts';
import { matchingIds } from './who-is-in.service.ts';

/** Creates a static cohort with its list, in one transaction. @throws what creating one and listing people throw */
export async function createListed(
  ctx: ProjectCtx,
  wanted: Omit<NewCohort, 'isStatic'>,
  distinctIds: readonly string[],
): Promise<CohortRecord> {
  return inTransaction(ctx, async (tx) => {
    const created = await createCohort(tx, { ...wanted, isStatic: true });
    const { ids } = usableIds(distinctIds);
    if (ids.length > 0) await listIds(tx, created.id, ids);
    return created;
  });
}

/**
 * Lists those who are in a cohort now in a new static one, in the environment of the ctx.
 * @throws not_found; invalid_input for a static cohort, or too many people; cohort_not_calculated
 */
export async function copyAsStatic(
  ctx: ProjectCtx,
  id: number,
  name: string | undefined,
): Promise<CohortRecord> {
  const cohort = await getCohort(ctx, id);
  if (cohort.isStatic)
    fail('invalid_input', { detail: 'A static cohort lists its people already.' });
  if (cohort.deleted) fail('not_found', { detail: 'There is no such cohort.' });
  const ids = cohort.byEvents ? await calculatedIds(ctx, cohort) : await matchingIds(ctx, cohort);
  const day = new Date(ctx.clock.now()).toISOString().slice(0, 10);
  const wanted = {
    name: name ?? `${cohort.name} (static copy)`,
    description: `Who was in "${cohort.name}" on ${day}, in ${ctx.environment.name}.`,
  };
  return createListed(ctx, wanted, ids);
}

async function calculatedIds(ctx: ProjectCtx, { id, name }: CohortRecord): Promise<string[]> {
  const environmentId = ctx.environment.id;
  const number = (await findCalculations(ctx.db, environmentId, [id])).get(id)?.number;
  if (number === undefined) {
    const detail = `The people of the cohort "${name}" have not been counted yet; try again shortly.`;
    fail('cohort_not_calculated', { detail });
  }
  const calculation = { environmentId, cohortId: id, number };
  const page = { limit: MAX_MEMBERS, offset: 0 };
  const { count, people } = await readCalculatedPeople(ctx.clickhouse, calculation, page);
  if (count > MAX_MEMBERS) {
    fail('invalid_input', { detail: `A static cohort lists ${MAX_MEMBERS} people at most.` });
  }
  const known = await findIdsOfPeople(
    ctx.db,
    environmentId,
    people.map(({ personId }) => personId),
  );
  const ids = people.map(({ personId, distinctId }) => known.get(personId) ?? distinctId);
  return ids.filter((one) => one !== '');
}
