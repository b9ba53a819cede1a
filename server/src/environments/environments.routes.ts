// Routes of environments: contract → service. Every answer is in force in this process.
import type { FastifyInstance } from 'fastify';
import { type AccountsDirectory, type Environment, environmentBody } from '#accounts';
import type { RouteInput } from '#kernel/http.contract';
import { pageOf } from '#platform/http/paging';
import type { ProjectCtx } from '#platform/ctx';
import {
  type HttpDeps,
  projectCtx,
  type RequestCtx,
  registerRoutes,
} from '#platform/http/register';
import { type EnvironmentsRuntime, registerComparison } from './comparison.routes.ts';
import { environmentsRoutes } from './environments.contract.ts';
import {
  createEnvironment,
  deleteEnvironment,
  endTokenOverlap,
  reorderEnvironments,
  rotateToken,
} from './environments.service.ts';
import { type EnvironmentUpdate, updateEnvironment } from './update.service.ts';

export function registerEnvironments(
  app: FastifyInstance,
  http: HttpDeps,
  directory: AccountsDirectory,
  runtime: EnvironmentsRuntime,
): void {
  const inForce = async ({ clock }: RequestCtx, environment: Environment) => {
    await directory.refresh();
    return environmentBody(environment, clock.now());
  };
  const all = (url: string, { projectId, clock }: ProjectCtx) => {
    const nowMs = clock.now();
    const bodies = directory.environmentsOf(projectId).map((one) => environmentBody(one, nowMs));
    return pageOf(url, { count: bodies.length, limit: bodies.length, offset: 0 }, bodies);
  };
  registerRoutes(app, http, environmentsRoutes, {
    list: async (request, _input, io) => all(io.request.url, projectCtx(request)),
    create: async (request, { body }) => {
      const { copy_from: copyFrom, ...rest } = body;
      const made = await createEnvironment(projectCtx(request), { ...rest, copyFrom });
      await runtime.settled();
      return inForce(request, made);
    },
    update: async (request, { params, body }) =>
      inForce(request, await updateEnvironment(projectCtx(request), params.key, toUpdate(body))),
    reorder: async (request, { body }, io) => {
      const ctx = projectCtx(request);
      await reorderEnvironments(ctx, body.keys);
      await directory.refresh();
      return all(io.request.url, ctx);
    },
    remove: async (request, { params, query }) => {
      const { findRollouts } = runtime;
      await deleteEnvironment(projectCtx(request), params.key, query.confirm, findRollouts);
      await directory.refresh();
    },
    rotateToken: async (request, { params, body }) =>
      inForce(
        request,
        await rotateToken(projectCtx(request), params.key, body.overlap_seconds * 1000),
      ),
    endOverlap: async (request, { params }) =>
      inForce(request, await endTokenOverlap(projectCtx(request), params.key)),
  });
  registerComparison(app, http, runtime);
}

type UpdateBody = RouteInput<(typeof environmentsRoutes)['update']>['body'];

function toUpdate(body: UpdateBody): EnvironmentUpdate {
  const { name, color, protection, reason, events_per_second: eventsPerSecond } = body;
  return {
    eventsPerSecond,
    name,
    color,
    reason,
    protection: protection && {
      requireReason: protection.require_reason,
      requiredApprovals: protection.required_approvals,
      allowEmergencyOff: protection.allow_emergency_off,
    },
  };
}
