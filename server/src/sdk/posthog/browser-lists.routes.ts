// Browser-facing lists: what stages of rollouts ask people, and things that do not exist in Serin, where the empty list
// is the true answer.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { fail } from '#kernel/errors';
import type { EnvironmentRef } from '#platform/ctx';
import type { Rollouts } from '#rollouts';
import { surveyOf } from './wire/survey.ts';

const EMPTY = {
  '/api/web_experiments': { experiments: [] },
  '/api/product_tours': { product_tours: [] },
};

/** Registers the lists, each for a known project token in the query. */
export function registerBrowserLists(
  sdk: FastifyInstance,
  accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>,
  rollouts: Pick<Rollouts, 'questionsIn'>,
): void {
  const questions = ({ id }: EnvironmentRef) => ({
    surveys: rollouts.questionsIn(id).map(surveyOf),
    survey_config: null,
  });
  const lists = Object.entries(EMPTY).map(([path, list]) => [path, () => list] as const);
  for (const [path, listFor] of [...lists, ['/api/surveys', questions] as const]) {
    sdk.get<{ Querystring: { token?: unknown } }>(path, (request, reply) => {
      const { token } = request.query;
      const environment =
        typeof token === 'string' ? accounts.findEnvironmentByToken(token) : undefined;
      if (!environment) fail('invalid_api_key', { attr: 'token' });
      return reply.header('cache-control', 'public, max-age=60').send(listFor(environment));
    });
  }
}
