// What the people pages ask of the server.
import { queryOptions } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Person = ResponseOf<'persons.get'>;

export const peopleQuery = (scope: Scope, search: string) =>
  queryOptions({
    queryKey: ['people', scope.project.id, scope.environment.key, search],
    queryFn: ({ signal }) =>
      call('persons.list', {
        params: scope.params,
        query: { ...scope.query, ...(search ? { search } : {}), limit: 100 },
        signal,
      }),
  });

export const personQuery = (scope: Scope, personId: string) =>
  queryOptions({
    queryKey: ['person', scope.project.id, scope.environment.key, personId],
    queryFn: ({ signal }) =>
      call('persons.get', {
        params: { ...scope.params, id: personId },
        query: scope.query,
        signal,
      }),
  });
