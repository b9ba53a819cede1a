// What people of a rollout's stages said.
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { call, type ResponseOf } from './client.ts';
import type { Scope } from './session.ts';

export type Feedback = ResponseOf<'rollouts.feedback'>;

export const FEEDBACK_ROWS = 20;
/** Answers come at any time. */
const REFRESH_MS = 30_000;

export const feedbackQuery = (scope: Scope, rolloutId: string, offset: number) =>
  queryOptions({
    queryKey: ['rollout-feedback', scope.project.id, rolloutId, offset],
    queryFn: ({ signal }) =>
      call('rollouts.feedback', {
        params: { ...scope.params, rollout_id: rolloutId },
        query: { ...scope.query, limit: FEEDBACK_ROWS, offset },
        signal,
      }),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
