// What waits and would bring a cohort into a flag's targeting: once it is made, the cohort must be there.
import type { WaitingUse } from '#cohorts';
import { cohortsInFilters } from '#flags';
import type { Filters } from '#flags/flag';
import type { ProjectCtx } from '#platform/ctx';
import { listOpenTargeting } from './requests.store.ts';
import { listPendingTargeting } from './schedules.store.ts';

/** Open requests and pending scheduled changes of the project whose targeting asks for the cohort. */
export async function changesUsingCohort(
  { db, projectId }: ProjectCtx,
  cohortId: number,
): Promise<readonly WaitingUse[]> {
  const asks = ({ filters }: { readonly filters: Filters }) =>
    cohortsInFilters(filters).includes(cohortId);
  const requests = (await listOpenTargeting(db, projectId)).filter(asks);
  const schedules = (await listPendingTargeting(db, projectId)).filter(asks);
  const byNumber = new Map(requests.map(({ number, title }) => [number, title]));
  return [
    ...[...byNumber].map(([number, title]) => ({
      kind: 'change_request' as const,
      id: String(number),
      label: title,
    })),
    ...schedules.map(({ id, flagKey }) => ({
      kind: 'scheduled_change' as const,
      id,
      label: flagKey,
    })),
  ];
}
