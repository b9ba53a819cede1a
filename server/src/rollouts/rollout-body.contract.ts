// Rollouts on the wire: one with its evidence and its next step, its looks, its decisions. Snake_case, ISO times,
// durations in seconds.
import { z } from 'zod';
import { COMPARISONS, RED_ACTIONS } from '#metrics/guardrail';
import { COMMANDS } from './gate/command.ts';
import { Behind } from './plan/guardrail-behind.contract.ts';
import { PlanWire } from './plan/plan.contract.ts';
import { Confirmation, WayBack } from './plan/way-back.contract.ts';
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

/** The worst first; what is not known yet is no better than green. */
export const BANDS = ['red', 'yellow', 'unknown', 'green', 'safe'] as const;

const GuardrailLook = z
  .object({
    id: z.string(),
    kind: z.string(),
    event: z.string(),
    behind: Behind,
    on_red: z.enum(RED_ACTIONS),
    compare: z
      .string()
      .describe('How treatment is held against control; absolute: only against fixed limits.'),
    direction: z.enum(['up', 'down']),
    band: z.enum(BANDS),
    is_safe: z.boolean(),
    affected: z.number().describe('People hurt so far; expected ones where less is harm.'),
    unit: z.enum(VALUE_UNITS).describe('Of `value`, intervals and `absolute`.'),
    people_left: z
      .number()
      .int()
      .nullable()
      .describe(
        'People with the change until it can be proven safe, at the rates so far; null: cannot be said.',
      ),
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
    harm: Evidence.extend({ ln_pause_line: z.number() }).describe(
      'Of this guardrail alone; lines of `combined` count all that can take the change back.',
    ),
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
    deadline_at: when.nullable().describe('Of the hold that it began or moved.'),
    evaluation_id: z.string().nullable().describe('The look that decided, with all its inputs.'),
    inputs: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('What the controller decided from where no look was needed.'),
  })
  .meta({ id: 'RolloutEvent' });

const StageSummary = z.object({
  index: z.number().int(),
  name: z.string(),
  percent: z.number(),
  is_targeted: z.boolean(),
  status: z.enum(['done', 'current', 'ahead']),
});

const StageBody = StageSummary.extend({
  compare: z.enum(COMPARISONS),
  approval: z.boolean().describe('A person must approve what follows.'),
  min_bake_seconds: z.number(),
  min_exposures: z.number().int(),
  runs: z.number().int().describe('How often it was begun.'),
  people: z
    .object({ treatment: z.number().int(), control: z.number().int() })
    .nullable()
    .describe('Counted when its last run ended.'),
  exit: z.enum(ROLLOUT_EVENT_TYPES).nullable().describe('The decision that ended its last run.'),
  entered_at: when.nullable(),
  settled_at: when.nullable(),
  exited_at: when.nullable(),
});

const NextStep = z.object({
  sentence: z.string(),
  at: when.nullable(),
  clock: z
    .string()
    .nullable()
    .describe('The part of the sentence that tells how long it is until `at`.'),
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
    band: z
      .enum(BANDS)
      .nullable()
      .describe('The worst of its guardrails at the last look of the stage; null before one.'),
    next: NextStep,
    stages: z.array(StageSummary),
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
  way_back: WayBack,
  confirmations: z
    .array(Confirmation)
    .describe('Of `commands`, those whose cost a person has to confirm where the rollout stands.'),
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
  in_charge: z
    .object({ by: z.string(), at: when, type: z.enum(ROLLOUT_EVENT_TYPES) })
    .nullable()
    .describe('The last person who decided something about it, and what.'),
  next: NextStep.extend({
    waits: z.array(z.object({ kind: z.string(), text: z.string() })),
    forecast: z
      .object({ people_left: z.number().int(), seconds_left: z.number() })
      .nullable()
      .describe('Until safety can be proven, at the pace so far.'),
  }),
  stages: z.array(StageBody),
  evaluation: EvaluationBody.nullable().describe('The last look at the current stage.'),
}).meta({ id: 'Rollout' });

const SeriesGuardrail = GuardrailLook.pick({
  id: true,
  band: true,
  effect: true,
  effect_interval: true,
}).extend({
  treatment: z.number().nullable().describe('The value with the change, in the `unit`.'),
  control: z.number().nullable(),
  treatment_interval: Interval.nullable(),
  harm: z
    .number()
    .describe('Natural logarithm of the evidence, by comparison or by a fixed limit.'),
  safety: z.number(),
});

/** Looks of one run of a stage, oldest first: few enough to be drawn. */
export const SeriesBody = z
  .object({
    stage_index: z.number().int(),
    attempt: z.number().int(),
    count: z.number().int().describe('Looks of the run; `looks` are evenly chosen from them.'),
    looks: z.array(
      EvaluationBody.pick({ id: true, at: true, people: true, verdict: true }).extend({
        combined: z.number(),
        guardrails: z.array(SeriesGuardrail),
      }),
    ),
  })
  .meta({ id: 'RolloutSeries' });

export type RolloutWire = z.input<typeof RolloutBody>;
export type RolloutSummaryWire = z.input<typeof RolloutSummary>;
export type EvaluationWire = z.input<typeof EvaluationBody>;
export type RolloutEventWire = z.input<typeof RolloutEventBody>;
