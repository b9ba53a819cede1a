// What the people pages ask of the server.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Person = ResponseOf<'persons.get'>;
export type PersonId = ResponseOf<'personEdits.distinctIds'>['results'][number];

export const IDS_PAGE = 50;

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

/** Runs a change of people and reads again whatever may show it. */
function usePeopleChange<I, O>(change: (input: I) => Promise<O>) {
  const client = useQueryClient();
  const keys = ['people', 'person', 'person-ids', 'person-flags', 'events'];
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
