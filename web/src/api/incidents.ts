// What the pages of incidents ask of the server, and what they save.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf, urlOf } from './client.ts';
import type { Scope } from './session.ts';

export type Incident = ResponseOf<'incidents.get'>;
export type IncidentSummary = ResponseOf<'incidents.list'>['results'][number];
export type ActionItem = Incident['action_items'][number];
export type IncidentEvidence = NonNullable<Incident['evidence']>;
export type AffectedPerson = ResponseOf<'incidents.people'>['results'][number];

/** How often it is asked whether evidence has come, in milliseconds. */
const COLLECTING_MS = 3000;
/** Rows of a list. */
export const LIST_ROWS = 50;

const paramsOf = (scope: Scope, id: string) => ({ ...scope.params, incident_id: id });

export const incidentsQuery = (
  scope: Scope,
  filter: { readonly rolloutId?: string; readonly offset?: number } = {},
) =>
  queryOptions({
    queryKey: ['incidents', scope.project.id, scope.environment.key, filter],
    queryFn: ({ signal }) =>
      call('incidents.list', {
        params: scope.params,
        query: {
          ...scope.query,
          ...(filter.rolloutId ? { rollout_id: filter.rolloutId } : {}),
          limit: LIST_ROWS,
          offset: filter.offset ?? 0,
        },
        signal,
      }),
  });

export const incidentQuery = (scope: Scope, id: string) =>
  queryOptions({
    queryKey: ['incident', scope.project.id, scope.environment.key, id],
    queryFn: ({ signal }) =>
      call('incidents.get', { params: paramsOf(scope, id), query: scope.query, signal }),
    refetchInterval: ({ state }) => (state.data?.evidence === null ? COLLECTING_MS : false),
  });

/** Asked for again when more evidence has been collected. */
export const incidentPeopleQuery = (
  scope: Scope,
  id: string,
  at: { readonly offset: number; readonly collectedAt: string },
) =>
  queryOptions({
    queryKey: ['incident-people', scope.project.id, id, at],
    queryFn: ({ signal }) =>
      call('incidents.people', {
        params: paramsOf(scope, id),
        query: { ...scope.query, limit: PEOPLE_ROWS, offset: at.offset },
        signal,
      }),
  });

/** Rows of the list of people. */
export const PEOPLE_ROWS = 10;

export function useWriteIncident(scope: Scope, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: RequestOf<'incidents.write'>['body']) =>
      call('incidents.write', { params: paramsOf(scope, id), query: scope.query, body }),
    onSuccess: (incident) => {
      queryClient.setQueryData(incidentQuery(scope, id).queryKey, incident);
      void queryClient.invalidateQueries({ queryKey: ['post-mortems'] });
    },
    // Somebody else may have written meanwhile.
    onError: () => queryClient.invalidateQueries({ queryKey: incidentQuery(scope, id).queryKey }),
  });
}

export const postMortemsQuery = (scope: Scope, id: string, isOpen: boolean) =>
  queryOptions({
    queryKey: ['post-mortems', scope.project.id, id],
    queryFn: ({ signal }) =>
      call('incidents.versions', { params: paramsOf(scope, id), query: scope.query, signal }),
    enabled: isOpen,
  });

export function readPostMortem(scope: Scope, id: string, version: number) {
  const params = { ...paramsOf(scope, id), version };
  return call('incidents.version', { params, query: scope.query });
}

export function useIncidentCohort(scope: Scope, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      call('incidents.cohort', { params: paramsOf(scope, id), query: scope.query, body: {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['cohorts'] }),
  });
}

export type UserMessage = ResponseOf<'incidents.messages'>['results'][number];

/** How often it is asked whom a message has reached, and for how long after it was sent, in milliseconds. */
const SENDING_MS = 10_000;
const SENT_WITHIN_MS = 15 * 60_000;

const isOnItsWay = ({ people, confirmed_at: at }: UserMessage): boolean =>
  people.pending > 0 && Date.now() - Date.parse(at) < SENT_WITHIN_MS;

/** What was sent to the people of an incident; asked for again while some of it is on its way. */
export const userMessagesQuery = (scope: Scope, id: string) =>
  queryOptions({
    queryKey: ['incident-messages', scope.project.id, id],
    queryFn: ({ signal }) =>
      call('incidents.messages', { params: paramsOf(scope, id), query: scope.query, signal }),
    refetchInterval: ({ state }) => (state.data?.results.some(isOnItsWay) ? SENDING_MS : false),
  });

export function useSendMessage(scope: Scope, id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: RequestOf<'incidents.sendMessage'>['body']) =>
      call('incidents.sendMessage', { params: paramsOf(scope, id), query: scope.query, body }),
    onSuccess: (messages) =>
      queryClient.setQueryData(userMessagesQuery(scope, id).queryKey, messages),
    // They may be more by now.
    onError: () =>
      queryClient.invalidateQueries({ queryKey: userMessagesQuery(scope, id).queryKey }),
  });
}

/** Where a file of an incident is. */
export const incidentFileUrl = (
  scope: Scope,
  id: string,
  file: 'incidents.markdown' | 'incidents.peopleFile',
): string => urlOf(file, paramsOf(scope, id), scope.query);
