// What the dashboard pages ask of the server, and what they change.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Dashboard = ResponseOf<'dashboards.get'>;
export type DashboardSummary = ResponseOf<'dashboards.list'>['results'][number];
export type Tile = Dashboard['tiles'][number];
export type WantedTile = RequestOf<'dashboards.addTile'>['body'];
export type DashboardChange = Omit<RequestOf<'dashboards.update'>['body'], 'version'>;
export type DashboardFilters = NonNullable<DashboardChange['filters']>;
export type SharedDashboard = ResponseOf<'dashboards.look'>;
type NewDashboard = RequestOf<'dashboards.create'>['body'];

const LIST_LIMIT = 200;
const LIST_KEY = 'dashboards';

/** One’s favourites first, then pinned ones, then the last changed. */
export const dashboardsQuery = (scope: Scope, search: string, isFavourite = false) =>
  queryOptions({
    queryKey: [LIST_KEY, scope.project.id, search, isFavourite],
    queryFn: ({ signal }) =>
      call('dashboards.list', {
        params: scope.params,
        query: {
          ...(search ? { search } : {}),
          ...(isFavourite ? { favorited: 'true' } : {}),
          limit: LIST_LIMIT,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const dashboardQuery = (scope: Scope, id: string) =>
  queryOptions({
    queryKey: ['dashboard', scope.project.id, id],
    queryFn: ({ signal }) => call('dashboards.get', { params: { ...scope.params, id }, signal }),
  });

function useKeep(scope: Scope) {
  const queryClient = useQueryClient();
  return (dashboard: Dashboard) => {
    queryClient.setQueryData(dashboardQuery(scope, String(dashboard.id)).queryKey, dashboard);
    void queryClient.invalidateQueries({ queryKey: [LIST_KEY] });
  };
}

/** Blank, from a template, or like another one. */
export function useCreateDashboard(scope: Scope) {
  return useMutation({
    mutationFn: (body: NewDashboard) =>
      call('dashboards.create', { params: scope.params, query: scope.query, body }),
    onSuccess: useKeep(scope),
  });
}

/** Changes one of the list, whatever others have done to it meanwhile. */
export function useChangeDashboard(scope: Scope) {
  return useMutation({
    mutationFn: ({ id, ...body }: DashboardChange & { readonly id: number }) =>
      call('dashboards.update', { params: { ...scope.params, id }, body }),
    onSuccess: useKeep(scope),
  });
}

/**
 * Changes the dashboard that is shown: it is seen at once, sent in turn with the changes before, and seen as the
 * server has it when it was refused.
 */
export function useEditDashboard(scope: Scope, id: number) {
  const queryClient = useQueryClient();
  const { queryKey } = dashboardQuery(scope, String(id));
  const keep = useKeep(scope);
  return useMutation({
    scope: { id: `dashboard ${id}` },
    mutationFn: (change: DashboardChange) => {
      const version = queryClient.getQueryData(queryKey)?.version ?? null;
      return call('dashboards.update', {
        params: { ...scope.params, id },
        body: { ...change, version },
      });
    },
    onMutate: async (change) => {
      await queryClient.cancelQueries({ queryKey });
      queryClient.setQueryData(
        queryKey,
        (before) => before && ({ ...before, ...change } as Dashboard),
      );
    },
    onSuccess: async (dashboard) => {
      // What was asked before this change would bring back the version before, and the next one be refused.
      await queryClient.cancelQueries({ queryKey });
      keep(dashboard);
    },
    onError: () => queryClient.invalidateQueries({ queryKey }),
  });
}

export function useAddTile(scope: Scope) {
  return useMutation({
    mutationFn: ({ id, tile }: { readonly id: number; readonly tile: WantedTile }) =>
      call('dashboards.addTile', { params: { ...scope.params, id }, body: tile }),
    onSuccess: useKeep(scope),
  });
}

export const linksQuery = (scope: Scope, id: number) =>
  queryOptions({
    queryKey: ['dashboard-links', scope.project.id, id],
    queryFn: ({ signal }) =>
      call('dashboards.listLinks', { params: { ...scope.params, id }, signal }),
  });

export function useLinks(scope: Scope, id: number) {
  const queryClient = useQueryClient();
  const { queryKey } = linksQuery(scope, id);
  const params = { ...scope.params, id };
  const onSuccess = () => queryClient.invalidateQueries({ queryKey });
  const create = useMutation({
    mutationFn: () => call('dashboards.createLink', { params, query: scope.query }),
    onSuccess,
  });
  const revoke = useMutation({
    mutationFn: (link: string) =>
      call('dashboards.revokeLink', { params: { ...params, link_id: link } }),
    onSuccess,
  });
  return { create, revoke };
}

/** What a public link shows; nobody need be signed in. */
export const sharedDashboardQuery = (token: string) =>
  queryOptions({
    queryKey: ['shared-dashboard', token],
    queryFn: ({ signal }) => call('dashboards.look', { params: { token }, signal }),
  });

export const sharedAnswerQuery = (token: string, tile: number) =>
  queryOptions({
    queryKey: ['shared-answer', token, tile],
    queryFn: ({ signal }) =>
      call('dashboards.answer', { params: { token, tile_id: tile }, signal }),
  });
