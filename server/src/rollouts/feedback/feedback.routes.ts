// Feedback route: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { feedbackRoutes } from './feedback.contract.ts';
import { readFeedback } from './feedback.service.ts';

export function registerFeedback(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, feedbackRoutes, {
    feedback: async (request, { params, query }) => {
      const { stage_index: stageIndex, limit, offset } = query;
      const page = { stageIndex, limit: limit + 1, offset };
      const { stages, answers } = await readFeedback(projectCtx(request), params.rollout_id, page);
      return {
        stages: stages.map((stage) => ({ ...stage })),
        results: answers.slice(0, limit).map((one) => ({
          stage_index: one.stageIndex,
          at: new Date(one.atMs).toISOString(),
          text: one.text,
          distinct_id: one.distinctId,
          session_id: one.sessionId,
        })),
        has_more: answers.length > limit,
      };
    },
  });
}
