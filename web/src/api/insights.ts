// What the insight pages ask of the server, and what they save.
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { ApiError, call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

type AnyQuery = RequestOf<'insights.query'>['body']['query'];
export type QueryOf<K extends AnyQuery['kind']> = Extract<AnyQuery, { readonly kind: K }>;
/** Questions that are put together from events. */
export type EventsQuestion = QueryOf<
  | 'TrendsQuery'
  | 'FunnelsQuery'
  | 'RetentionQuery'
  | 'StickinessQuery'
  | 'LifecycleQuery'
  | 'PathsQuery'
>;
/** Ways in which rows are drawn, in the words of PostHog's API. */
export type SqlDisplay = 'ActionsTable' | 'ActionsLineGraph' | 'ActionsBar';
export type SqlQuery = QueryOf<'HogQLQuery'> & { readonly display?: SqlDisplay | undefined };
/** What the explorer edits. */
export type InsightQuery = EventsQuestion | SqlQuery;
export type InsightKind = InsightQuery['kind'];
export type ActorsSource = QueryOf<'ActorsQuery'>['source'];
export type Answer = ResponseOf<'insights.query'>;

/** The question itself, or the flag that it is to be about: since when, and which events (a JSON list). */
export type NewInsightSearch = {
  readonly q?: string | undefined;
  readonly flag?: string | undefined;
  readonly since?: string | undefined;
  readonly events?: string | undefined;
};

export type SavedInsight = ResponseOf<'insights.getSaved'>;

/** Asking the same within half a minute is answered from memory: back and forward are instant. */
const FRESH_MS = 30_000;

/**
 * The answer to a query; the one of before stays meanwhile, unless it is of another kind or environment.
 * @param runId a new id at each call, by which it can be asked how far the question is
 */
export const answerQuery = (scope: Scope, query: InsightQuery, runId?: () => string) =>
  queryOptions({
    queryKey: ['insight', scope.project.id, scope.environment.key, query.kind, query],
    queryFn: ({ signal }) =>
      call('insights.query', {
        params: scope.params,
        query: scope.query,
        body: { query, ...(runId ? { client_query_id: runId() } : {}) },
        signal,
      }),
    staleTime: FRESH_MS,
    placeholderData: (before, past) =>
      past?.queryKey[2] === scope.environment.key && past.queryKey[3] === query.kind
        ? before
        : undefined,
  });

/** 1 s: how often it is asked how far a question is. */
const PROGRESS_MS = 1_000;

/** How far a question is; null before it has begun and when it is over. */
export const progressQuery = (scope: Scope, runId: () => string) =>
  queryOptions({
    queryKey: ['insight-progress', scope.project.id, scope.environment.key],
    queryFn: async ({ signal }) => {
      const params = { ...scope.params, id: runId() };
      try {
        const { query_status: status } = await call('insights.getRun', {
          params,
          query: scope.query,
          signal,
        });
        return status.query_progress;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: PROGRESS_MS,
    gcTime: 0,
    retry: false,
  });

/** Somebody (or some group) behind a number, and how often. */
export type ActorRow = readonly [
  {
    readonly id: string;
    readonly distinct_ids: readonly string[];
    readonly properties: Readonly<Record<string, unknown>>;
    readonly is_identified: boolean;
    readonly created_at: string | null;
  },
  number,
];

const PEOPLE_PAGE = 50;

/** The people behind a number, page by page. */
export const peopleBehindQuery = (scope: Scope, source: ActorsSource) =>
  infiniteQueryOptions({
    queryKey: ['insight-people', scope.project.id, scope.environment.key, source],
    queryFn: async ({ signal, pageParam }) => {
      const answer = await call('insights.query', {
        params: scope.params,
        query: scope.query,
        body: { query: { kind: 'ActorsQuery', source, limit: PEOPLE_PAGE, offset: pageParam } },
        signal,
      });
      return answer as Answer & {
        readonly results: readonly ActorRow[];
        readonly count: number;
        readonly offset: number;
        readonly hasMore: boolean;
      };
    },
    initialPageParam: 0,
    getNextPageParam: ({ hasMore, offset, results }) =>
      hasMore ? offset + results.length : undefined,
  });

export const SAVED_PAGE = 50;

export const savedInsightsQuery = (
  scope: Scope,
  {
    search,
    page,
    isFavourite = false,
  }: { readonly search: string; readonly page: number; readonly isFavourite?: boolean },
) =>
  queryOptions({
    queryKey: ['saved-insights', scope.project.id, { search, page, isFavourite }],
    queryFn: ({ signal }) =>
      call('insights.listSaved', {
        params: scope.params,
        query: {
          ...(search ? { search } : {}),
          ...(isFavourite ? { favorited: 'true' } : {}),
          limit: SAVED_PAGE,
          offset: (page - 1) * SAVED_PAGE,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** @throws ApiError 404 when there is none under this address */
export const savedInsightQuery = (scope: Scope, shortId: string) =>
  queryOptions({
    queryKey: ['saved-insight', scope.project.id, shortId],
    queryFn: async ({ signal }) => {
      const { results } = await call('insights.listSaved', {
        params: scope.params,
        query: { short_id: shortId },
        signal,
      });
      const [found] = results;
      if (found) return found;
      throw new ApiError(404, { code: 'not_found', detail: 'There is no such insight.' });
    },
  });

type NewInsight = RequestOf<'insights.save'>['body'];
type Change = RequestOf<'insights.updateSaved'>['body'] & { readonly id: number };

export function useSaveInsight(scope: Scope) {
  const keep = useKeep(scope);
  return useMutation({
    mutationFn: (body: NewInsight) => call('insights.save', { params: scope.params, body }),
    onSuccess: keep,
  });
}

export function useUpdateInsight(scope: Scope) {
  const keep = useKeep(scope);
  return useMutation({
    mutationFn: ({ id, ...body }: Change) =>
      call('insights.updateSaved', { params: { ...scope.params, id }, body }),
    onSuccess: keep,
  });
}

function useKeep(scope: Scope) {
  const queryClient = useQueryClient();
  return (insight: SavedInsight) => {
    queryClient.setQueryData(savedInsightQuery(scope, insight.short_id).queryKey, insight);
    void queryClient.invalidateQueries({ queryKey: ['saved-insights'] });
  };
}
