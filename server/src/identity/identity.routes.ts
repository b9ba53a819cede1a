// People over HTTP: contract → query.
import type { FastifyInstance } from 'fastify';
import { fail } from '#kernel/errors';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { personsRoutes } from './identity.contract.ts';
import { type PersonWithIds, findPersonById, listPersons } from './person.query.ts';

export function registerPersons(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, personsRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { environment } = projectCtx(ctx);
      const { limit, offset, search, distinct_id: distinctId } = query;
      const filter = { distinctId, search, limit, offset };
      const { count, persons } = await listPersons(ctx.db, environment.id, filter);
      return pageOf(request.url, { count, limit, offset }, persons.map(toBody));
    },
    get: async (ctx, { params }) => {
      const { environment } = projectCtx(ctx);
      const person = await findPersonById(ctx.db, environment.id, params.id);
      return toBody(person ?? fail('not_found', { detail: 'There is no such person.' }));
    },
  });
}

function toBody(person: PersonWithIds) {
  return {
    id: person.id,
    distinct_ids: [...person.distinctIds],
    properties: { ...person.properties },
    is_identified: person.isIdentified,
    created_at: person.createdAt.toISOString(),
  };
}
