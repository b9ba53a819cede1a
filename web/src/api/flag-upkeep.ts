// What is asked and changed around a flag: its versions, who owns it, what people say, how it is used.
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import { type Flag, showFlag } from './flags.ts';
import type { Scope } from './session.ts';

export type FlagVersion = ResponseOf<'flagPress.versions'>['results'][number];
export type FlagComment = ResponseOf<'flagComments.list'>['results'][number];
export type FlagUsage = ResponseOf<'usage.flag'>;

const VERSIONS_PAGE = 20;

/** Versions in the chosen environment, newest first, page by page; asked anew when there is another one. */
export const versionsQuery = (scope: Scope, flag: Flag) =>
  infiniteQueryOptions({
    queryKey: ['flag-versions', scope.project.id, scope.environment.key, flag.id, flag.version],
    queryFn: ({ signal, pageParam }) =>
      call('flagPress.versions', {
        params: { ...scope.params, flag: String(flag.id) },
        query: { ...scope.query, limit: VERSIONS_PAGE, offset: pageParam },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: ({ next }, pages) => (next === null ? null : pages.length * VERSIONS_PAGE),
  });

const commentsKey = (flag: Flag) => ['flag-comments', flag.id];

export const commentsQuery = (scope: Scope, flag: Flag) =>
  queryOptions({
    queryKey: commentsKey(flag),
    queryFn: ({ signal }) =>
      call('flagComments.list', {
        params: { ...scope.params, flag: String(flag.id) },
        query: { limit: 500 },
        signal,
      }),
  });

type CommentChange =
  | { readonly kind: 'add'; readonly body: string }
  | { readonly kind: 'edit'; readonly id: string; readonly body: string }
  | { readonly kind: 'remove'; readonly id: string };

export function useChangeComments(scope: Scope, flag: Flag) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (change: CommentChange): Promise<void> => {
      const params = { ...scope.params, flag: String(flag.id) };
      if (change.kind === 'add') {
        await call('flagComments.create', { params, body: { body: change.body } });
        return;
      }
      const own = { ...params, comment_id: change.id };
      if (change.kind === 'remove') await call('flagComments.remove', { params: own });
      else await call('flagComments.update', { params: own, body: { body: change.body } });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: commentsKey(flag) }),
  });
}

/** How often the counts are asked for again: they are written once a minute. */
const USAGE_FRESH_MS = 30_000;

export const usageQuery = (scope: Scope, flag: Flag, days: number) =>
  queryOptions({
    queryKey: ['flag-usage', scope.project.id, scope.environment.key, flag.key, days],
    queryFn: ({ signal }) =>
      call('usage.flag', {
        params: { ...scope.params, flag: String(flag.id) },
        query: { ...scope.query, days },
        signal,
      }),
    refetchInterval: USAGE_FRESH_MS,
  });

export const membersQuery = queryOptions({
  queryKey: ['members'],
  queryFn: ({ signal }) => call('members.listMembers', { signal }),
  staleTime: 60_000,
});

export const tagsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['flag-tags', scope.project.id],
    queryFn: ({ signal }) =>
      call('flagBulk.listTags', { params: scope.params, query: scope.query, signal }),
  });

/** One press: gives the flag to everyone, or brings a version back. */
export type Press =
  | { readonly kind: 'roll_out'; readonly body: RequestOf<'flagPress.rollOut'>['body'] }
  | {
      readonly kind: 'restore';
      readonly version: number;
      readonly body: RequestOf<'flagPress.restore'>['body'];
    };

export function usePress(scope: Scope, flag: Flag) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (press: Press) => {
      const params = { ...scope.params, flag: String(flag.id) };
      const { query } = scope;
      if (press.kind === 'roll_out') {
        return call('flagPress.rollOut', { params, query, body: press.body });
      }
      return call('flagPress.restore', {
        params: { ...params, version: press.version },
        query,
        body: press.body,
      });
    },
    onSuccess: (changed) => {
      showFlag(queryClient, scope, changed);
      void queryClient.invalidateQueries({ queryKey: ['flags'] });
      void queryClient.invalidateQueries({ queryKey: ['rollouts'] });
    },
  });
}
