// What the audit log's page asks of the server.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf, urlOf } from './client.ts';
import type { Scope } from './session.ts';

export type AuditEntry = ResponseOf<'audit.list'>['results'][number];

/** What narrows the log; it stands in the address. */
export type AuditSearch = {
  readonly search?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly kind?: string | undefined;
  /** Days, both included: `2026-11-20`. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

type Query = NonNullable<RequestOf<'audit.list'>['query']>;

function queryOf({ search, actor, action, kind, after, before }: AuditSearch): Query {
  return {
    ...(search ? { search } : {}),
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(kind ? { resource_kind: kind } : {}),
    ...(after ? { after } : {}),
    ...(before ? { before: `${before}T23:59:59.999` } : {}),
  };
}

/** The cursor in the address of the next page. */
function cursorOf(next: string | null): string | null {
  return next === null ? null : new URL(next, window.location.origin).searchParams.get('cursor');
}

/** Entries of every environment, newest first, page by page. */
export const auditQuery = (scope: Scope, at: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', scope.project.id, at],
    queryFn: ({ signal, pageParam }) =>
      call('audit.list', {
        params: scope.params,
        query: { ...queryOf(at), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => cursorOf(next),
  });

export const auditFacetsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['audit-facets', scope.project.id],
    queryFn: ({ signal }) => call('audit.facets', { params: scope.params, signal }),
    staleTime: 60_000,
  });

/** Where the shown part of the log is downloaded. */
export function auditFileUrl(scope: Scope, at: AuditSearch, format: 'csv' | 'json'): string {
  return urlOf('audit.download', scope.params, {
    ...(queryOf(at) as Record<string, string>),
    format,
  });
}
