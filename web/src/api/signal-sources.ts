// Programs that may send signals about rollouts.
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type SignalSource = ResponseOf<'signals.list'>['results'][number];

const keyOf = ({ params }: Scope) => ['signal-sources', params] as const;

/** Looked at again and again: a signal that is tried out shows by itself. */
const REFRESH_MS = 10_000;

export const signalSourcesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: keyOf(scope),
    queryFn: ({ signal }) => call('signals.list', { params: scope.params, signal }),
    refetchInterval: REFRESH_MS,
  });

/** Runs one change of senders and reads the list again. */
export function useSourceChange<I, O>(scope: Scope, change: (input: I) => Promise<O>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(scope) }),
  });
}

export const createSource =
  ({ params }: Scope) =>
  (name: string) =>
    call('signals.create', { params, body: { name } });

export const rotateSource =
  ({ params }: Scope) =>
  (id: string) =>
    call('signals.rotateSecret', { params: { ...params, source_id: id } });

export const removeSource =
  ({ params }: Scope) =>
  (id: string) =>
    call('signals.remove', { params: { ...params, source_id: id } });
