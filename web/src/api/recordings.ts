// What the pages of recordings ask of the server.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ApiError, call, type RequestOf, type ResponseOf, urlOf } from './client.ts';
import type { EventRow } from './events.ts';
import type { Scope } from './session.ts';

export type ListedRecording = ResponseOf<'recordingList.search'>['results'][number];
export type Recording = Omit<ListedRecording, 'matches' | 'exception_count'>;
/** Which recordings, and in which order. */
export type RecordingFilter = RequestOf<'recordingList.search'>['body']['filter'];
export type Condition = NonNullable<RecordingFilter['conditions']>[number];
export type RecordingDetail = ResponseOf<'recordings.get'>;
type BlockList = ResponseOf<'recordings.blocks'>;
export type BlockRow = BlockList['blocks'][number];

const PAGE_SIZE = 50;
/** How soon a recording under way is looked at again, beside what is told as it comes. */
const ONGOING_MS = 10_000;

/** The cursor in the address of the next page. */
const cursorOf = (next: string | null): string | null =>
  next === null ? null : new URL(next, window.location.origin).searchParams.get('cursor');

const keyOf = (scope: Scope, ...rest: readonly unknown[]) => [
  'recordings',
  scope.project.id,
  scope.environment.key,
  ...rest,
];

/** Recordings that a filter finds, page by page; all of them, newest first, without one. */
export const recordingsQuery = (scope: Scope, filter: RecordingFilter = {}) =>
  infiniteQueryOptions({
    queryKey: keyOf(scope, 'list', filter),
    queryFn: ({ signal, pageParam }) =>
      call('recordingList.search', {
        params: scope.params,
        query: scope.query,
        body: { filter, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });

/** Whether sessions are recorded in the environment. */
export const recordingSettingsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: keyOf(scope, 'settings'),
    queryFn: ({ signal }) =>
      call('recordingSettings.get', { params: scope.params, query: scope.query, signal }),
  });

const paramsOf = (scope: Scope, sessionId: string) => ({
  ...scope.params,
  session_id: sessionId,
});

export const recordingQuery = (scope: Scope, sessionId: string) =>
  queryOptions({
    queryKey: keyOf(scope, 'one', sessionId),
    queryFn: ({ signal }) =>
      call('recordings.get', { params: paramsOf(scope, sessionId), query: scope.query, signal }),
    // A player that is under way must not start anew.
    staleTime: Infinity,
  });

/** Keeps a recording for 365 days. */
export const pinRecording = (scope: Scope, sessionId: string, reason: string) =>
  call('recordings.pin', {
    params: paramsOf(scope, sessionId),
    query: scope.query,
    body: { reason },
  });

export const deleteRecording = (scope: Scope, sessionId: string) =>
  call('deletions.deleteRecording', { params: paramsOf(scope, sessionId), query: scope.query });

/** The index of blocks; kept up to date while more is recorded. */
export const blocksQuery = (scope: Scope, sessionId: string) =>
  queryOptions({
    queryKey: keyOf(scope, 'blocks', sessionId),
    queryFn: ({ signal }) =>
      call('recordings.blocks', { params: paramsOf(scope, sessionId), query: scope.query, signal }),
    refetchInterval: ({ state }) => (state.data?.ongoing ? ONGOING_MS : false),
  });

/** Where blocks of a recording under way are told of. */
export const blockStreamUrl = (scope: Scope, sessionId: string): string =>
  urlOf('recordings.blockStream', paramsOf(scope, sessionId), scope.query);

/**
 * The events of some blocks, one line of JSON each.
 * @throws ApiError when they cannot be had.
 */
export async function fetchBlocks(
  scope: Scope,
  sessionId: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const url = urlOf('recordings.blockData', paramsOf(scope, sessionId), {
    ...scope.query,
    ids: ids.join(','),
  });
  const response = await fetch(url, { credentials: 'same-origin', signal });
  if (!response.ok) throw new ApiError(response.status, {});
  return response.arrayBuffer();
}

/** Events around the recording are looked for this far before and after it, in milliseconds. */
const AROUND_MS = 26 * 3_600_000;
const EVENTS_AT_ONCE = 1000;
/** A session of more events is listed up to here. */
const MAX_EVENTS = 5000;

/** The events of a session, the newest first. */
export const sessionEventsQuery = (scope: Scope, { id, start_time, end_time }: Recording) =>
  queryOptions({
    queryKey: keyOf(scope, 'events', id),
    queryFn: async ({ signal }) => {
      const rows: EventRow[] = [];
      let cursor: string | null = '';
      while (cursor !== null && rows.length < MAX_EVENTS) {
        const page: ResponseOf<'events.list'> = await call('events.list', {
          params: scope.params,
          query: {
            ...scope.query,
            properties: JSON.stringify([{ key: '$session_id', value: id }]),
            after: new Date(Date.parse(start_time) - AROUND_MS).toISOString(),
            before: new Date(Date.parse(end_time) + AROUND_MS).toISOString(),
            limit: EVENTS_AT_ONCE,
            ...(cursor ? { cursor } : {}),
          },
          signal,
        });
        rows.push(...page.results);
        cursor = cursorOf(page.next);
      }
      return rows;
    },
    staleTime: 30_000,
  });
