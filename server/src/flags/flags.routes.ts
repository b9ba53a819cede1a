// Flag routes: contract → service. A change is answered once it is in force here.
import type { FastifyInstance } from 'fastify';
import { listEntries } from '#audit';
import { fail } from '#kernel/errors';
import type { RouteInput } from '#kernel/http.contract';
import type { ProjectCtx } from '#platform/ctx';
import { pageOf } from '#platform/http/paging';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { flagsRoutes } from './flags.contract.ts';
import { getFlag } from './flag-writes.service.ts';
import { createFlag, listFlags, updateFlag } from './flags.service.ts';
import {
  STATUS_REASONS,
  type UpdateBody,
  filterOf,
  statusOf,
  toBody,
  toChange,
} from './flag-wire.routes.ts';
import { toDraft, toEvaluationBody, toGivenSubject } from './explanation-wire.routes.ts';
import { listDependents } from './flag-rules.service.ts';
import type { FlagSnapshots } from './snapshot.service.ts';
import { registerTargetingPreview } from './targeting-preview.routes.ts';
import { testEvaluation } from './test-evaluation.service.ts';

export function registerFlags(
  app: FastifyInstance,
  http: HttpDeps,
  snapshots: FlagSnapshots,
): void {
  const change = async (ctx: ProjectCtx, flag: string, body: UpdateBody) => {
    const record = await updateFlag(ctx, flag, toChange(body));
    await snapshots.settled();
    return toBody(ctx, record);
  };
  registerTargetingPreview(app, http, snapshots);
  registerRoutes(app, http, flagsRoutes, {
    list: (request, { query }, io) => list(projectCtx(request), query, io.request.url),
    create: async (request, { body }) => {
      const ctx = projectCtx(request);
      const record = await createFlag(ctx, { ...toChange(body), key: body.key });
      await snapshots.settled();
      return toBody(ctx, record);
    },
    get: async (request, { params }) => {
      const ctx = projectCtx(request);
      return toBody(ctx, await getFlag(ctx, params.flag));
    },
    update: (request, { params, body }) => change(projectCtx(request), params.flag, body),
    replace: (request, { params, body }) => change(projectCtx(request), params.flag, body),
    remove: async () => fail('method_not_allowed', { detail: 'Send PATCH {"deleted": true}.' }),
    activity: (request, input, io) => activity(projectCtx(request), input, io.request.url),
    status: async (request, { params }) => {
      const ctx = projectCtx(request);
      const status = statusOf(await getFlag(ctx, params.flag), ctx.clock.now());
      return { status, reason: STATUS_REASONS[status] };
    },
    dependents: async (request, { params }) => {
      const ctx = projectCtx(request);
      const dependents = await listDependents(ctx, await getFlag(ctx, params.flag));
      return dependents.map(({ flag: { id, key, name }, need }) => ({ id, key, name, need }));
    },
    testEvaluation: async (request, { params, body }) => {
      const [given, draft] = [toGivenSubject(body), toDraft(body)];
      const ctx = projectCtx(request);
      return toEvaluationBody(await testEvaluation(ctx, snapshots, params.flag, given, draft));
    },
  });
}

type ListQuery = RouteInput<(typeof flagsRoutes)['list']>['query'];

async function list(ctx: ProjectCtx, query: ListQuery, url: string) {
  const { order, limit, offset } = query;
  const { count, flags } = await listFlags(ctx, filterOf(query), { order, limit, offset });
  const bodies = flags.map((flag) => ({
    ...toBody(ctx, flag),
    active_in: [...flag.activeIn],
    overridden_on: flag.overriddenOn,
  }));
  return pageOf(url, { count, limit, offset }, bodies);
}

type ActivityInput = RouteInput<(typeof flagsRoutes)['activity']>;

async function activity(ctx: ProjectCtx, { params, query }: ActivityInput, url: string) {
  const { id } = await getFlag(ctx, params.flag);
  const { limit, offset, environment } = query;
  const filter = {
    projectId: ctx.projectId,
    environmentId: environment === undefined ? undefined : ctx.environment.id,
    resourceKind: 'flag',
    resourceId: String(id),
  };
  const { count, entries } = await listEntries(ctx, filter, { limit, offset });
  return pageOf(url, { count, limit, offset }, entries);
}
