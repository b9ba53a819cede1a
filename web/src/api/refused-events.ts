// What the page of refused events asks of the server.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type RefusedEvent = ResponseOf<'refusedEvents.list'>['results'][number];
export type Which = RequestOf<'refusedEvents.replay'>['body'];

export const refusedEventsQuery = (scope: Scope, reason: string | undefined) =>
  queryOptions({
    queryKey: ['refused-events', scope.project.id, scope.environment.key, reason],
    queryFn: ({ signal }) =>
      call('refusedEvents.list', {
        params: scope.params,
        // As many as are kept.
        query: { ...scope.query, ...(reason === undefined ? {} : { reason }), limit: 200 },
        signal,
      }),
  });

export const refusedEventQuery = (scope: Scope, uuid: string) =>
  queryOptions({
    queryKey: ['refused-event', scope.project.id, scope.environment.key, uuid],
    queryFn: ({ signal }) =>
      call('refusedEvents.get', {
        params: { ...scope.params, uuid },
        query: scope.query,
        signal,
      }),
  });

/** Stores refused events again, or gives them up; the list is asked for anew. */
export function useRefusedEvents(scope: Scope) {
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: ['refused-events'] });
  const asked = (body: Which) => ({ params: scope.params, query: scope.query, body });
  const replay = useMutation({
    mutationFn: (which: Which) => call('refusedEvents.replay', asked(which)),
    onSuccess,
  });
  const drop = useMutation({
    mutationFn: (which: Which) => call('refusedEvents.drop', asked(which)),
    onSuccess,
  });
  return { replay, drop };
}
