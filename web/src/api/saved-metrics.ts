// Metrics that experiments share: what pages ask of the server, and what they change.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type SavedMetric = ResponseOf<'experiments.getMetric'>;

export const savedMetricsQuery = (scope: Scope, search = '') =>
  queryOptions({
    queryKey: ['experiment-metrics', scope.project.id, search],
    queryFn: ({ signal }) =>
      call('experiments.listMetrics', {
        params: scope.params,
        query: { ...(search ? { search } : {}), limit: 500 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

type SavedMetricBody = RequestOf<'experiments.createMetric'>['body'];

/** Creates a shared metric, or changes the one with this id. */
export function useSaveMetric(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, body }: SavedMetricPress) =>
      id === undefined
        ? call('experiments.createMetric', { params: scope.params, body })
        : call('experiments.updateMetric', {
            params: { ...scope.params, id },
            body: { ...body, ...(version === undefined ? {} : { version }) },
          }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['experiment-metrics'] }),
  });
}

type SavedMetricPress = {
  readonly id?: number | undefined;
  readonly version?: number | undefined;
  readonly body: SavedMetricBody;
};

export function useDeleteMetric(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      call('experiments.removeMetric', { params: { ...scope.params, id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['experiment-metrics'] }),
  });
}
