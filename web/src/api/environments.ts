// Environments: what the server knows of them, what one can do with them, two side by side.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import { type Scope, sessionQuery } from './session.ts';

export type Difference = ResponseOf<'environments.compare'>['results'][number];
export type FlagComparison = ResponseOf<'environments.compareFlag'>;
export type Part = Difference['parts'][number];

/** Runs one change of the project's environments; everything that shows them follows. */
export function useEnvironmentChange<I, O>(change: (input: I) => Promise<O>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey }),
  });
}

export const createEnvironment =
  ({ params }: Scope) =>
  (body: RequestOf<'environments.create'>['body']) =>
    call('environments.create', { params, body });

export const updateEnvironment =
  ({ params }: Scope) =>
  ({ key, ...body }: RequestOf<'environments.update'>['body'] & { readonly key: string }) =>
    call('environments.update', { params: { ...params, key }, body });

export const reorderEnvironments =
  ({ params }: Scope) =>
  (keys: readonly string[]) =>
    call('environments.reorder', { params, body: { keys } });

/** `confirm` is the key as it was typed once more. */
export const deleteEnvironment =
  ({ params }: Scope) =>
  ({ key, confirm }: { readonly key: string; readonly confirm: string }) =>
    call('environments.remove', { params: { ...params, key }, query: { confirm } });

export const rotateToken =
  ({ params }: Scope) =>
  ({ key, overlapSeconds }: { readonly key: string; readonly overlapSeconds: number }) =>
    call('environments.rotateToken', {
      params: { ...params, key },
      body: { overlap_seconds: overlapSeconds },
    });

export const endOverlap =
  ({ params }: Scope) =>
  (key: string) =>
    call('environments.endOverlap', { params: { ...params, key } });

/** Two environments by key. */
export type Pair = { readonly from: string; readonly to: string };

const MAX_DIFFERENCES = 1000;

export const differencesQuery = ({ project, params }: Scope, pair: Pair) =>
  queryOptions({
    queryKey: ['differences', project.id, pair],
    queryFn: ({ signal }) =>
      call('environments.compare', {
        params,
        query: { ...pair, limit: String(MAX_DIFFERENCES) },
        signal,
      }),
  });

export const comparisonQuery = (
  { project, params }: Scope,
  pair: Pair,
  flagId: number,
  parts: readonly Part[],
) =>
  queryOptions({
    queryKey: ['differences', project.id, pair, flagId, parts],
    queryFn: ({ signal }) =>
      call('environments.compareFlag', {
        params: { ...params, flag: String(flagId) },
        query: { ...pair, ...(parts.length > 0 ? { parts: parts.join(',') } : {}) },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** Takes flags over; comparisons and flags that are shown are read again, also after a conflict. */
export function usePromote({ params }: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: RequestOf<'environments.promote'>['body']) =>
      call('environments.promote', { params, body }),
    onSettled: () =>
      Promise.all(
        ['differences', 'flags', 'flag', 'flag-activity'].map((name) =>
          queryClient.invalidateQueries({ queryKey: [name] }),
        ),
      ),
  });
}
