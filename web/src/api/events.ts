// What the events page asks of the server.
import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type EventRow = ResponseOf<'events.list'>['results'][number];

/** What narrows the list; empty texts do not. */
export type EventFilter = {
  readonly event: string;
  readonly distinct_id: string;
  readonly person_id?: string;
  readonly group_type_index?: number;
  readonly group_key?: string;
};

const PAGE_SIZE = 50;

/** The entries of a filter that say something. */
export function filterQuery({ event, distinct_id: distinctId, ...others }: EventFilter) {
  return {
    ...others,
    ...(event ? { event } : {}),
    ...(distinctId ? { distinct_id: distinctId } : {}),
  };
}

/** The cursor in the address of the next page. */
function cursorOf(next: string | null): string | null {
  return next === null ? null : new URL(next, window.location.origin).searchParams.get('cursor');
}

/** Events newest first, page by page. */
export const eventsQuery = (scope: Scope, filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ['events', scope.project.id, scope.environment.key, filter],
    queryFn: ({ signal, pageParam }) =>
      call('events.list', {
        params: scope.params,
        query: {
          ...scope.query,
          ...filterQuery(filter),
          limit: PAGE_SIZE,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => cursorOf(next),
  });
