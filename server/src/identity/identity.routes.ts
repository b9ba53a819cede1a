// People over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { personsRoutes } from './identity.contract.ts';
import { registerKnownProperties } from './known-properties.routes.ts';
import { type PersonWithIds, getPerson, listPeople } from './people.service.ts';

export function registerPersons(app: FastifyInstance, http: HttpDeps): void {
  registerKnownProperties(app, http);
  registerRoutes(app, http, personsRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { limit, offset, search, distinct_id: distinctId } = query;
      const filter = { distinctId, search, limit, offset };
      const { count, persons } = await listPeople(projectCtx(ctx), filter);
      return pageOf(request.url, { count, limit, offset }, persons.map(toPersonBody));
    },
    get: async (ctx, { params }) => toPersonBody(await getPerson(projectCtx(ctx), params.id)),
  });
}

/** A person as every list of people answers them. */
export function toPersonBody(person: PersonWithIds) {
  return {
    id: person.id,
    distinct_ids: [...person.distinctIds],
    properties: { ...person.properties },
    is_identified: person.isIdentified,
    created_at: person.createdAt.toISOString(),
  };
}
