// Rollouts on the wire: one with its evidence and its next step, its looks, its decisions. Snake_case, ISO times,
// durations in seconds.
import { z } from 'zod';
import { COMPARISONS, RED_ACTIONS } from '#metrics/guardrail';
import { COMMANDS } from './gate/command.ts';
import { PlanWire } from './plan/plan.contract.ts';
import { VALUE_UNITS } from './gate/words.ts';
import { HOLD_REASONS, ROLLOUT_EVENT_TYPES, ROLLOUT_STATES } from './gate/rollout.ts';

const when = z.iso.datetime();
const State = z.enum(ROLLOUT_STATES);

const Arm = z.object({
  people: z.number().int(),
  affected: z.number().int().describe('People with at least one such event.'),
  rate: z.number().nullable().describe('Share of people, 0 to 1.'),
  value: z.number().nullable().describe('What the guardrail measures, in its `unit`.'),
  percentiles: z
    .object({ p50: z.number(), p95: z.number(), p99: z.number() })
    .nullable()
    .describe('Of all values of the arm, at most 50 a person; only of durations.'),
});

const Interval = z.object({ lower: z.number(), upper: z.number().nullable() });

const Evidence = z
  .object({
    ln_e: z.number().describe('Natural logarithm of the e-value.'),
    ln_line: z.number().describe('Where it decides.'),
  })
  .describe('Evidence collected so far, and the line at which it decides.');

const GuardrailLook = z
  .object({
    id: z.string(),
    kind: z.string(),
    event: z.string(),
    on_red: z.enum(RED_ACTIONS),
    compare: z
      .string()
      .describe('How treatment is held against control; absolute: only against fixed limits.'),
    direction: z.enum(['up', 'down']),
    band: z.enum(['red', 'yellow', 'safe', 'green', 'unknown']),
    is_safe: z.boolean(),
    affected: z.number().describe('People hurt so far; expected ones where less is harm.'),
    unit: z.enum(VALUE_UNITS).describe('Of `value`, intervals and `absolute`.'),
    threshold: z
      .number()
      .nullable()
      .describe(
        'Durations: who waited longer is affected; the percentile as it was before the start.',
      ),
    treatment: Arm,
    control: Arm,
    effect: z
      .number()
      .nullable()
      .describe('Treatment against control, in the unit of `yellow` and `red`.'),
    effect_interval: Interval.nullable(),
    ratio: z.number().nullable().describe('Treatment rate over control rate.'),
    ratio_interval: Interval.nullable(),
    treatment_interval: Interval.nullable().describe('Of `value`.'),
    control_interval: Interval.nullable().describe('Of `value`.'),
    yellow: z.number().nullable().describe('Null where only fixed limits count.'),
    red: z.number().nullable(),
    absolute: z
      .object({ yellow: z.number(), red: z.number(), ln_e_red: z.number(), ln_e_safe: z.number() })
      .nullable(),
    harm: Evidence,
    safety: Evidence,
    against: z
      .enum(['control', 'before'])
      .describe(
        'Whether `effect` is against people without the change, or the same people before.',
      ),
    shift: z
      .number()
      .nullable()
      .describe(
        'At 100 % against earlier weeks: standard deviations towards harm of three of the last five windows; above 4 is yellow.',
      ),
    summary: z.string(),
  })
  .meta({ id: 'RolloutGuardrailLook' });

export const EvaluationBody = z
  .object({
    id: z.string(),
    at: when,
    watermark: when.describe('Everything received before this was counted.'),
    stage_index: z.number().int(),
    attempt: z.number().int(),
    verdict: z.enum(['red', 'yellow', 'green', 'unknown']),
    people: z.object({ treatment: z.number().int(), control: z.number().int() }),
    combined: z
      .object({ ln_e: z.number(), rollback_line: z.number(), pause_line: z.number() })
      .describe('Evidence of all guardrails together.'),
    sample_ratio: z
      .object({ ln_e: z.number(), ln_line: z.number(), treatment: z.number(), control: z.number() })
      .nullable(),
    multi_exposed: z.number().int(),
    guardrails: z.array(GuardrailLook),
    duration_ms: z.number(),
  })
  .meta({ id: 'RolloutEvaluation' });

export const RolloutEventBody = z
  .object({
    seq: z.string(),
    at: when,
    actor: z.object({ kind: z.string(), label: z.string() }),
    type: z.enum(ROLLOUT_EVENT_TYPES),
    from_state: State,
    to_state: State,
    stage_index: z.number().int(),
    reasons: z.array(z.string()),
    evaluation_id: z.string().nullable().describe('The look that decided, with all its inputs.'),
    inputs: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('What the controller decided from where no look was needed.'),
  })
  .meta({ id: 'RolloutEvent' });

const StageBody = z.object({
  index: z.number().int(),
  name: z.string(),
  percent: z.number(),
  is_targeted: z.boolean(),
  compare: z.enum(COMPARISONS),
  status: z.enum(['done', 'current', 'ahead']),
  min_bake_seconds: z.number(),
  entered_at: when.nullable(),
  settled_at: when.nullable(),
  exited_at: when.nullable(),
});

export const RolloutSummary = z
  .object({
    id: z.string(),
    flag_id: z.number().int(),
    flag_key: z.string(),
    environment: z.string(),
    state: State,
    hold_reason: z.enum(HOLD_REASONS).nullable(),
    stage_index: z.number().int(),
    stage_name: z.string(),
    stage_count: z.number().int(),
    percent: z.number().describe('Share of everyone that has the change now, 0 to 100.'),
    outcome: z.string().nullable(),
    outcome_reason: z.string().nullable(),
    version: z.number().int(),
    created_at: when,
    created_by: z.string().nullable(),
    started_at: when.nullable(),
    finished_at: when.nullable(),
  })
  .meta({ id: 'RolloutSummary' });

export const RolloutBody = RolloutSummary.extend({
  plan: PlanWire,
  plan_version: z.number().int(),
  acknowledged: z
    .object({ by: z.string(), at: when })
    .nullable()
    .describe('Who has looked at what was rolled back; until then the flag takes no rollout.'),
  warnings: z.array(z.string()),
  hold_detail: z.string().nullable(),
  attempt: z.number().int(),
  stage_entered_at: when.nullable(),
  stage_settled_at: when.nullable(),
  observed_bake_seconds: z.number(),
  min_bake_seconds: z.number(),
  deadline_at: when.nullable(),
  next_evaluation_at: when.nullable(),
  last_evaluation_at: when.nullable(),
  commands: z.array(z.enum(COMMANDS)).describe('What may be asked of it now.'),
  next: z.object({
    sentence: z.string(),
    at: when.nullable(),
    waits: z.array(z.object({ kind: z.string(), text: z.string() })),
    forecast: z
      .object({ people_left: z.number().int(), seconds_left: z.number() })
      .nullable()
      .describe('Until safety can be proven, at the pace so far.'),
  }),
  stages: z.array(StageBody),
  evaluation: EvaluationBody.nullable().describe('The last look at the current stage.'),
}).meta({ id: 'Rollout' });

export type RolloutWire = z.input<typeof RolloutBody>;
export type RolloutSummaryWire = z.input<typeof RolloutSummary>;
export type EvaluationWire = z.input<typeof EvaluationBody>;
export type RolloutEventWire = z.input<typeof RolloutEventBody>;
