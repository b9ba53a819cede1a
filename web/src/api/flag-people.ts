// Flags and single people: overrides, what every flag is for somebody, early access, holdouts.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Override = ResponseOf<'overrides.list'>['results'][number];
export type PersonFlags = ResponseOf<'overrides.forPerson'>;
export type Feature = ResponseOf<'earlyAccess.list'>['results'][number];
export type Holdout = ResponseOf<'holdouts.list'>['results'][number];

const placeOf = (scope: Scope) => [scope.project.id, scope.environment.key] as const;

export const overridesQuery = (scope: Scope, flagId: number) =>
  queryOptions({
    queryKey: ['overrides', ...placeOf(scope), flagId],
    queryFn: ({ signal }) =>
      call('overrides.list', {
        params: { ...scope.params, flag: String(flagId) },
        query: scope.query,
        signal,
      }),
  });

export const personFlagsQuery = (scope: Scope, distinctId: string) =>
  queryOptions({
    queryKey: ['person-flags', ...placeOf(scope), distinctId],
    queryFn: ({ signal }) =>
      call('overrides.forPerson', {
        params: scope.params,
        query: { ...scope.query, distinct_id: distinctId },
        signal,
      }),
  });

/** What every flag is for a group by itself; posthog-node names whoever describes a group like this, too. */
export const groupFlagsQuery = (scope: Scope, type: string, key: string) =>
  queryOptions({
    queryKey: ['person-flags', ...placeOf(scope), 'group', type, key],
    queryFn: ({ signal }) =>
      call('overrides.forPerson', {
        params: scope.params,
        query: {
          ...scope.query,
          distinct_id: `$${type}_${key}`.slice(0, 400),
          groups: JSON.stringify({ [type]: key }),
        },
        signal,
      }),
  });

export const featuresQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['early-access', ...placeOf(scope)],
    queryFn: ({ signal }) =>
      call('earlyAccess.list', { params: scope.params, query: scope.query, signal }),
  });

type ChoosersPage = NonNullable<RequestOf<'earlyAccess.people'>['query']>;
export type Choice = NonNullable<ChoosersPage['choice']>;

/** People of the environment who opted in to a feature, or out. */
export const choosersQuery = (scope: Scope, id: string, page: ChoosersPage) =>
  queryOptions({
    queryKey: ['early-access', ...placeOf(scope), 'choosers', id, page],
    queryFn: ({ signal }) =>
      call('earlyAccess.people', {
        params: { ...scope.params, id },
        query: { ...scope.query, ...page },
        signal,
      }),
  });

export const holdoutsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['holdouts', ...placeOf(scope)],
    queryFn: ({ signal }) =>
      call('holdouts.list', { params: scope.params, query: scope.query, signal }),
  });

/** Runs a change and reads again whatever may show it. */
function useChange<I, O>(change: (input: I) => Promise<O>, ...keys: readonly string[]) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: [key] }))),
  });
}

export type OverrideChange = RequestOf<'overrides.set'>['body'] & { readonly flag: string };

/** Forces a flag for some ids; null ends that. */
export function useOverride(scope: Scope) {
  return useChange(
    ({ flag, ...body }: OverrideChange) =>
      call('overrides.set', { params: { ...scope.params, flag }, query: scope.query, body }),
    'overrides',
    'person-flags',
    'flag',
    'flag-activity',
  );
}

export function useCreateFeature(scope: Scope) {
  return useChange(
    (body: RequestOf<'earlyAccess.create'>['body']) =>
      call('earlyAccess.create', { params: scope.params, query: scope.query, body }),
    'early-access',
    'flag',
    'flags',
  );
}

export function useUpdateFeature(scope: Scope) {
  return useChange(
    ({ id, ...body }: RequestOf<'earlyAccess.update'>['body'] & { readonly id: string }) =>
      call('earlyAccess.update', { params: { ...scope.params, id }, query: scope.query, body }),
    'early-access',
    'flag',
    'flags',
  );
}

export function useRemoveFeature(scope: Scope) {
  return useChange(
    ({ id, reason }: { readonly id: string; readonly reason?: string }) =>
      call('earlyAccess.remove', {
        params: { ...scope.params, id },
        query: { ...scope.query, ...(reason ? { reason } : {}) },
      }),
    'early-access',
    'flag',
    'flags',
  );
}

export function useCreateHoldout(scope: Scope) {
  return useChange(
    (body: RequestOf<'holdouts.create'>['body']) =>
      call('holdouts.create', { params: scope.params, query: scope.query, body }),
    'holdouts',
  );
}

export function useUpdateHoldout(scope: Scope) {
  return useChange(
    ({ id, ...body }: RequestOf<'holdouts.update'>['body'] & { readonly id: number }) =>
      call('holdouts.update', {
        params: { ...scope.params, id: String(id) },
        query: scope.query,
        body,
      }),
    'holdouts',
    'flag',
    'flags',
  );
}

export function useRemoveHoldout(scope: Scope) {
  return useChange(
    (id: number) =>
      call('holdouts.remove', { params: { ...scope.params, id: String(id) }, query: scope.query }),
    'holdouts',
  );
}
