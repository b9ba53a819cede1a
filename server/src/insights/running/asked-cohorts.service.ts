// Reads the cohorts that a question asks for, and who is listed in them.
import { readCohorts, readMembers } from '#cohorts';
import { compileCohorts } from '#cohorts/compile';
import { reachableCohorts } from '#cohorts/served';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { type Cohorts, type Members, NO_COHORTS } from '../sql/asked-cohorts.ts';

/** 200 000: they travel with the question. */
const MOST_MEMBERS = 200_000;

/** @param ids undefined for all that the project has */
export async function findCohorts(
  { db, projectId, environment }: ProjectCtx,
  ids: readonly number[] | undefined,
): Promise<Cohorts> {
  if (ids?.length === 0) return NO_COHORTS;
  const definitions = (await readCohorts(db, [projectId])).get(projectId) ?? [];
  const { byId, compiled } = compileCohorts(definitions, compileRe2);
  const members = new Map<number, Members>();
  let count = 0;
  for (const { id, isStatic } of reachableCohorts(ids ?? byId.keys(), byId)) {
    if (!isStatic) continue;
    const list = { environmentId: environment.id, cohortId: id };
    const listed = await readMembers(db, list, MOST_MEMBERS + 1);
    count += listed.personIds.length + listed.distinctIds.length;
    if (count > MOST_MEMBERS) {
      const detail = `The cohorts asked for list more than ${MOST_MEMBERS} people.`;
      fail('query_too_expensive', { detail });
    }
    members.set(id, listed);
  }
  return { byId, usable: new Set(compiled.keys()), members };
}
