// Notification channels: what the server knows of them, and what one can do with them.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Channel = ResponseOf<'notifications.list'>['results'][number];
export type Delivery = ResponseOf<'notifications.deliveries'>['results'][number];
export type ChannelInput = RequestOf<'notifications.create'>['body'];
export type ChannelConfig = ChannelInput['config'];
export type ChannelKind = ChannelConfig['kind'];

const keyOf = (scope: Scope) => ['notification-channels', scope.project.id] as const;

export const channelsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: keyOf(scope),
    queryFn: ({ signal }) =>
      call('notifications.list', { params: { project_id: scope.project.id }, signal }),
  });

export const deliveriesQuery = (scope: Scope, channelId: string) =>
  queryOptions({
    queryKey: [...keyOf(scope), channelId, 'deliveries'],
    queryFn: ({ signal }) =>
      call('notifications.deliveries', {
        params: { project_id: scope.project.id, channel_id: channelId },
        query: { limit: '50' },
        signal,
      }),
    refetchInterval: 5_000,
  });

/** Runs one change of channels and reads the list again. */
export function useChannelChange<I, O>(scope: Scope, change: (input: I) => Promise<O>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(scope) }),
  });
}

const at = (scope: Scope, id: string) => ({ project_id: scope.project.id, channel_id: id });

export const createChannel = (scope: Scope) => (body: ChannelInput) =>
  call('notifications.create', { params: { project_id: scope.project.id }, body });

export const updateChannel =
  (scope: Scope) =>
  ({ id, ...body }: RequestOf<'notifications.update'>['body'] & { readonly id: string }) =>
    call('notifications.update', { params: at(scope, id), body });

export const removeChannel = (scope: Scope) => (id: string) =>
  call('notifications.remove', { params: at(scope, id) });

export const rotateSecret = (scope: Scope) => (id: string) =>
  call('notifications.rotateSecret', { params: at(scope, id) });

export const testChannel = (scope: Scope) => (id: string) =>
  call('notifications.test', { params: at(scope, id) });
