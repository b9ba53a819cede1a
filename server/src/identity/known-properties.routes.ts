// Suggestions for conditions over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { knownPropertiesRoutes } from './known-properties.contract.ts';
import {
  listGroupProperties,
  listGroupTypes,
  listPersonProperties,
  listValues,
} from './known-properties.service.ts';

export function registerKnownProperties(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, knownPropertiesRoutes, {
    groupTypes: async (ctx) => {
      const types = await listGroupTypes(projectCtx(ctx));
      return types.map(({ name, index }) => ({ group_type: name, group_type_index: index }));
    },
    personProperties: async (ctx) => listPersonProperties(projectCtx(ctx)),
    personValues: async (ctx, { query: { key, value = '' } }) =>
      listValues(projectCtx(ctx), { key }, value),
    groupProperties: async (ctx) => Object.fromEntries(await listGroupProperties(projectCtx(ctx))),
    groupValues: async (ctx, { query: { key, value = '', group_type_index: groupTypeIndex } }) =>
      listValues(projectCtx(ctx), { key, groupTypeIndex }, value),
  });
}
