// Browser-facing lists of things that do not exist in Serin: the empty list is the true answer.
import type { FastifyInstance } from 'fastify';
import type { AccountsDirectory } from '#accounts';
import { fail } from '#kernel/errors';

const LISTS = {
  '/api/surveys': { surveys: [], survey_config: null },
  '/api/web_experiments': { experiments: [] },
  '/api/product_tours': { product_tours: [] },
};

/** Registers the lists, each for a known project token in the query. */
export function registerEmptyLists(
  sdk: FastifyInstance,
  accounts: Pick<AccountsDirectory, 'findEnvironmentByToken'>,
): void {
  for (const [path, list] of Object.entries(LISTS)) {
    sdk.get<{ Querystring: { token?: unknown } }>(path, (request, reply) => {
      const { token } = request.query;
      if (typeof token !== 'string' || !accounts.findEnvironmentByToken(token)) {
        fail('invalid_api_key', { attr: 'token' });
      }
      return reply.header('cache-control', 'public, max-age=60').send(list);
    });
  }
}
