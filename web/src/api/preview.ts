// How many known people, and groups, a flag would reach with edits that are not saved.
import { queryOptions } from '@tanstack/react-query';
import { call, type RequestOf, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type TargetingPreview = ResponseOf<'flagPreview.preview'>;
export type PreviewQuestion = RequestOf<'flagPreview.preview'>['body'];

export type GroupCount = ResponseOf<'flagPreview.blastRadius'>;
export type GroupQuestion = RequestOf<'flagPreview.blastRadius'>['body'];

/** People come and go slowly; half a minute old is fresh enough for a number beside a form. */
const FRESH_MS = 30_000;

/** `version` is that of the stored flag, which the counts are compared with; 0 for a new one. */
export const targetingPreviewQuery = (scope: Scope, version: number, question: PreviewQuestion) =>
  queryOptions({
    queryKey: ['targeting-preview', scope.project.id, scope.environment.key, version, question],
    queryFn: ({ signal }) =>
      call('flagPreview.preview', {
        params: scope.params,
        query: scope.query,
        body: question,
        signal,
      }),
    staleTime: FRESH_MS,
  });

/** How many known groups of a type one condition set means, before its share. */
export const groupCountQuery = (scope: Scope, question: GroupQuestion) =>
  queryOptions({
    queryKey: ['group-count', scope.project.id, scope.environment.key, question],
    queryFn: ({ signal }) =>
      call('flagPreview.blastRadius', {
        params: scope.params,
        query: scope.query,
        body: question,
        signal,
      }),
    staleTime: FRESH_MS,
  });
