// What the page of ingestion warnings asks of the server.
import { queryOptions } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type IngestionWarning = ResponseOf<'ingestionWarnings.list'>['results'][number];

/** Spans that the page offers, in days. */
export const SPANS = ['1', '7', '30'] as const;
export type Span = (typeof SPANS)[number];

/** Refreshed now and then: who mends something wants to see that it stays away. */
const REFRESH_MS = 15_000;

export const warningsQuery = (scope: Scope, days: Span) =>
  queryOptions({
    queryKey: ['ingestion-warnings', scope.project.id, scope.environment.key, days],
    queryFn: ({ signal }) =>
      call('ingestionWarnings.list', {
        params: scope.params,
        query: { ...scope.query, days },
        signal,
      }),
    refetchInterval: REFRESH_MS,
  });
