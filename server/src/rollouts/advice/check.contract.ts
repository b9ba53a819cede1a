// What is known of a plan before its start, and of a rollout about its stages to come.
import { z } from 'zod';
import type { JsonValue } from '#kernel/json';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { PlanWire } from '../plan/plan.contract.ts';
import { WARNING_CODES } from './warning.ts';
import { VALUE_UNITS } from '../gate/words.ts';

const tag = 'rollouts';
const seconds = z.number().nullable();
const chance = z.number().nullable();

const MendBody = z
  .object({
    label: z.string(),
    changes: z.array(
      z.object({
        field: z.string().describe('Dotted path in the plan.'),
        value: z.custom<JsonValue>().meta({ description: 'What to set there.' }),
      }),
    ),
  })
  .meta({ id: 'RolloutMend' });

const WarningBody = z
  .object({
    code: z.enum(WARNING_CODES),
    level: z.enum(['warning', 'advice']),
    field: z.string().nullable().describe('Dotted path in the plan; null: the plan.'),
    text: z.string(),
    mends: z.array(MendBody),
  })
  .meta({ id: 'RolloutWarning' });

const StageForecastBody = z
  .object({
    index: z.number().int(),
    name: z.string(),
    people_per_day: z
      .object({ treatment: z.number(), control: z.number() })
      .nullable()
      .describe('With and without the change; of named people: all that are known. Null: unknown.'),
    expected_seconds: seconds.describe(
      'Until a harmless change moves on; null: not by itself within a year.',
    ),
    max_bake_seconds: z.number(),
    chance: chance.describe(
      'That harm of the red size shows within max_bake_seconds, by the weakest guardrail that takes the change back; null: nothing to compare with.',
    ),
    guardrails: z.array(
      z.object({
        id: z.string(),
        detect_seconds: seconds.describe('Until harm of the red size shows, in half of the cases.'),
        safe_seconds: seconds.describe(
          'Until a harmless change is proven safe, where that is asked.',
        ),
        chance,
      }),
    ),
    sentence: z.string().describe('The same in words: “about 3 h at today’s traffic”.'),
  })
  .meta({ id: 'RolloutStageForecast' });

const PopulationBody = z.object({
  of: z
    .enum(['flag', 'everybody'])
    .describe('People who call the flag; everybody, while hardly anybody does.'),
  per_day: z.number(),
});

export const checkRoutes = {
  check: route({
    method: 'POST',
    path: '/api/projects/:project_id/rollouts/check/',
    summary:
      'What is known of a plan before it starts: baselines, time, odds, warnings; nothing is written',
    tag,
    auth: 'rollout:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: PlanWire,
    response: z
      .object({
        problems: z
          .array(z.object({ field: z.string(), reason: z.string() }))
          .describe('What creating it would refuse.'),
        warnings: z.array(WarningBody),
        population: PopulationBody,
        guardrails: z.array(
          z.object({
            id: z.string(),
            people: z.number().describe('People of the last seven days, each counted once a day.'),
            affected: z.number().describe('Those of them with the outcome.'),
            value: z.number().nullable().describe('In its own unit.'),
            unit: z.enum(VALUE_UNITS),
            yellow_at: z.number().nullable().describe('Where its bands would lie, in that unit.'),
            red_at: z.number().nullable(),
            absolute: z.object({ yellow: z.number(), red: z.number() }).nullable(),
            direction: z.enum(['up', 'down']),
          }),
        ),
        stages: z.array(StageForecastBody),
        expected_seconds: seconds.describe('Of all stages together, for a harmless change.'),
      })
      .meta({ id: 'RolloutCheck' }),
  }),
  forecast: route({
    method: 'GET',
    path: '/api/projects/:project_id/rollouts/:rollout_id/forecast/',
    summary: 'What the stages to come will take, at the traffic of the last fourteen days',
    tag,
    auth: 'rollout:read',
    params: ProjectParams.extend({ rollout_id: z.string().min(1).max(64) }),
    query: EnvironmentQuery,
    response: z
      .object({
        population: PopulationBody,
        stages: z.array(StageForecastBody),
        expected_seconds: seconds,
      })
      .meta({ id: 'RolloutForecast' }),
  }),
} as const;
