// Reads the cohorts that a question asks for, and who is listed in them.
import { findCalculations, readCohorts, readMembers } from '#cohorts';
import {
  type CohortDefinition,
  type CohortsById,
  cohortsByEvents,
  cohortsIn,
} from '#cohorts/cohort';
import { compileCohorts } from '#cohorts/compile';
import { reachableCohorts } from '#cohorts/served';
import { fail } from '#kernel/errors';
import type { Db, ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { type Cohorts, type Members, NO_COHORTS } from '../sql/asked-cohorts.ts';

/** 200 000: they travel with the question. */
const MOST_MEMBERS = 200_000;

/**
 * @param ids undefined for all that the project has
 * @param looksInto those whose people are calculated now, from their conditions
 */
export async function findCohorts(
  { db, projectId, environment }: ProjectCtx,
  ids: readonly number[] | undefined,
  looksInto: 'none' | 'by events' = 'none',
): Promise<Cohorts> {
  if (ids?.length === 0) return NO_COHORTS;
  const definitions = (await readCohorts(db, [projectId])).get(projectId) ?? [];
  const { byId, compiled } = compileCohorts(definitions, compileRe2);
  const byEvents = cohortsByEvents(byId);
  const asked = [...(ids ?? byId.keys())];
  const opened =
    looksInto === 'none' ? new Map([...byId].filter(([id]) => !byEvents.has(id))) : byId;
  const known = await findCalculations(
    db,
    environment.id,
    asked.filter((id) => byEvents.has(id)),
  );
  const calculations = [...known.values()].flatMap(({ cohortId, number }) =>
    number === undefined ? [] : [[cohortId, number] as const],
  );
  return {
    byId,
    usable: new Set([...compiled.keys(), ...[...byEvents].filter((id) => isWhole(id, byId))]),
    byEvents,
    calculations: new Map(calculations),
    members: await membersOf(reachableCohorts(asked, opened), db, environment.id),
  };
}

async function membersOf(
  cohorts: readonly CohortDefinition[],
  db: Db,
  environmentId: number,
): Promise<ReadonlyMap<number, Members>> {
  const members = new Map<number, Members>();
  let count = 0;
  for (const { id, isStatic } of cohorts) {
    if (!isStatic) continue;
    const listed = await readMembers(db, { environmentId, cohortId: id }, MOST_MEMBERS + 1);
    count += listed.personIds.length + listed.distinctIds.length;
    if (count > MOST_MEMBERS) {
      const detail = `The cohorts asked for list more than ${MOST_MEMBERS} people.`;
      fail('query_too_expensive', { detail });
    }
    members.set(id, listed);
  }
  return members;
}

/** True when there is every cohort that it asks for, directly or through others, and no circle. */
function isWhole(id: number, byId: CohortsById, within: readonly number[] = []): boolean {
  const cohort = byId.get(id);
  if (!cohort || within.includes(id)) return false;
  return cohortsIn(cohort.filters).every((other) => isWhole(other, byId, [...within, id]));
}
