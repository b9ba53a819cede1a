// Trying a flag out for one person over HTTP.
import { z } from 'zod';
import type { JsonValue } from '#kernel/json';
import { FORCED_BY } from './flag.ts';

const properties = z.record(z.string().max(400), z.custom<JsonValue>());

export const TestEvaluationInput = z
  .strictObject({
    distinct_id: z.string().max(400),
    person_properties: properties.optional(),
    groups: z.record(z.string().max(400), z.union([z.string().max(400), z.number()])).optional(),
    group_properties: z.record(z.string().max(400), properties).optional(),
    device_id: z.string().max(400).nullable().optional(),
  })
  .meta({ id: 'TestEvaluationInput' });

export const REASON_CODES = [
  'super_condition_value',
  'holdout_condition_value',
  'condition_match',
  'out_of_rollout_bound',
  'no_condition_match',
  'no_group_type',
  'flag_disabled',
  'missing_dependency',
] as const;

export const EvaluationBody = z
  .object({
    enabled: z.boolean(),
    variant: z.string().nullable(),
    /** JSON text. */
    payload: z.string().nullable(),
    reason: z.object({
      code: z.enum(REASON_CODES),
      condition_index: z.number().int().nullable(),
      /** What decided before any condition set was asked. */
      forced_by: z.enum(FORCED_BY).nullable(),
    }),
    /** Every condition set by itself, also those after the one that decided. */
    conditions: z.array(
      z.object({
        index: z.number().int(),
        code: z.enum(REASON_CODES),
        properties: z.array(
          z.object({ key: z.string(), operator: z.string(), matched: z.boolean() }),
        ),
      }),
    ),
  })
  .meta({ id: 'FlagEvaluation' });
