// Routes of scheduled changes: contract → service.
import type { FastifyInstance } from 'fastify';
import type { FiltersInput } from '#flags';
import type { FiltersWire } from '#flags/filters';
import type { RouteInput } from '#kernel/http.contract';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { inEnvironmentOf } from './environment.service.ts';
import type { OfProject } from './look.service.ts';
import { dueBody } from './request-wire.routes.ts';
import { dueIn } from './requests.routes.ts';
import { schedulesRoutes } from './schedules.contract.ts';
import {
  type ScheduledChange,
  type SettingInput,
  cancelSchedule,
  editSchedule,
  getSchedule,
  listEnvironmentSchedules,
  schedule,
} from './schedules.service.ts';

export function registerSchedules(app: FastifyInstance, http: HttpDeps): void {
  const show = async (ctx: OfProject, id: string) => {
    const found = await getSchedule(ctx, id);
    const { environment } = await inEnvironmentOf(ctx, found);
    return scheduleBody(environment.key, found);
  };
  registerRoutes(app, http, schedulesRoutes, {
    listSchedules: async (request, { query }, io) => {
      const ctx = projectCtx(request);
      const { limit, offset, flag_id: flagId } = query;
      const isPending = query.show === 'pending';
      const page = { isPending, flagId, limit, offset };
      const { count, changes } = await listEnvironmentSchedules(ctx, page);
      const bodies = changes.map((change) => scheduleBody(ctx.environment.key, change));
      return pageOf(io.request.url, { count, limit, offset }, bodies);
    },
    schedule: async (request, { body }) => {
      const ctx = projectCtx(request);
      const id = await schedule(ctx, {
        flag: String(body.flag),
        setting: settingOf(body.change),
        due: dueIn(ctx, body.due),
        reason: body.reason || null,
      });
      return show(ctx, id);
    },
    getSchedule: (request, { params }) => show(projectCtx(request), params.id),
    editSchedule: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      const { version, change, due, reason } = body;
      await editSchedule(ctx, params.id, {
        version,
        setting: change && settingOf(change),
        due: due && dueIn(ctx, due),
        reason: reason === '' ? null : reason,
      });
      return show(ctx, params.id);
    },
    cancelSchedule: async (request, { params, body }) => {
      const ctx = projectCtx(request);
      await cancelSchedule(ctx, params.id, { ...body, reason: body.reason || null });
      return show(ctx, params.id);
    },
  });
}

type ChangeBody = RouteInput<(typeof schedulesRoutes)['schedule']>['body']['change'];

function settingOf({ active, share, filters }: ChangeBody): SettingInput {
  return {
    ...(active === undefined ? {} : { active }),
    ...(share ? { share } : {}),
    ...(filters ? { filters: filters as FiltersInput } : {}),
  };
}

const scheduleBody = (environment: string, change: ScheduledChange) => ({
  id: change.id,
  flag: { id: change.flagId, key: change.flagKey },
  environment,
  change: change.setting as SettingWire,
  due: dueBody(change.due),
  reason: change.reason,
  state: change.state,
  outcome: change.outcome,
  is_late: change.isLate,
  author: { id: change.authorId, label: change.authorLabel },
  version: change.version,
  created_at: change.createdAt.toISOString(),
  finished_at: change.finishedAt?.toISOString() ?? null,
});

type SettingWire = Omit<SettingInput, 'filters'> & { filters?: FiltersWire };
