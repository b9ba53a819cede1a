// Results and planning of experiments over HTTP; what PostHog's results hold has its names.
import { z } from 'zod';
import { EnvironmentQuery, ProjectParams, route } from '#kernel/http.contract';
import { Filters, given } from '#insights/parts-contract';
import { CHECK_IDS } from './check.ts';
import { MetricBody, MetricInput } from './metric.contract.ts';
import { Interval, MetricDetailBody, ReadingsBody } from './metric-detail.contract.ts';
import { NumberedParams } from './saved-metrics.contract.ts';

const tag = 'experiments';

const Arm = z.object({
  key: z.string(),
  number_of_samples: z.number(),
  sum: z.number(),
  sum_squares: z.number(),
  denominator_sum: z.number().optional(),
  denominator_sum_squares: z.number().optional(),
  numerator_denominator_sum_product: z.number().optional(),
  /** People who reached each step of a funnel. */
  step_counts: z.array(z.number()).optional(),
  /** Per person; of a quantile its value. */
  value: z.number().nullable(),
  validation_failures: z.array(
    z.enum(['not-enough-exposures', 'not-enough-metric-data', 'baseline-mean-is-zero']),
  ),
});

const Variant = Arm.extend({
  method: z.enum(['bayesian', 'frequentist']),
  /** As a share of the baseline's value, 0.1 for 10 %. */
  lift: z.number().nullable(),
  confidence_interval: Interval.nullable(),
  credible_interval: Interval.nullable(),
  difference: z.number().nullable(),
  difference_interval: Interval.nullable(),
  standard_error: z.number().nullable(),
  df: z.number().nullable(),
  p_value: z.number().nullable(),
  /** Held up to all goals and variants together. */
  p_value_adjusted: z.number().nullable(),
  chance_to_win: z.number().nullable(),
  /** Of shipping it, per person, in the metric's unit. */
  expected_loss: z.number().nullable(),
  significant: z.boolean(),
  /** So much that a mistake is likelier. */
  suspicious: z.boolean(),
  /** What people did before was taken into account. */
  covariate_adjusted: z.boolean(),
  /** Share of the variance that this took away; null without it. */
  variance_reduction: z.number().nullable(),
});

const Compared = z.object({ baseline: Arm, variant_results: z.array(Variant) });

const MetricAnswer = Compared.extend({
  metric: MetricBody,
  /** Why it could not be counted. */
  error: z.string().nullable(),
  /** Why it is not adjusted for what people did before, although it should be. */
  not_adjusted: z.string().nullable(),
  /** To which values were drawn in. */
  winsorization: z.object({ lower: z.number(), upper: z.number() }).nullable(),
  breakdown_results: z.array(Compared.extend({ breakdown_value: z.array(z.string()) })),
  /** At the end of each day, as it was counted then. */
  timeseries: z.array(
    Compared.extend({
      day: z.string(),
      /** It was counted by other settings than those of now. */
      settings_changed: z.boolean(),
      /** What the day itself added. */
      added: z.record(z.string(), z.object({ number_of_samples: z.number(), sum: z.number() })),
    }),
  ),
}).meta({ id: 'ExperimentMetricResult' });

const Recommendation = z.object({
  status: z.enum([
    'stop',
    'unhealthy',
    'collecting',
    'ship',
    'rollback',
    'review',
    'inconclusive',
    'running',
  ]),
  winner: z.string().nullable(),
  variants: z.record(z.string(), z.enum(['ship', 'rollback', 'review', 'inconclusive', 'wait'])),
  headline: z.string(),
  reasons: z.array(z.string()),
  guardrails: z.array(
    z.object({
      metric_uuid: z.string(),
      name: z.string(),
      variant: z.string(),
      /** `uncounted`: it could not be counted, and so guards nothing. */
      state: z.enum(['undecided', 'safe', 'harmed', 'breached', 'uncounted']),
      p_value: z.number(),
      /** As a share of control's value; null where that is zero. */
      lift: z.number().nullable(),
      /** Of the variant. */
      value: z.number().nullable(),
      /** Why it could not be counted. */
      error: z.string().nullable(),
    }),
  ),
});

const People = z.record(z.string(), z.number());

export const ResultsBody = z
  .object({
    /** What is counted: people, or groups by the name of their type. */
    units: z.object({ one: z.string(), many: z.string() }),
    as_of: z.iso.datetime(),
    /** How it was planned to be judged. */
    plan: z.object({
      method: z.enum(['bayesian', 'frequentist']),
      /** Right at every look. */
      sequential: z.boolean(),
      confidence_level: z.number(),
    }),
    /** `refreshing`: older, and being counted anew; `stale`: older, and could not be. */
    freshness: z.enum(['current', 'refreshing', 'stale']),
    /** They stay as they are. */
    is_final: z.boolean(),
    /** Until when windows of a stopped experiment still fill. */
    settled_at: z.iso.datetime().nullable(),
    exposures: z.object({
      /** Running totals by day; `$multiple` are people who saw several variants, `$holdout` those who are held out. */
      timeseries: z.array(
        z.object({
          variant: z.string(),
          days: z.array(z.string()),
          exposure_counts: z.array(z.number()),
        }),
      ),
      total_exposures: z.record(z.string(), z.number()),
      date_range: z.object({ date_from: z.iso.datetime(), date_to: z.iso.datetime() }),
      sample_ratio: z
        .object({
          p_value: z.number(),
          /** Right at every look. */
          sequential_p_value: z.number(),
          expected: People,
        })
        .nullable(),
      /** Where people do not come in the planned shares, by property and value. */
      levels_off: z.array(
        z.object({
          property: z.string(),
          value: z.string(),
          people: People,
          expected: People,
          /** Right at every look, held up to all levels together. */
          p_value: z.number(),
        }),
      ),
    }),
    /** What was changed while it ran. */
    changes: z.array(
      z.object({
        at: z.iso.datetime(),
        /** Of the project. */
        day: z.string(),
        kind: z.enum(['shares', 'conditions', 'metrics', 'method', 'paused', 'resumed']),
      }),
    ),
    /** What is asked of it beside its newest numbers, each with its rule. */
    checks: z.array(
      z.object({
        id: z.enum(CHECK_IDS),
        state: z.enum(['ok', 'watch', 'harm']),
        words: z.string(),
        rule: z.string(),
      }),
    ),
    metrics: z.array(MetricAnswer),
    metrics_secondary: z.array(MetricAnswer),
    /** By the plan and the newest numbers, however it is looked at. */
    recommendation: Recommendation,
  })
  .meta({ id: 'ExperimentResults' });

const share = z.number().gt(0).lt(1);

export const resultsRoutes = {
  results: route({
    method: 'GET',
    path: '/api/projects/:project_id/experiments/:id/results/',
    summary:
      'What an experiment has shown so far, with a recommendation; what is more than 5 minutes old is counted anew behind it',
    tag,
    auth: 'experiment:read',
    params: NumberedParams,
    query: EnvironmentQuery.extend({
      refresh: z.stringbool().default(false).describe('Looks again at once.'),
      baseline: z
        .string()
        .min(1)
        .max(400)
        .optional()
        .describe('The variant that the others are compared with; left out: control.'),
      confidence_level: z
        .string()
        .regex(/^0\.\d{1,6}$/, 'Must be a number such as 0.95.')
        .transform(Number)
        .pipe(z.number().min(0.5).max(0.999))
        .optional()
        .describe('Of intervals and of what is significant; left out: the planned one.'),
      as_of: z.iso
        .date()
        .optional()
        .describe(
          'The end of this day, as it was counted then; checks and advice stay those of now. Left out: now.',
        ),
    }),
    response: ResultsBody,
  }),
  metricDetail: route({
    method: 'GET',
    path: '/api/projects/:project_id/experiments/:id/results/:metric_uuid/',
    summary: 'How the values of one metric lie by variant, and the SQL that counts it',
    tag,
    auth: 'experiment:read',
    params: NumberedParams.extend({ metric_uuid: z.string().min(1).max(100) }),
    query: EnvironmentQuery,
    response: MetricDetailBody,
  }),
  readings: route({
    method: 'GET',
    path: '/api/projects/:project_id/experiments/:id/results/:metric_uuid/readings/',
    summary: 'What other methods than the planned one make of one metric',
    tag,
    auth: 'experiment:read',
    params: NumberedParams.extend({ metric_uuid: z.string().min(1).max(100) }),
    query: EnvironmentQuery,
    response: ReadingsBody,
  }),
  runningTime: route({
    method: 'POST',
    path: '/api/projects/:project_id/experiments/calculate_running_time/',
    summary: 'How many people and days an experiment needs, from what people did lately',
    tag,
    auth: 'experiment:read',
    params: ProjectParams,
    query: EnvironmentQuery,
    body: z.strictObject({
      metric: MetricInput,
      exposure_event: z
        .string()
        .min(1)
        .max(400)
        .default('$pageview')
        .describe('Whoever does this would be in the experiment.'),
      filterTestAccounts: z.boolean().default(true),
      properties: given(Filters).describe(
        'Only those who do it and meet this, as by the conditions of the flag.',
      ),
      minimum_detectable_effect: z.number().gt(0).max(1_000).default(10).describe('Percent.'),
      number_of_variants: z.number().int().min(2).max(20).default(2),
      rollout_percentage: z.number().gt(0).max(100).default(100),
      confidence_level: z.number().min(0.5).max(0.999).default(0.95),
      power: share.default(0.8),
      sequential: z.boolean().default(true),
      tuning_parameter: z.number().min(1).max(1e9).default(5_000),
      lookback_days: z.number().int().min(1).max(60).default(14),
    }),
    response: z
      .object({
        baseline: z.object({
          number_of_samples: z.number(),
          value: z.number().nullable(),
          variance: z.number().nullable(),
        }),
        /** New to the experiment per day, as far as its share of everyone goes. */
        people_per_day: z.number(),
        /** Of all variants together; null when it cannot be told. */
        recommended_sample_size: z.number().nullable(),
        /** Days. */
        recommended_running_time: z.number().nullable(),
        /** The same for other effects. */
        alternatives: z.array(
          z.object({
            minimum_detectable_effect: z.number(),
            sample_size: z.number().nullable(),
            running_time: z.number().nullable(),
          }),
        ),
      })
      .meta({ id: 'ExperimentRunningTime' }),
  }),
};
