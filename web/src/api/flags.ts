// What the flag pages ask of the server, and what they change there.
import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Flag = ResponseOf<'flags.get'>;
export type FlagChange = RequestOf<'flags.update'>['body'];
type NewFlag = RequestOf<'flags.create'>['body'];
/** Targeting as the server takes it: values of conditions are texts, numbers, booleans or lists of them. */
export type FiltersInput = NonNullable<NewFlag['filters']>;

/** More flags than any team should have; the list searches within them without asking again. */
const MAX_FLAGS = 1000;

export const flagsQuery = (scope: Scope, isArchived = false) =>
  queryOptions({
    queryKey: ['flags', scope.project.id, scope.environment.key, { isArchived }],
    queryFn: ({ signal }) =>
      call('flags.list', {
        params: scope.params,
        query: { ...scope.query, archived: String(isArchived), limit: MAX_FLAGS },
        signal,
      }),
  });

export const flagQuery = (scope: Scope, flagId: string) =>
  queryOptions({
    queryKey: ['flag', scope.project.id, scope.environment.key, flagId],
    queryFn: ({ signal }) =>
      call('flags.get', {
        params: { ...scope.params, flag: flagId },
        query: scope.query,
        signal,
      }),
  });

/** Shows a flag as it has just been read or saved; its page may stand under its number or its key. */
export function showFlag(queryClient: QueryClient, scope: Scope, flag: Flag): void {
  for (const name of [String(flag.id), flag.key]) {
    queryClient.setQueryData(flagQuery(scope, name).queryKey, flag);
  }
}

/** Changes a flag in the chosen environment; lists and pages that show it follow. */
export function useUpdateFlag(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: FlagChange & { readonly id: number }) =>
      call('flags.update', {
        params: { ...scope.params, flag: String(id) },
        query: scope.query,
        body,
      }),
    onSuccess: (flag) => {
      showFlag(queryClient, scope, flag);
      void queryClient.invalidateQueries({ queryKey: ['flags'] });
    },
  });
}

export function useCreateFlag(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: NewFlag) =>
      call('flags.create', { params: scope.params, query: scope.query, body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['flags'] }),
  });
}

/** The flags that need this one directly, in any environment. */
export const flagDependentsQuery = (scope: Scope, flagId: number) =>
  queryOptions({
    queryKey: ['flag-dependents', scope.project.id, flagId],
    queryFn: ({ signal }) =>
      call('flags.dependents', {
        params: { ...scope.params, flag: String(flagId) },
        query: scope.query,
        signal,
      }),
  });
