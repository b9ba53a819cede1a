// Suggestions for conditions over HTTP: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { knownPropertiesRoutes } from './known-properties.contract.ts';
import {
  listGroupProperties,
  listPersonProperties,
  listValues,
} from './known-properties.service.ts';

export function registerKnownProperties(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, knownPropertiesRoutes, {
    personProperties: async (ctx) => listPersonProperties(projectCtx(ctx)),
    personValues: async (ctx, { query: { key, value = '' } }) =>
      listValues(projectCtx(ctx), { key }, value),
    groupProperties: async (ctx) => Object.fromEntries(await listGroupProperties(projectCtx(ctx))),
    groupValues: async (ctx, { query: { key, value = '', group_type_index: groupTypeIndex } }) =>
      listValues(projectCtx(ctx), { key, groupTypeIndex }, value),
  });
}
