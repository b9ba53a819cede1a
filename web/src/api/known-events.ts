// What is known to choose from when a question about events is written.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
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
        query: {
          ...scope.query,
          ...(search ? { search } : {}),
          exclude_hidden: 'true',
          limit: MAX_NAMES,
        },
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
        query: {
          ...scope.query,
          ...(event === null ? {} : { event }),
          exclude_hidden: 'true',
          limit: 1000,
        },
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

export type EventDefinition = ResponseOf<'knownEvents.names'>['results'][number];
export type PropertyDefinition = ResponseOf<'knownEvents.properties'>['results'][number];
export type PropertyType = NonNullable<PropertyDefinition['property_type']>;

/** What the address of the page of definitions says. */
export type DefinitionsSearch = {
  /** `properties`, or events. */
  readonly show?: string;
  readonly search?: string;
  readonly verified?: string;
  /** Properties of this event only. */
  readonly event?: string;
  readonly page?: string;
};

export const DEFINITIONS_PAGE = 50;
export type DefinitionsAsked = {
  readonly search: string;
  readonly verified: boolean;
  readonly offset: number;
};

const asked = (scope: Scope, { search, verified, offset }: DefinitionsAsked) => ({
  ...scope.query,
  ...(search ? { search } : {}),
  ...(verified ? { verified: 'true' } : {}),
  limit: DEFINITIONS_PAGE,
  offset,
});

/** A page of events with what is said of them, hidden ones too. */
export const eventDefinitionsQuery = (scope: Scope, page: DefinitionsAsked) =>
  queryOptions({
    queryKey: keyOf(scope, 'event-definitions', page),
    queryFn: ({ signal }) =>
      call('knownEvents.names', { params: scope.params, query: asked(scope, page), signal }),
  });

/** A page of properties with what is said of them, hidden ones too. @param event undefined: of every event */
export const propertyDefinitionsQuery = (
  scope: Scope,
  page: DefinitionsAsked & { readonly event: string | undefined },
) =>
  queryOptions({
    queryKey: keyOf(scope, 'property-definitions', page),
    queryFn: ({ signal }) => {
      const { event } = page;
      return call('knownEvents.properties', {
        params: scope.params,
        query: { ...asked(scope, page), ...(event === undefined ? {} : { event }) },
        signal,
      });
    },
  });

export type Described = RequestOf<'knownEvents.describeProperty'>['body'];

/** Saves what somebody says of an event or a property; lists of names are asked for anew. */
export function useDescribe(scope: Scope, kind: 'event' | 'property', name: string) {
  const client = useQueryClient();
  const params = { ...scope.params, name };
  return useMutation({
    mutationFn: async ({ property_type, ...body }: Described): Promise<unknown> =>
      kind === 'event'
        ? call('knownEvents.describeEvent', { params, body })
        : call('knownEvents.describeProperty', { params, body: { ...body, property_type } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['known-events'] }),
  });
}
