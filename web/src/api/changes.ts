// Changes that wait: requests for the word of other people, and what is planned for a time.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf, urlOf } from './client.ts';
import { useLive } from './live.ts';
import type { Scope } from './session.ts';

export type RequestSummary = ResponseOf<'changes.listRequests'>['results'][number];
export type ChangeRequest = ResponseOf<'changes.getRequest'>;
export type RequestItem = ChangeRequest['items'][number];
export type ThreadEntry = ChangeRequest['thread'][number];
export type ScheduledChange = ResponseOf<'changes.listSchedules'>['results'][number];
export type Proposal = RequestOf<'changes.propose'>['body'];
export type DueInput = RequestOf<'changes.schedule'>['body']['due'];
export type NewSchedule = RequestOf<'changes.schedule'>['body'];
export type RequestsShown = 'open' | 'mine' | 'closed';

const KEY = 'changes';

export const requestsQuery = (scope: Scope, show: RequestsShown, flagId?: number) =>
  queryOptions({
    queryKey: [KEY, scope.project.id, scope.environment.key, 'requests', { show, flagId }],
    queryFn: ({ signal }) =>
      call('changes.listRequests', {
        params: scope.params,
        query: {
          ...scope.query,
          show,
          limit: '100',
          ...(flagId === undefined ? {} : { flag_id: String(flagId) }),
        },
        signal,
      }),
  });

export const requestQuery = (scope: Scope, number: string) =>
  queryOptions({
    queryKey: [KEY, scope.project.id, 'request', number],
    queryFn: ({ signal }) =>
      call('changes.getRequest', { params: { ...scope.params, number }, signal }),
  });

export const schedulesQuery = (scope: Scope, show: 'pending' | 'done', flagId?: number) =>
  queryOptions({
    queryKey: [KEY, scope.project.id, scope.environment.key, 'schedules', { show, flagId }],
    queryFn: ({ signal }) =>
      call('changes.listSchedules', {
        params: scope.params,
        query: {
          ...scope.query,
          show,
          limit: '200',
          ...(flagId === undefined ? {} : { flag_id: String(flagId) }),
        },
        signal,
      }),
  });

/** Everything that waits is read again, and with it the flags that it changes. */
function useRefresh() {
  const queryClient = useQueryClient();
  return () =>
    Promise.all(
      [KEY, 'flags', 'flag', 'flag-activity', 'differences'].map((name) =>
        queryClient.invalidateQueries({ queryKey: [name] }),
      ),
    );
}

/** Keeps whatever waits up to date while a page is open. */
export function useLiveChanges(scope: Scope): void {
  const refresh = useRefresh();
  useLive(urlOf('changes.stream', scope.params), { change: () => void refresh() });
}

/** Runs one change of what waits; pages that show it follow, also when it was refused. */
export function useChange<I, O>(change: (input: I) => Promise<O>) {
  const refresh = useRefresh();
  return useMutation({ mutationFn: change, onSettled: refresh });
}

/** Proposes in the chosen environment, or in the one that is named. */
export const propose =
  ({ params, query }: Scope) =>
  ({ environment = query.environment, ...body }: Proposal & { readonly environment?: string }) =>
    call('changes.propose', { params, query: { environment }, body });

type OnRequest<B> = B & { readonly number: number };
const at = ({ params }: Scope, number: number) => ({ ...params, number: String(number) });

export const comment =
  (scope: Scope) =>
  ({ number, ...body }: OnRequest<RequestOf<'changes.comment'>['body']>) =>
    call('changes.comment', { params: at(scope, number), body });

export const review =
  (scope: Scope) =>
  ({ number, ...body }: OnRequest<RequestOf<'changes.review'>['body']>) =>
    call('changes.review', { params: at(scope, number), body });

export const editRequest =
  (scope: Scope) =>
  ({ number, ...body }: OnRequest<RequestOf<'changes.editRequest'>['body']>) =>
    call('changes.editRequest', { params: at(scope, number), body });

/** Verbs that only need the version that was looked at. */
export const act =
  (scope: Scope) =>
  ({ verb, number, version }: OnRequest<{ verb: 'apply' | 'rebase'; version: number }>) =>
    call(`changes.${verb}`, { params: at(scope, number), body: { version } });

export const withdraw =
  (scope: Scope) =>
  ({ number, comment: why }: OnRequest<{ readonly comment: string }>) =>
    call('changes.withdraw', { params: at(scope, number), body: { comment: why } });

export const schedule =
  ({ params, query }: Scope) =>
  (body: NewSchedule) =>
    call('changes.schedule', { params, query, body });

export const editSchedule =
  ({ params }: Scope) =>
  ({ id, ...body }: RequestOf<'changes.editSchedule'>['body'] & { readonly id: string }) =>
    call('changes.editSchedule', { params: { ...params, id }, body });

export const cancelSchedule =
  ({ params }: Scope) =>
  ({ id, ...body }: RequestOf<'changes.cancelSchedule'>['body'] & { readonly id: string }) =>
    call('changes.cancelSchedule', { params: { ...params, id }, body });
