// Experiments on the wire, in the names of PostHog's API. Unknown fields are refused by name.
import { z } from 'zod';
import { GroupInput } from '#flags/filters';
import { UserBody } from '#kernel/http.contract';
import { Filters, given } from '#insights/parts-contract';
import { CONCLUSIONS, CORRECTIONS, STATUSES } from './experiment.ts';
import { MetricBody, MetricInput } from './metric.contract.ts';

const MAX_METRICS = 20;
const MAX_GROUPS = 50;
const text = (most: number) => z.string().trim().max(most);

const Variant = z.strictObject({
  key: z.string().min(1).max(400),
  name: z.string().max(2_000).nullable().optional(),
  rollout_percentage: z.number().min(0).max(100),
});

const ParametersInput = z
  .strictObject({
    feature_flag_variants: given(z.array(Variant).min(2).max(20)),
    rollout_percentage: given(z.number().min(0).max(100)),
    minimum_detectable_effect: given(z.number().gt(0).max(1_000)).describe('Percent.'),
    recommended_running_time: given(z.number().min(0).max(3_650)).describe('Days.'),
    recommended_sample_size: given(z.number().int().min(1).max(1_000_000_000)).describe(
      'People of all variants together; when they have come, the sample is complete.',
    ),
  })
  .meta({ id: 'ExperimentParametersInput' });

const ExposureEvent = z.strictObject({
  kind: z.literal('ExperimentEventExposureConfig').default('ExperimentEventExposureConfig'),
  event: z.string().min(1).max(400),
  properties: Filters.default([]),
});

const ExposureInput = z
  .strictObject({
    filterTestAccounts: z.boolean().default(true),
    multiple_variant_handling: z.enum(['exclude', 'first_seen']).default('exclude'),
    exposure_config: given(ExposureEvent),
    activation_config: given(ExposureEvent).describe(
      'Who was exposed enters when they then do this first; left out: at once.',
    ),
  })
  .meta({ id: 'ExperimentExposureCriteriaInput' });

const StatsInput = z
  .strictObject({
    method: z.enum(['bayesian', 'frequentist']).optional(),
    sequential: z.boolean().optional(),
    confidence_level: z.number().min(0.5).max(0.999).optional(),
    tuning_parameter: z.number().min(1).max(1e9).optional(),
    correction: z.enum(CORRECTIONS).optional(),
    rule: z.enum(['clear-signals', 'do-no-harm']).optional(),
  })
  .meta({ id: 'ExperimentStatsConfigInput' });

const SavedUses = z
  .array(
    z.strictObject({
      id: z.number().int().min(1).max(2_147_483_647),
      metadata: z
        .strictObject({ type: z.enum(['primary', 'secondary']).default('primary') })
        .default({ type: 'primary' }),
    }),
  )
  .max(MAX_METRICS);

const Order = z
  .array(z.string().min(1).max(100))
  .max(2 * MAX_METRICS)
  .nullable()
  .optional()
  .describe('Ids of metrics as they are shown; those left out come last.');

const writable = {
  description: text(10_000).nullable().optional(),
  type: z.enum(['web', 'product']).optional(),
  holdout_id: z.number().int().min(1).max(2_147_483_647).nullable().optional(),
  parameters: ParametersInput.nullable().optional(),
  exposure_criteria: ExposureInput.nullable().optional(),
  metrics: z.array(MetricInput).max(MAX_METRICS).optional(),
  metrics_secondary: z.array(MetricInput).max(MAX_METRICS).optional(),
  saved_metrics_ids: SavedUses.optional(),
  primary_metrics_ordered_uuids: Order,
  secondary_metrics_ordered_uuids: Order,
  stats_config: StatsInput.nullable().optional(),
  only_count_matured_users: z.boolean().optional(),
};
/** Why, for the history of the experiment and of its flag. */
const reason = z.string().max(1_000).nullable().optional();
const comment = text(10_000).nullable().optional();

const seenVersion = z
  .number()
  .int()
  .optional()
  .describe('The version that was read; another is a conflict.');

export const ExperimentCreate = z
  .strictObject({
    name: text(400).min(1),
    feature_flag_key: z
      .string()
      .min(1)
      .max(400)
      .describe('Of a flag that there is, or of a new one.'),
    feature_flag_groups: z
      .array(GroupInput)
      .min(1)
      .max(MAX_GROUPS)
      .optional()
      .describe('Who enters: the condition sets of a flag that the experiment makes.'),
    ...writable,
    reason,
  })
  .meta({ id: 'ExperimentCreate' });

export const ExperimentUpdate = z
  .strictObject({
    name: text(400).min(1).optional(),
    ...writable,
    archived: z.boolean().optional(),
    conclusion: z.enum(CONCLUSIONS).nullable().optional(),
    conclusion_comment: comment,
    version: seenVersion,
    reason,
  })
  .meta({ id: 'ExperimentUpdate' });

export const Press = z.strictObject({ reason });
export const LaunchPress = Press.extend({
  allow_unknown_events: z
    .boolean()
    .default(false)
    .describe('Launches it although an event that it counts has not arrived in the last 14 days.'),
});
export const EndPress = z.strictObject({
  conclusion: z.enum(CONCLUSIONS).nullable().optional(),
  conclusion_comment: comment,
  version: seenVersion,
  reason,
});
export const ShipPress = EndPress.extend({
  variant_key: z.string().min(1).max(400),
  over_guardrail: z
    .boolean()
    .default(false)
    .describe('Ships a variant although a guardrail stopped the experiment for it.'),
});

export const ExperimentBody = z
  .object({
    id: z.number().int(),
    name: z.string(),
    description: z.string(),
    type: z.enum(['web', 'product']),
    /** `paused`: it runs, and its flag is off. */
    status: z.enum(STATUSES),
    feature_flag_key: z.string(),
    feature_flag: z.object({ id: z.number().int(), key: z.string(), active: z.boolean() }),
    holdout_id: z.number().int().nullable(),
    parameters: z.record(z.string(), z.unknown()),
    exposure_criteria: z.record(z.string(), z.unknown()),
    metrics: z.array(MetricBody),
    metrics_secondary: z.array(MetricBody),
    saved_metrics: z.array(
      z.object({ id: z.number().int(), metadata: z.object({ type: z.string() }) }),
    ),
    /** Null: as they were added. */
    primary_metrics_ordered_uuids: z.array(z.string()).nullable(),
    secondary_metrics_ordered_uuids: z.array(z.string()).nullable(),
    stats_config: z.record(z.string(), z.unknown()),
    only_count_matured_users: z.boolean(),
    start_date: z.iso.datetime().nullable(),
    end_date: z.iso.datetime().nullable(),
    archived: z.boolean(),
    conclusion: z.enum(CONCLUSIONS).nullable(),
    conclusion_comment: z.string().nullable(),
    /** What was seen last, without counting anew; null before the first look. */
    last_look: z
      .object({
        at: z.iso.datetime(),
        /** Of the recommendation. */
        status: z.string(),
        headline: z.string(),
        people: z.number(),
        /** Variants that a guardrail stopped it for. */
        harmful: z.array(z.string()),
        /** The one that is advised, or that moved the first goal furthest. */
        variant: z.string().nullable(),
        /** Which way is good for the first goal. */
        goal: z.enum(['increase', 'decrease']).nullable(),
        /** As a share of control's value. */
        lift: z.number().nullable(),
        /** An end is null where there is no bound. */
        interval: z.array(z.number().nullable()).nullable(),
        significant: z.boolean(),
      })
      .nullable(),
    version: z.number().int(),
    created_by: UserBody.nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Experiment' });
