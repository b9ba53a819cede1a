// The checklists of a rollout: what they say, ticks, and visits.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

type Checklist = ResponseOf<'rollouts.checklist'>;
export type CheckItem = Checklist['items'][number];

const paramsOf = (scope: Scope, rolloutId: string) => ({ ...scope.params, rollout_id: rolloutId });

/** Asked for again whenever the rollout has moved to another version. */
export const checklistQuery = (scope: Scope, rolloutId: string, version: number) =>
  queryOptions({
    queryKey: ['checklist', scope.project.id, rolloutId, version],
    queryFn: ({ signal }) =>
      call('rollouts.checklist', {
        params: paramsOf(scope, rolloutId),
        query: scope.query,
        signal,
      }),
  });

export function useTick(scope: Scope, rolloutId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ item, done }: { readonly item: string; readonly done: boolean }) =>
      call('rollouts.tick', {
        params: { ...paramsOf(scope, rolloutId), item },
        query: scope.query,
        body: { done },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['checklist'] }),
  });
}

/** Says that somebody has the page open. */
export const noteVisit = (projectId: string, environment: string, rolloutId: string) =>
  call('rollouts.visit', {
    params: { project_id: projectId, rollout_id: rolloutId },
    query: { environment },
  });
