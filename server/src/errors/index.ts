// Door of errors: what puts exceptions into issues, and the routes.
import type { FastifyInstance } from 'fastify';
import type { Ctx } from '#platform/ctx';
import type { HttpDeps } from '#platform/http/register';
import { registerAlerts } from './alerts/alerts.routes.ts';
import { type FollowingDeps, startGrouping } from './grouping/group.job.ts';
import { registerIssues } from './issues/issues.routes.ts';
import { registerMaps } from './maps/maps.routes.ts';
import { createTracer } from './maps/trace.client.ts';

/** Puts exceptions into issues as they are stored, until closed. */
export function openErrors(
  ctx: Ctx,
  deps: Omit<FollowingDeps, 'tracer'>,
): { close(): Promise<void> } {
  const grouping = startGrouping(ctx, { ...deps, tracer: createTracer() });
  return { close: () => grouping.stop() };
}

export { forgetWords } from './issues/forget.service.ts';
export { fingerprintsOf } from './issues/issue.service.ts';
export { deleteIssues } from './issues/issues.store.ts';

export function registerErrors(app: FastifyInstance, http: HttpDeps): void {
  registerIssues(app, http, createTracer());
  registerMaps(app, http);
  registerAlerts(app, http);
}
