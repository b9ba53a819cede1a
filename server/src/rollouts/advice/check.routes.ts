// Routes of checks and forecasts: contract → service, and their wire form.
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Guardrail } from '#metrics/guardrail';
import type { Recent } from '#metrics/recent';
import { type HttpDeps, projectCtx, registerRoutes } from '#platform/http/register';
import { inWords, unitOf } from '../gate/words.ts';
import type { Plan } from '../plan/plan.ts';
import { checkRoutes } from './check.contract.ts';
import { checkPlan, forecastRollout } from './check.service.ts';
import type { StageForecast } from './forecast.ts';

export function registerChecks(app: FastifyInstance, http: HttpDeps, timeScale: number): void {
  registerRoutes(app, http, checkRoutes, {
    check: async (request, { body }) => {
      const found = await checkPlan(projectCtx(request), body, timeScale);
      const { plan, problems, warnings, arrivals, recent, stages } = found;
      return {
        problems: [...problems],
        warnings: warnings.map(({ mends, ...warning }) => ({
          ...warning,
          mends: mends.map(({ label, changes }) => ({ label, changes: [...changes] })),
        })),
        population: { of: arrivals.of, per_day: arrivals.perDay },
        guardrails: plan.guardrails.flatMap((guardrail, index) => {
          const lately = recent[index];
          return lately ? [toBaseline(guardrail, lately)] : [];
        }),
        ...toForecast(plan, stages),
      };
    },
    forecast: async (request, { params }) => {
      const found = await forecastRollout(projectCtx(request), params.rollout_id);
      const { rollout, arrivals, stages } = found;
      return {
        population: { of: arrivals.of, per_day: arrivals.perDay },
        ...toForecast(rollout.plan, stages),
      };
    },
  });
}

function toBaseline(guardrail: Guardrail, { people, affected, value }: Recent) {
  const { id, bands, absolute, harm } = guardrail;
  const at = (band: number | undefined): number | null => {
    if (band === undefined || value === null) return null;
    return bands?.scale === 'difference' ? value + band : value * band;
  };
  return {
    id,
    people,
    affected,
    value,
    unit: unitOf(guardrail),
    yellow_at: at(bands?.yellow),
    red_at: at(bands?.red),
    absolute: absolute && { yellow: absolute.yellow, red: absolute.red },
    direction: harm,
  };
}

type Forecast = Pick<
  z.input<(typeof checkRoutes)['forecast']['response']>,
  'stages' | 'expected_seconds'
>;

function toForecast(plan: Plan, stages: readonly StageForecast[]): Forecast {
  const times = stages.map(({ expectedMs }) => expectedMs);
  const isEndless = times.includes(null);
  return {
    stages: stages.map((one) => toStage(plan, one)),
    expected_seconds: isEndless
      ? null
      : times.reduce<number>((sum, ms) => sum + (ms ?? 0), 0) / 1000,
  };
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

function toStage(plan: Plan, one: StageForecast) {
  const stage = plan.stages[one.index];
  return {
    index: one.index,
    name: stage?.name ?? '',
    people_per_day: one.perDay,
    expected_seconds: seconds(one.expectedMs),
    max_bake_seconds: (stage?.maxBakeMs ?? 0) / 1000,
    chance: one.chance,
    guardrails: one.guardrails.map(({ id, detectMs, safeMs, chance }) => ({
      id,
      detect_seconds: seconds(detectMs),
      safe_seconds: seconds(safeMs),
      chance,
    })),
    sentence: sentenceOf(one),
  };
}

function sentenceOf({ expectedMs }: StageForecast): string {
  if (expectedMs === null) return 'At today’s traffic it cannot prove itself within a year.';
  return `About ${inWords(expectedMs)} at today’s traffic.`;
}
