// What people of a rollout's stages said, over HTTP.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, queryInt, route } from '#kernel/http.contract';

const FeedbackBody = z
  .object({
    stages: z
      .array(
        z.object({
          index: z.number().int(),
          name: z.string(),
          channel: z.string().nullable(),
          question: z.string().nullable(),
          shown: z.number().int().describe('People who saw the question.'),
          answered: z.number().int().describe('People who answered it.'),
        }),
      )
      .describe('Stages whose plan names a channel or asks a question.'),
    results: z
      .array(
        z.object({
          stage_index: z.number().int(),
          at: z.iso.datetime(),
          text: z.string(),
          distinct_id: z.string(),
          session_id: z.string().nullable(),
        }),
      )
      .describe('Answers, newest first.'),
    has_more: z.boolean(),
  })
  .meta({ id: 'RolloutFeedback' });

export const feedbackRoutes = {
  feedback: route({
    method: 'GET',
    path: '/api/projects/:project_id/rollouts/:rollout_id/feedback/',
    summary:
      'What people answered to the questions of the stages, and where else they can say something',
    tag: 'rollouts',
    auth: 'person:read',
    params: ProjectParams.extend({ rollout_id: z.string().min(1).max(64) }),
    query: EnvironmentQuery.extend({
      stage_index: queryInt(0, 29).optional().describe('Left out: every stage.'),
      limit: queryInt(1, 200).default(50),
      offset: queryInt(0, 100_000).default(0),
    }),
    response: FeedbackBody,
  }),
} as const;
