// What the pages of errors ask of the server, and what they send.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Issue = ResponseOf<'errors.get'>;
type IssueList = ResponseOf<'errors.list'>;
export type ListedIssue = IssueList['results'][number];
export type IssueStatus = Issue['status'];
export type IssueNumbers = ResponseOf<'errors.numbers'>;
export type IssuePart = ResponseOf<'errors.parts'>['results'][number];
export type FlagVariants = ResponseOf<'errors.variants'>['flags'][number];
export type VariantRow = FlagVariants['variants'][number];
export type IssueEvent = ResponseOf<'errors.events'>['results'][number];
export type ThrownException = IssueEvent['exceptions'][number];
export type StackFrame = ThrownException['frames'][number];
export type Alerts = ResponseOf<'errors.getAlerts'>;
type Order = NonNullable<NonNullable<RequestOf<'errors.list'>['query']>['order_by']>;

/** What the address of the list says. */
export type ErrorsSearch = {
  readonly search?: string | undefined;
  readonly status?: string | undefined;
  readonly since?: string | undefined;
  readonly flag?: string | undefined;
  /** A value of the flag. */
  readonly variant?: string | undefined;
  /** Id of who looks after it. */
  readonly owner?: string | undefined;
  readonly release?: string | undefined;
  readonly sort?: string | undefined;
  readonly page?: string | undefined;
};

/** Rows of the list. */
export const ERRORS_PAGE = 50;
export const DEFAULT_SINCE = '-7d';
const REFRESH_MS = 30_000;

const placeOf = (scope: Scope) => [scope.project.id, scope.environment.key] as const;
const ORDERS: ReadonlySet<string> = new Set<Order>([
  'last_seen',
  'first_seen',
  'occurrences',
  'users',
  'flag_ratio',
]);

/** `-users` sorts downwards. */
export function sortOf({ sort, flag }: ErrorsSearch): { by: Order; isDown: boolean } {
  const name = (sort ?? '').replace(/^-/, '');
  const isKnown = ORDERS.has(name) && (name !== 'flag_ratio' || flag !== undefined);
  return isKnown
    ? { by: name as Order, isDown: sort?.startsWith('-') === true }
    : { by: flag === undefined ? 'last_seen' : 'flag_ratio', isDown: true };
}

export const errorsQuery = (scope: Scope, at: ErrorsSearch) =>
  queryOptions({
    queryKey: ['errors', ...placeOf(scope), at],
    queryFn: ({ signal }) => {
      const { by, isDown } = sortOf(at);
      return call('errors.list', {
        params: scope.params,
        query: {
          ...scope.query,
          ...(at.search ? { search: at.search } : {}),
          ...(at.status === 'all' ? {} : { status: (at.status as IssueStatus) ?? 'active' }),
          ...(at.flag ? { flag: at.flag } : {}),
          ...(at.flag && at.variant ? { variant: at.variant } : {}),
          ...(at.owner ? { assignee: at.owner } : {}),
          ...(at.release ? { release: at.release } : {}),
          date_from: at.since ?? DEFAULT_SINCE,
          order_by: by,
          order_direction: isDown ? 'DESC' : 'ASC',
          limit: ERRORS_PAGE,
          offset: (Math.max(1, Number(at.page) || 1) - 1) * ERRORS_PAGE,
        },
        signal,
      });
    },
    refetchInterval: REFRESH_MS,
    placeholderData: (before, past) =>
      past?.queryKey[2] === scope.environment.key ? before : undefined,
  });

const paramsOf = (scope: Scope, id: string) => ({ ...scope.params, issue_id: id });

export const issueQuery = (scope: Scope, id: string) =>
  queryOptions({
    queryKey: ['error', ...placeOf(scope), id],
    queryFn: ({ signal }) =>
      call('errors.get', { params: paramsOf(scope, id), query: scope.query, signal }),
    refetchInterval: REFRESH_MS,
  });

const within = (scope: Scope, since: string) => ({ ...scope.query, date_from: since });

export const issueNumbersQuery = (scope: Scope, id: string, since: string) =>
  queryOptions({
    queryKey: ['error-numbers', ...placeOf(scope), id, since],
    queryFn: ({ signal }) =>
      call('errors.numbers', { params: paramsOf(scope, id), query: within(scope, since), signal }),
    refetchInterval: REFRESH_MS,
  });

export const issueVariantsQuery = (scope: Scope, id: string, since: string) =>
  queryOptions({
    queryKey: ['error-variants', ...placeOf(scope), id, since],
    queryFn: ({ signal }) =>
      call('errors.variants', { params: paramsOf(scope, id), query: within(scope, since), signal }),
  });

/** One exception, the newest first. */
export const issueEventQuery = (scope: Scope, id: string, since: string, offset: number) =>
  queryOptions({
    queryKey: ['error-event', ...placeOf(scope), id, since, offset],
    queryFn: ({ signal }) =>
      call('errors.events', {
        params: paramsOf(scope, id),
        query: { ...within(scope, since), limit: 1, offset },
        signal,
      }),
  });

/** What was joined in it. */
export const issuePartsQuery = (scope: Scope, id: string) =>
  queryOptions({
    queryKey: ['error-parts', ...placeOf(scope), id],
    queryFn: ({ signal }) =>
      call('errors.parts', { params: paramsOf(scope, id), query: scope.query, signal }),
  });

/** Asks again for everything that is known of errors. */
function useRefresh(): () => Promise<void> {
  const queryClient = useQueryClient();
  return () =>
    queryClient.invalidateQueries({
      predicate: ({ queryKey: [name] }) => typeof name === 'string' && KEYS.has(name),
    });
}

const KEYS = new Set([
  'errors',
  'error',
  'error-numbers',
  'error-variants',
  'error-event',
  'error-parts',
]);

/** Resolves, ignores, opens, or gives to somebody. */
export function useChangeIssue(scope: Scope, id: string) {
  return useMutation({
    mutationFn: (body: RequestOf<'errors.update'>['body']) =>
      call('errors.update', { params: paramsOf(scope, id), query: scope.query, body }),
    // Also when it was refused: somebody else may have changed it.
    onSettled: useRefresh(),
  });
}

/** Resolves, ignores or opens several, one after the other; says how many it did, and what stopped it. */
export function useChangeIssues(scope: Scope) {
  return useMutation({
    mutationFn: async ({ ids, status }: { ids: readonly string[]; status: IssueStatus }) => {
      for (const [done, id] of ids.entries()) {
        try {
          const params = paramsOf(scope, id);
          await call('errors.update', { params, query: scope.query, body: { status } });
        } catch (error) {
          return { done, error };
        }
      }
      return { done: ids.length };
    },
    onSettled: useRefresh(),
  });
}

/** Makes some part of another one. */
export function useJoinIssues(scope: Scope) {
  return useMutation({
    mutationFn: ({ into, ids }: { into: string; ids: string[] }) =>
      call('errors.merge', { params: paramsOf(scope, into), query: scope.query, body: { ids } }),
    onSettled: useRefresh(),
  });
}

/** Makes parts that were joined errors of their own again. */
export function useSplitIssue(scope: Scope, id: string) {
  return useMutation({
    mutationFn: (fingerprints: string[]) =>
      call('errors.split', {
        params: paramsOf(scope, id),
        query: scope.query,
        body: { fingerprints },
      }),
    onSettled: useRefresh(),
  });
}

export const alertsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['error-alerts', ...placeOf(scope)],
    queryFn: ({ signal }) =>
      call('errors.getAlerts', { params: scope.params, query: scope.query, signal }),
  });

export function useSaveAlerts(scope: Scope) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Omit<Alerts, 'version'>) =>
      call('errors.saveAlerts', { params: scope.params, query: scope.query, body }),
    onSuccess: (alerts) => queryClient.setQueryData(alertsQuery(scope).queryKey, alerts),
  });
}
