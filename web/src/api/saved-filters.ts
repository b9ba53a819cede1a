// Saved filters of recordings.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type SavedFilter = ResponseOf<'savedFilters.list'>['results'][number];

export const savedFiltersQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['saved filters', scope.project.id, scope.environment.key],
    queryFn: ({ signal }) =>
      call('savedFilters.list', { params: scope.params, query: scope.query, signal }),
  });

function useRefresh(scope: Scope) {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: savedFiltersQuery(scope).queryKey });
}

export function useSaveFilter(scope: Scope) {
  return useMutation({
    mutationFn: (body: RequestOf<'savedFilters.create'>['body']) =>
      call('savedFilters.create', { params: scope.params, query: scope.query, body }),
    onSuccess: useRefresh(scope),
  });
}

export function useChangeFilter(scope: Scope) {
  return useMutation({
    mutationFn: ({ id, ...body }: RequestOf<'savedFilters.update'>['body'] & { id: string }) =>
      call('savedFilters.update', { params: { ...scope.params, id }, query: scope.query, body }),
    onSuccess: useRefresh(scope),
  });
}

export function useArchiveFilter(scope: Scope) {
  return useMutation({
    mutationFn: (id: string) =>
      call('savedFilters.archive', { params: { ...scope.params, id }, query: scope.query }),
    onSuccess: useRefresh(scope),
  });
}
