// People over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { personsRoutes } from './identity.contract.ts';
import { registerGroups } from './groups.routes.ts';
import { registerKnownProperties } from './known-properties.routes.ts';
import { getPerson, listPeople } from './people.service.ts';
import { toPersonBody } from './person-body.routes.ts';
import { registerPersonEdits } from './person-edits.routes.ts';

export function registerPersons(app: FastifyInstance, http: HttpDeps): void {
  registerKnownProperties(app, http);
  registerPersonEdits(app, http);
  registerGroups(app, http);
  registerRoutes(app, http, personsRoutes, {
    list: async (ctx, { query }, { request }) => {
      const { limit, offset, search, property, distinct_id: distinctId } = query;
      const filter = { distinctId, search, property, limit, offset };
      const { count, persons } = await listPeople(projectCtx(ctx), filter);
      return pageOf(request.url, { count, limit, offset }, persons.map(toPersonBody));
    },
    get: async (ctx, { params }) => toPersonBody(await getPerson(projectCtx(ctx), params.id)),
  });
}
