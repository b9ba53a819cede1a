// Routes of templates: contract → service.
import type { FastifyInstance } from 'fastify';
import { toUserBody } from '#kernel/http.contract';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { proposePlan } from './propose.service.ts';
import type { BuiltIn } from './templates.ts';
import { templatesRoutes } from './templates.contract.ts';
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  type Template,
  updateTemplate,
} from './templates.service.ts';

export function registerTemplates(app: FastifyInstance, http: HttpDeps, timeScale: number): void {
  registerRoutes(app, http, templatesRoutes, {
    listTemplates: async (request, { query }, io) => {
      const { search, limit, offset } = query;
      const page = { search, limit, offset };
      const { count, templates } = await listTemplates(projectCtx(request), page);
      return pageOf(io.request.url, { count, limit, offset }, templates.map(toBody));
    },
    createTemplate: async (request, { body }) =>
      toBody(await createTemplate(projectCtx(request), body, timeScale)),
    getTemplate: async (request, { params }) =>
      toBody(await getTemplate(projectCtx(request), params.template_id)),
    updateTemplate: async (request, { params, body: { version, ...change } }) => {
      const options = { version, timeScale };
      return toBody(await updateTemplate(projectCtx(request), params.template_id, change, options));
    },
    removeTemplate: (request, { params }) =>
      deleteTemplate(projectCtx(request), params.template_id),
    propose: async (request, { params, query }) => {
      const { plan, leftOut } = await proposePlan(projectCtx(request), params.template_id, {
        flagKey: query.flag_key,
        change: query.change,
        conversionEvent: query.conversion_event ?? null,
      });
      return { plan, left_out: [...leftOut] };
    },
  });
}

function toBody(template: Template | BuiltIn) {
  const { id, name, description } = template;
  if ('stages' in template) {
    const nobody = { created_by: null, created_at: null, updated_at: null };
    return { id, name, description, is_built_in: true, plan: null, version: 1, ...nobody };
  }
  return {
    id,
    name,
    description,
    is_built_in: false,
    plan: template.plan,
    version: template.version,
    created_by: toUserBody(template.createdBy),
    created_at: template.createdAt.toISOString(),
    updated_at: template.updatedAt.toISOString(),
  };
}
