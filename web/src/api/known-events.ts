// What is known to choose from when a question about events is written.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Scope } from './session.ts';

/** Names change slowly; a minute old is fresh enough to choose from. */
const FRESH_MS = 60_000;
const MAX_NAMES = 100;

const keyOf = (scope: Scope, ...rest: readonly unknown[]) => [
  'known-events',
  scope.project.id,
  scope.environment.key,
  ...rest,
];

/** Names of events that contain `search`, the most frequent first. */
export const eventNamesQuery = (scope: Scope, search = '') =>
  queryOptions({
    queryKey: keyOf(scope, 'names', search),
    queryFn: async ({ signal }) => {
      const { results } = await call('knownEvents.names', {
        params: scope.params,
        query: { ...scope.query, ...(search ? { search } : {}), limit: MAX_NAMES },
        signal,
      });
      return results.map(({ name }) => name);
    },
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });

/** Properties of events, the most frequent first. @param event null: of every event */
export const eventPropertiesQuery = (scope: Scope, event: string | null) =>
  queryOptions({
    queryKey: keyOf(scope, 'properties', event),
    queryFn: async ({ signal }) => {
      const { results } = await call('knownEvents.properties', {
        params: scope.params,
        query: { ...scope.query, ...(event === null ? {} : { event }), limit: 1000 },
        signal,
      });
      return results;
    },
    staleTime: FRESH_MS,
  });

/** Values of a property of events that contain `part`. */
export const eventValuesQuery = (scope: Scope, key: string, part: string) =>
  queryOptions({
    queryKey: keyOf(scope, 'values', key, part),
    queryFn: async ({ signal }) => {
      const found = await call('knownEvents.values', {
        params: scope.params,
        query: { ...scope.query, key, ...(part ? { value: part } : {}) },
        signal,
      });
      return found.map(({ name }) => name);
    },
    staleTime: FRESH_MS,
  });
