// What the pages of groups ask of the server.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Group = ResponseOf<'groups.find'>;
export type GroupType = ResponseOf<'groups.types'>[number];
export type Related = ResponseOf<'groups.related'>[number];
export type RelatedPerson = Extract<Related, { type: 'person' }>;
export type RelatedGroup = Extract<Related, { type: 'group' }>;

export const GROUPS_PAGE = 50;
/** Types change slowly; a minute old is fresh enough. */
const FRESH_MS = 60_000;

const placeOf = (scope: Scope) => [scope.project.id, scope.environment.key] as const;

/** The environment's group types, with what people call them. */
export const groupTypeNamesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['group-types', ...placeOf(scope)],
    queryFn: ({ signal }) =>
      call('groups.types', { params: scope.params, query: scope.query, signal }),
    staleTime: FRESH_MS,
  });

export type GroupsAsked = {
  readonly typeIndex: number;
  readonly search: string;
  /** Empty: the key and the name are searched. */
  readonly property: string;
  readonly page: number;
};

export const groupsQuery = (scope: Scope, asked: GroupsAsked) =>
  queryOptions({
    queryKey: ['groups', ...placeOf(scope), asked],
    queryFn: ({ signal }) =>
      call('groups.list', {
        params: scope.params,
        query: {
          ...scope.query,
          group_type_index: asked.typeIndex,
          ...(asked.search ? { search: asked.search } : {}),
          ...(asked.property ? { property: asked.property } : {}),
          limit: GROUPS_PAGE,
          offset: (asked.page - 1) * GROUPS_PAGE,
        },
        signal,
      }),
  });

export type GroupRef = { readonly typeIndex: number; readonly key: string };

const whichOf = (scope: Scope, { typeIndex, key }: GroupRef) => ({
  ...scope.query,
  group_type_index: typeIndex,
  group_key: key,
});

export const groupQuery = (scope: Scope, group: GroupRef) =>
  queryOptions({
    queryKey: ['group', ...placeOf(scope), group],
    queryFn: ({ signal }) =>
      call('groups.find', { params: scope.params, query: whichOf(scope, group), signal }),
  });

/** People and other groups with events of the group's. */
export const relatedQuery = (scope: Scope, { typeIndex, key }: GroupRef) =>
  queryOptions({
    queryKey: ['related', ...placeOf(scope), typeIndex, key],
    queryFn: ({ signal }) =>
      call('groups.related', {
        params: scope.params,
        query: { ...scope.query, group_type_index: typeIndex, id: key },
        signal,
      }),
  });

/** The groups that a person's events name. */
export const groupsOfPersonQuery = (scope: Scope, personId: string) =>
  queryOptions({
    queryKey: ['related', ...placeOf(scope), personId],
    queryFn: ({ signal }) =>
      call('groups.related', {
        params: scope.params,
        query: { ...scope.query, id: personId },
        signal,
      }),
  });

/** Runs a change of groups and reads again whatever may show it. */
function useGroupChange<I, O>(change: (input: I) => Promise<O>) {
  const client = useQueryClient();
  const keys = ['group', 'groups', 'group-types', 'related', 'known-properties', 'person-flags'];
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export function useSetGroupProperty(scope: Scope, group: GroupRef) {
  return useGroupChange((body: RequestOf<'groups.updateProperty'>['body']) =>
    call('groups.updateProperty', { params: scope.params, query: whichOf(scope, group), body }),
  );
}

export function useDeleteGroupProperty(scope: Scope, group: GroupRef) {
  return useGroupChange((key: string) =>
    call('groups.deleteProperty', {
      params: scope.params,
      query: whichOf(scope, group),
      body: { $unset: key },
    }),
  );
}

export function useDeleteGroup(scope: Scope, group: GroupRef) {
  return useGroupChange(() =>
    call('groups.remove', { params: scope.params, query: whichOf(scope, group) }),
  );
}

export function useRenameGroupType(scope: Scope) {
  return useGroupChange((body: RequestOf<'groups.renameTypes'>['body']) =>
    call('groups.renameTypes', { params: scope.params, query: scope.query, body }),
  );
}
