// The flags that ask for a cohort, for those who look before they change or delete it.
import type { FlagUse } from '#cohorts';
import type { ProjectCtx } from '#platform/ctx';
import { cohortsInFilters } from './cohort-references.ts';
import { listTargeting } from './cohort-uses.store.ts';

/** Flags that ask directly for the cohort in any environment, archived ones too, ordered by key. */
export async function flagsUsingCohort(
  ctx: ProjectCtx,
  cohortId: number,
): Promise<readonly FlagUse[]> {
  const rows = await listTargeting(ctx.db, ctx.projectId);
  const users = rows.filter(({ filters }) => cohortsInFilters(filters).includes(cohortId));
  return [...new Map(users.map(({ id, key, name }) => [id, { id, key, name }])).values()];
}
