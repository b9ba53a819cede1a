// Routes of alerts: contract → service.
import type { FastifyInstance } from 'fastify';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { alertsRoutes } from './alerts.contract.ts';
import { type AlertRules, getRules, setRules } from './rules.service.ts';

export function registerAlerts(app: FastifyInstance, http: HttpDeps): void {
  registerRoutes(app, http, alertsRoutes, {
    getAlerts: async (ctx) => toBody(await getRules(projectCtx(ctx))),
    saveAlerts: async (ctx, { body }) => {
      const { new_issue: newIssue, regression, spike } = body;
      return toBody(await setRules(projectCtx(ctx), { newIssue, regression, spike }));
    },
  });
}

const toBody = ({ newIssue, regression, spike, version }: AlertRules) => ({
  new_issue: newIssue,
  regression,
  spike,
  version,
});
