// What the list of flags asks of the server, and what it does to many of them at once.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type ListedFlag = ResponseOf<'flags.list'>['results'][number];
export type BulkBody = RequestOf<'flagBulk.update'>['body'];
export type BulkResult = ResponseOf<'flagBulk.update'>;
export type UnknownFlag = ResponseOf<'usage.listUnknown'>['results'][number];

/** What the address says about the list; what is not usable is left out. */
export type FlagListSearch = {
  readonly search?: string | undefined;
  readonly show?: string | undefined;
  readonly state?: string | undefined;
  readonly kind?: string | undefined;
  readonly tag?: string | undefined;
  readonly owner?: string | undefined;
  readonly sort?: string | undefined;
  readonly page?: string | undefined;
};

export const PAGE_SIZE = 50;
export const DEFAULT_SORT = '-created_at';

const STATES = { on: 'true', off: 'false', stale: 'STALE' } as const;
type Filters = NonNullable<BulkBody['filters']>;

/** The filter as bulk changes take it. */
export function filtersOf(at: FlagListSearch): Filters {
  const state = STATES[at.state as keyof typeof STATES];
  return {
    archived: at.show === 'archived',
    ...(at.search ? { search: at.search } : {}),
    ...(state ? { active: state } : {}),
    ...(at.kind ? { kind: at.kind as NonNullable<Filters['kind']> } : {}),
    ...(at.tag ? { tags: [at.tag] } : {}),
    ...(at.owner ? { owner_id: at.owner } : {}),
  };
}

/** Whether anything but the archive narrows the list. */
export function isNarrowed(at: FlagListSearch): boolean {
  return [at.search, at.state, at.kind, at.tag, at.owner].some(Boolean);
}

export const pageOf = (at: FlagListSearch): number => Math.max(1, Number(at.page) || 1);

export const flagListQuery = (scope: Scope, at: FlagListSearch) => {
  const { archived, tags, ...rest } = filtersOf(at);
  const query = {
    ...scope.query,
    ...rest,
    archived: String(archived),
    ...(tags ? { tags: JSON.stringify(tags) } : {}),
    order: at.sort ?? DEFAULT_SORT,
    limit: PAGE_SIZE,
    offset: (pageOf(at) - 1) * PAGE_SIZE,
  } as NonNullable<RequestOf<'flags.list'>['query']>;
  return queryOptions({
    queryKey: ['flags', scope.project.id, scope.environment.key, query],
    queryFn: ({ signal }) => call('flags.list', { params: scope.params, query, signal }),
    // The rows of before stay while the next ones come: no jump between two letters. Those of another
    // environment do not: they have other switches and versions.
    placeholderData: (before, query) =>
      query?.queryKey[1] === scope.project.id && query.queryKey[2] === scope.environment.key
        ? before
        : undefined,
  });
};

/** Does the same to many flags; each is changed as a whole or named as refused. */
export function useChangeMany(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: BulkBody) =>
      call('flagBulk.update', { params: scope.params, query: scope.query, body }),
    onSettled: () => {
      for (const name of ['flags', 'flag', 'flag-tags', 'flag-versions']) {
        void queryClient.invalidateQueries({ queryKey: [name] });
      }
    },
  });
}

const unknownKey = (scope: Scope) => ['unknown-flags', scope.project.id, scope.environment.key];

export const unknownFlagsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: unknownKey(scope),
    queryFn: ({ signal }) =>
      call('usage.listUnknown', {
        params: scope.params,
        query: { ...scope.query, limit: 500 },
        signal,
      }),
    staleTime: 30_000,
  });

export function useForgetUnknown(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (key: string) =>
      call('usage.forgetUnknown', { params: { ...scope.params, key }, query: scope.query }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: unknownKey(scope) }),
  });
}
