// Checklist routes: contract → service.
import type { FastifyInstance } from 'fastify';
import {
  type HttpDeps,
  projectCtx,
  type RequestCtx,
  registerRoutes,
} from '#platform/http/register';
import { checklistRoutes, type ChecklistWire } from './checklist.contract.ts';
import { describeChecklist, noteRolloutVisit, tickItem } from './checklist.service.ts';

export function registerChecklists(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, checklistRoutes, {
    checklist: async (request, { params }) => bodyOf(request, params.rollout_id),
    tick: async (request, { params, body }) => {
      await tickItem(projectCtx(request), params.rollout_id, params.item, body);
      return bodyOf(request, params.rollout_id);
    },
    visit: async (request, { params }) => noteRolloutVisit(projectCtx(request), params.rollout_id),
  });
}

async function bodyOf(request: RequestCtx, id: string): Promise<ChecklistWire> {
  const items = await describeChecklist(projectCtx(request), id);
  return {
    items: items.map(({ isAutomatic, tick, ...item }) => ({
      ...item,
      is_automatic: isAutomatic,
      ticked: tick && { by: tick.by, at: tick.at.toISOString(), note: tick.note },
    })),
  };
}
