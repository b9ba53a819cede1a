// What is known to choose from when conditions are written.
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Scope } from './session.ts';

/** Names and values change slowly; a minute old is fresh enough to choose from. */
const FRESH_MS = 60_000;

const keyOf = (scope: Scope, ...rest: readonly unknown[]) => [
  'known-properties',
  scope.project.id,
  scope.environment.key,
  ...rest,
];

/** The environment's group types; the place of each is its index. */
export const groupTypesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: keyOf(scope, 'group-types'),
    queryFn: async ({ signal }) => {
      const types = await call('groups.types', {
        params: scope.params,
        query: scope.query,
        signal,
      });
      const byIndex: (string | undefined)[] = [];
      for (const { group_type: name, group_type_index: index } of types) byIndex[index] = name;
      return byIndex;
    },
    staleTime: FRESH_MS,
  });

/** Names of properties of people (`groupTypeIndex` null) or of groups of a type, most frequent first. */
export const propertyNamesQuery = (scope: Scope, groupTypeIndex: number | null) =>
  queryOptions({
    queryKey: keyOf(scope, 'names', groupTypeIndex),
    queryFn: async ({ signal }) => {
      const request = { params: scope.params, query: scope.query, signal };
      const found =
        groupTypeIndex === null
          ? await call('knownProperties.personProperties', request)
          : ((await call('knownProperties.groupProperties', request))[groupTypeIndex] ?? []);
      return found.map(({ name }) => name);
    },
    staleTime: FRESH_MS,
  });

export type ValuesOf = { readonly key: string; readonly groupTypeIndex: number | null };

/** Values of a property that contain `part`, most frequent first. */
export const propertyValuesQuery = (
  scope: Scope,
  { key, groupTypeIndex }: ValuesOf,
  part: string,
) =>
  queryOptions({
    queryKey: keyOf(scope, 'values', groupTypeIndex, key, part),
    queryFn: async ({ signal }) => {
      const query = { ...scope.query, key, ...(part ? { value: part } : {}) };
      const request = { params: scope.params, signal };
      const found =
        groupTypeIndex === null
          ? await call('knownProperties.personValues', { ...request, query })
          : await call('knownProperties.groupValues', {
              ...request,
              query: { ...query, group_type_index: String(groupTypeIndex) },
            });
      return found.map(({ name }) => name);
    },
    staleTime: FRESH_MS,
  });
