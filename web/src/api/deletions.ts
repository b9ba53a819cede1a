// What the pages about erasing people ask of the server.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Deletion = ResponseOf<'deletions.list'>['results'][number];

export const DELETIONS_PAGE = 50;
/** While one is under way. */
const REFRESH_MS = 2_000;

/** One page of deletions, the newest first; looked at again until all of it is done. */
export const deletionsQuery = (scope: Scope, page: number) =>
  queryOptions({
    queryKey: ['deletions', scope.project.id, scope.environment.key, page],
    queryFn: ({ signal }) =>
      call('deletions.list', {
        params: scope.params,
        query: { ...scope.query, limit: DELETIONS_PAGE, offset: (page - 1) * DELETIONS_PAGE },
        signal,
      }),
    refetchInterval: ({ state }) =>
      state.data?.results.some((one) => one.state !== 'done') ? REFRESH_MS : false,
  });

/** Deletes a person with everything they did. */
export function useDeletePerson(scope: Scope) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (personId: string) =>
      call('deletions.deletePerson', {
        params: { ...scope.params, id: personId },
        query: { ...scope.query, delete_events: 'true' },
      }),
    onSuccess: (_, personId) => {
      client.removeQueries({
        queryKey: ['person', scope.project.id, scope.environment.key, personId],
      });
      return Promise.all([
        client.invalidateQueries({ queryKey: ['people'] }),
        client.invalidateQueries({ queryKey: ['deletions'] }),
      ]);
    },
  });
}
