// Trying a flag out for one person over HTTP.
import { z } from 'zod';
import type { JsonValue } from '#kernel/json';
import { ACTUAL_SOURCES, BUCKETED_BY } from './explain-condition.ts';
import { FiltersInput } from './filters.contract.ts';
import { BUCKETING_IDENTIFIERS, FORCED_BY, PROPERTY_TYPES } from './flag.ts';

const properties = z.record(z.string().max(400), z.custom<JsonValue>());

/** What a draft may change about evaluation; checked as if it were saved. */
export const draftFields = {
  key: z.string().min(1).max(400).optional(),
  active: z.boolean().optional(),
  filters: FiltersInput.optional(),
  bucketing_identifier: z.enum(BUCKETING_IDENTIFIERS).optional(),
};

export const TestEvaluationInput = z
  .strictObject({
    distinct_id: z.string().max(400),
    /** These win over what is stored about the person. */
    person_properties: properties.optional(),
    groups: z.record(z.string().max(400), z.union([z.string().max(400), z.number()])).optional(),
    group_properties: z.record(z.string().max(400), properties).optional(),
    device_id: z.string().max(400).nullable().optional(),
    ...draftFields,
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

const flagValue = z.union([z.boolean(), z.string()]);
const neededFlag = z.object({
  key: z.string(),
  /** Null when there is no such flag. */
  value: flagValue.nullable(),
});
/** Whether this step ended the evaluation. */
const decides = z.boolean();

const StepBody = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('switch'), decides, is_on: z.boolean() }),
    z.object({ kind: z.literal('kill_switch'), decides, flag: neededFlag }),
    z.object({
      kind: z.literal('override'),
      decides,
      /** Null when the person has none. */
      value: flagValue.nullable(),
    }),
    z.object({ kind: z.literal('dependencies'), decides, flags: z.array(neededFlag) }),
    z.object({
      kind: z.literal('early_access'),
      decides,
      property: z.string(),
      value: z.json(),
    }),
    z.object({
      kind: z.literal('holdout'),
      decides,
      percentage: z.number(),
      position: z.number(),
    }),
    z.object({ kind: z.literal('conditions'), decides }),
  ])
  .meta({ id: 'FlagEvaluationStep' });

const PropertyBody = z.object({
  key: z.string(),
  type: z.enum(PROPERTY_TYPES),
  operator: z.string(),
  negated: z.boolean(),
  wanted: z.json(),
  /** Of a cohort whether the person is in it; null also when the person does not have it. */
  actual: z.json(),
  source: z.enum(ACTUAL_SOURCES),
  group_type: z.string().nullable(),
  matched: z.boolean(),
});

const ConditionBody = z
  .object({
    index: z.number().int(),
    /** What the condition set says by itself. */
    code: z.enum(REASON_CODES),
    properties: z.array(PropertyBody),
    bucket: z
      .object({
        by: z.enum(BUCKETED_BY),
        id: z.string(),
        /** Where the id falls among all, 0 to 100: in when it is not above the percentage. */
        position: z.number(),
        percentage: z.number(),
        is_in: z.boolean(),
      })
      .nullable(),
    variant: z
      .object({
        key: z.string().nullable(),
        is_forced: z.boolean(),
        position: z.number(),
        from: z.number(),
        to: z.number(),
      })
      .nullable(),
  })
  .meta({ id: 'FlagEvaluationCondition' });

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
    /** UUID of the person whose stored properties were used. */
    person_id: z.string().nullable(),
    /** What was asked before the condition sets, in order; the first that decides ended it. */
    steps: z.array(StepBody),
    /** Every condition set by itself, also those after the one that decided. */
    conditions: z.array(ConditionBody),
  })
  .meta({ id: 'FlagEvaluation' });
