// What the cohort pages and conditions on cohorts ask of the server, and what those pages change there.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Cohort = ResponseOf<'cohorts.get'>;
export type CohortMember = ResponseOf<'cohorts.members'>['results'][number];
export type MembersAdded = ResponseOf<'cohorts.importCsv'>;
type NewCohort = RequestOf<'cohorts.create'>['body'];
type CohortChange = RequestOf<'cohorts.update'>['body'];

/** As many as a page of the list holds; more are found by their name. */
const MAX_COHORTS = 500;

/** Cohorts whose name contains `search`, newest first. */
export const cohortsQuery = (scope: Scope, search = '') =>
  queryOptions({
    queryKey: ['cohorts', scope.project.id, scope.environment.key, { search }],
    queryFn: ({ signal }) =>
      call('cohorts.list', {
        params: scope.params,
        query: { ...scope.query, limit: MAX_COHORTS, ...(search ? { search } : {}) },
        signal,
      }),
  });

/** How often a page looks whether the people of a cohort are counted, in milliseconds. */
const COUNTING_MS = 1_500;

export const cohortQuery = (scope: Scope, cohortId: string) =>
  queryOptions({
    queryKey: ['cohort', scope.project.id, scope.environment.key, cohortId],
    queryFn: ({ signal }) =>
      call('cohorts.get', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        signal,
      }),
    refetchInterval: ({ state }) => (state.data?.is_calculating ? COUNTING_MS : false),
  });

/** The flags and cohorts that ask for a cohort. */
export type CohortUses = ResponseOf<'cohorts.usedBy'>;

export const cohortUsesQuery = (scope: Scope, cohortId: string) =>
  queryOptions({
    queryKey: ['cohort-uses', scope.project.id, cohortId],
    queryFn: ({ signal }) =>
      call('cohorts.usedBy', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        signal,
      }),
  });

type MembersPage = {
  readonly search: string;
  readonly limit: number;
  readonly offset: number;
  /** When its people were counted last: another count has other people. */
  readonly countedAt: string | null;
};

export const cohortMembersQuery = (scope: Scope, cohortId: string, page: MembersPage) =>
  queryOptions({
    queryKey: ['cohort-members', scope.project.id, scope.environment.key, cohortId, page],
    queryFn: ({ signal }) => {
      const { search, limit, offset } = page;
      return call('cohorts.members', {
        params: { ...scope.params, cohort: cohortId },
        query: { ...scope.query, limit, offset, ...(search ? { search } : {}) },
        signal,
      });
    },
    placeholderData: keepPreviousData,
  });

/** The cohorts that a person is in. */
export const personCohortsQuery = (scope: Scope, personId: string) =>
  queryOptions({
    queryKey: ['cohorts', scope.project.id, scope.environment.key, 'of', personId],
    queryFn: ({ signal }) =>
      call('cohorts.ofPerson', {
        params: scope.params,
        query: { ...scope.query, person_id: personId },
        signal,
      }),
  });

/** Everything that shows cohorts, who is in them or who asks for them. */
function useFollow(): () => void {
  const queryClient = useQueryClient();
  return () => {
    for (const name of ['cohorts', 'cohort', 'cohort-members', 'cohort-uses']) {
      void queryClient.invalidateQueries({ queryKey: [name] });
    }
  };
}

export function useCreateCohort(scope: Scope) {
  return useMutation({
    mutationFn: (body: NewCohort) =>
      call('cohorts.create', { params: scope.params, query: scope.query, body }),
    onSuccess: useFollow(),
  });
}

/** Has the people of a cohort by events counted now. */
export function useCalculateCohort(scope: Scope, cohortId: string) {
  return useMutation({
    mutationFn: () =>
      call('cohorts.calculate', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
      }),
    onSuccess: useFollow(),
  });
}

/** Lists those who are in a cohort now in a new static one. */
export function useCopyCohort(scope: Scope, cohortId: string) {
  return useMutation({
    mutationFn: () =>
      call('cohorts.copy', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        body: {},
      }),
    onSuccess: useFollow(),
  });
}

export function useUpdateCohort(scope: Scope, cohortId: string) {
  return useMutation({
    mutationFn: (body: CohortChange) =>
      call('cohorts.update', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        body,
      }),
    onSuccess: useFollow(),
  });
}

/** Lists the ids in a static cohort. */
export function useAddMembers(scope: Scope, cohortId: string) {
  return useMutation({
    mutationFn: (distinctIds: readonly string[]) =>
      call('cohorts.addMembers', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        body: { distinct_ids: distinctIds },
      }),
    onSuccess: useFollow(),
  });
}

/** Lists the ids of a CSV file in a static cohort. */
export function useImportMembers(scope: Scope, cohortId: string) {
  return useMutation({
    mutationFn: (csv: string) =>
      call('cohorts.importCsv', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        body: csv,
      }),
    onSuccess: useFollow(),
  });
}

/** Takes somebody off a static cohort. */
export function useRemoveMember(scope: Scope, cohortId: string) {
  return useMutation({
    mutationFn: (distinctId: string) =>
      call('cohorts.removeMember', {
        params: { ...scope.params, cohort: cohortId },
        query: scope.query,
        body: { distinct_id: distinctId },
      }),
    onSuccess: useFollow(),
  });
}
