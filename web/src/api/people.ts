// What the people pages ask of the server.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Person = ResponseOf<'persons.get'>;
export type PersonId = ResponseOf<'personEdits.distinctIds'>['results'][number];

export type PersonSession = ResponseOf<'personEdits.sessions'>['results'][number];

export const IDS_PAGE = 50;
export const SESSIONS_PAGE = 20;

export const PEOPLE_PAGE = 50;

type PeopleAsked = {
  readonly search: string;
  /** Searched instead of id, e-mail address and name. */
  readonly property?: string;
  /** From 1. */
  readonly page?: number;
};

/** One page of people, the newest first. */
export const peopleQuery = (scope: Scope, { search, property = '', page = 1 }: PeopleAsked) =>
  queryOptions({
    queryKey: ['people', scope.project.id, scope.environment.key, search, property, page],
    queryFn: ({ signal }) =>
      call('persons.list', {
        params: scope.params,
        query: {
          ...scope.query,
          ...(search ? { search } : {}),
          ...(property ? { property } : {}),
          limit: PEOPLE_PAGE,
          offset: (page - 1) * PEOPLE_PAGE,
        },
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

/** One page of a person's ids, with what came with each. */
export const personIdsQuery = (scope: Scope, personId: string, offset: number, limit = IDS_PAGE) =>
  queryOptions({
    queryKey: ['person-ids', scope.project.id, scope.environment.key, personId, offset, limit],
    queryFn: ({ signal }) =>
      call('personEdits.distinctIds', {
        params: { ...scope.params, id: personId },
        query: { ...scope.query, limit, offset },
        signal,
      }),
  });

/** One page of a person's sessions, the latest first. */
export const personSessionsQuery = (scope: Scope, personId: string, offset: number) =>
  queryOptions({
    queryKey: ['person-sessions', scope.project.id, scope.environment.key, personId, offset],
    queryFn: ({ signal }) =>
      call('personEdits.sessions', {
        params: { ...scope.params, id: personId },
        query: { ...scope.query, limit: SESSIONS_PAGE, offset },
        signal,
      }),
  });

/** Runs a change of people and reads again whatever may show it. */
function usePeopleChange<I, O>(change: (input: I) => Promise<O>) {
  const client = useQueryClient();
  const keys = ['people', 'person', 'person-ids', 'person-flags', 'person-sessions', 'events'];
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

/** Makes other people part of a person. */
export function useMergePeople(scope: Scope, personId: string) {
  return usePeopleChange((body: RequestOf<'personEdits.merge'>['body']) =>
    call('personEdits.merge', {
      params: { ...scope.params, id: personId },
      query: scope.query,
      body,
    }),
  );
}

/** Makes ids of a person people of their own. */
export function useSplitPerson(scope: Scope, personId: string) {
  return usePeopleChange((body: RequestOf<'personEdits.split'>['body']) =>
    call('personEdits.split', {
      params: { ...scope.params, id: personId },
      query: scope.query,
      body,
    }),
  );
}

/** Sets or deletes a property of a person. */
export function usePersonProperty(scope: Scope, personId: string) {
  const where = { params: { ...scope.params, id: personId }, query: scope.query };
  const set = usePeopleChange((body: RequestOf<'personEdits.updateProperty'>['body']) =>
    call('personEdits.updateProperty', { ...where, body }),
  );
  const remove = usePeopleChange((key: string) =>
    call('personEdits.deleteProperty', { ...where, body: { $unset: key } }),
  );
  return {
    set: (key: string, value: unknown) => set.mutateAsync({ key, value }),
    remove: (key: string) => remove.mutateAsync(key),
  };
}
