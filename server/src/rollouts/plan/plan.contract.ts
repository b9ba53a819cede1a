// The plan of a rollout on the wire: what people write and read (snake_case, durations in seconds), with
// a default for everything that has a sensible one. Unknown fields are refused by name.
import { z } from 'zod';
import type { Property } from '#flags/flag';
import type { Guardrail } from '#metrics/guardrail';
import { parseChangeWindow } from './change-window.ts';
import { GuardrailWireFields } from './guardrail.contract.ts';
import { faultsOf } from './guardrail-faults.ts';
import { type Baselines, guardrailOf } from './guardrail-meaning.ts';
import { seconds, StageWire } from './stage.contract.ts';
import { AUTOMATIONS, type Plan, type Policy, ROLLBACK_IMPACTS, type Stage } from './plan.ts';

const chance = z.number().gt(0).lt(1);

const ChangeWindowWire = z
  .string()
  .max(100)
  .refine((text) => parseChangeWindow(text) !== undefined, {
    error: 'Must read like “Mon-Thu 09:00-16:00 Europe/Berlin”.',
  });

const PolicyWire = z
  .strictObject({
    automation: z
      .enum(AUTOMATIONS)
      .default('auto')
      .describe(
        'What is done by itself when harm shows: nothing but a note (shadow), people are told (notify), no expansion (hold), or the change is taken back (auto).',
      ),
    change_windows: z
      .array(ChangeWindowWire)
      .max(20)
      .default([])
      .describe('When stages may be promoted, such as "Mon-Thu 09:00-16:00 Europe/Berlin".'),
    alpha: chance.default(0.05).describe('Chance of rolling a harmless release back.'),
    alpha_pause: chance.default(0.25).describe('Chance of pausing a harmless release.'),
    beta: chance.default(0.2).describe('Chance of calling a red guardrail safe.'),
    yellow_deadline_seconds: seconds.default(14_400),
    on_yellow_deadline: z.enum(['escalate', 'rollback']).default('escalate'),
    on_inconclusive: z
      .enum(['by_stage', 'promote', 'hold'])
      .default('by_stage')
      .describe('by_stage: promote below 25 % when no harm shows, hold from 25 % on.'),
    on_no_data: z.enum(['hold', 'rollback']).default('hold').describe('At the no-data deadline.'),
    no_data_after_seconds: seconds
      .default(1800)
      .describe('Silence that counts as no data, where people were to be expected.'),
    no_data_deadline_seconds: seconds.default(86_400),
    on_source_down: z
      .enum(['hold', 'rollback'])
      .default('hold')
      .describe('At the deadline of a hold because what is measured cannot be read.'),
    source_down_deadline_seconds: seconds.default(3600),
    calm_seconds: seconds.default(1800).describe('Calm after which a yellow hold ends by itself.'),
    rollback_to: z
      .enum(['zero_keep_targeted', 'previous_tier', 'off', 'kill'])
      .default('zero_keep_targeted')
      .describe(
        '0 % but named people keep it; the stage before; the flag switched off; or kill: 0 %, and the flag’s kill switch is pulled, which takes it from named people and every other flag that it is of, too.',
      ),
    settle_seconds: seconds.default(120).describe('Time for clients to learn of a new stage.'),
    tick_seconds: seconds.default(60).describe('Time between looks.'),
    bucket_seconds: seconds
      .default(60)
      .describe('People are compared with those who entered with them.'),
    min_affected_users: z.number().int().min(1).max(1_000_000).default(3),
    exposure: z
      .enum(['called', 'served'])
      .default('called')
      .describe(
        'Who is compared. called: whoever has asked for the flag. served: as well whoever was given its value, for clients that report no calls; effects are diluted, in both arms alike.',
      ),
    banner: z
      .strictObject({
        flag_key: z
          .string()
          .min(1)
          .max(400)
          .describe('A boolean flag that clients ask for the payload of: {text, incident_id}.'),
        text: z.string().trim().min(1).max(1000).optional().describe('Else a text of Serin’s.'),
      })
      .nullable()
      .default(null)
      .describe('What the people affected by a rollback see until somebody acknowledges it.'),
    lock_flag: z
      .boolean()
      .default(true)
      .describe('Who has the flag is not edited by hand meanwhile; switching off always works.'),
  })
  .meta({ id: 'RolloutPolicy' });

/** The unit that is no type of groups. */
export const PERSON = 'person';

const GuardrailWire = GuardrailWireFields.superRefine((one, context) => {
  for (const { field, reason } of faultsOf(one)) {
    context.addIssue({ code: 'custom', path: [field], message: reason });
  }
}).meta({ id: 'RolloutGuardrail' });

/** A plan as it is sent; every default is filled in on the way. */
export const PlanWire = z
  .strictObject({
    flag_key: z.string().min(1).max(400),
    environment: z.string().min(1).max(100).optional(),
    treatment: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe('Variant that the rollout hands out; null for a boolean flag.'),
    control: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe('Variant that the others have; for the record only.'),
    unit: z
      .string()
      .trim()
      .min(1)
      .max(400)
      .default(PERSON)
      .describe(
        'Who gets the change and is compared: person, or the type of the groups that the flag is given to, such as company. Of groups everything counts as of people: outcomes, samples, shares.',
      ),
    stages: z.array(StageWire).min(1, 'A plan needs at least one stage.').max(30),
    guardrails: z
      .array(GuardrailWire)
      .min(1, 'A rollout without guardrails guards nothing.')
      .max(16),
    policy: PolicyWire.prefault({}),
    rollback_impact: z
      .enum(ROLLBACK_IMPACTS)
      .default('A')
      .describe(
        'What the change does to data, and so what going back costs. A: it writes what was written before; nothing. B: it adds fields, which the version before ignores; nothing. C: it writes new entities; they are lost, unless `both_in_step`. D: it destroys what the version before needs; no way back without a backup from `point_of_no_return` on, where Serin holds instead of going back.',
      ),
    both_in_step: z
      .boolean()
      .default(false)
      .describe('C: old and new representation are both written, so that nothing is lost.'),
    rollback_note: z
      .string()
      .trim()
      .max(2000)
      .default('')
      .describe('What is lost and how it is restored, for whoever has to decide about going back.'),
  })
  .meta({ id: 'RolloutPlan' });

export type PlanWire = z.output<typeof PlanWire>;
export type PlanInput = z.input<typeof PlanWire>;

const DEFAULT_MIN_EXPOSURES = 100;
/** An undecided stage ends after this many times its minimum bake (a day for half an hour)… */
const DEFAULT_MAX_BAKE_FACTOR = 48;
/** …which counts as at least this many ticks (half an hour). */
const MIN_BAKE_TICKS = 30;
/** The plan that a wire plan means. @param baselines what was measured before the start */
export function planOf(wire: PlanWire, baselines: Baselines = {}): Plan {
  const guardrails = wire.guardrails.map((guardrail) =>
    guardrailOf(guardrail, wire.policy.min_affected_users, baselines, wire),
  );
  const tickMs = wire.policy.tick_seconds * 1000;
  return {
    flagKey: wire.flag_key,
    treatment: wire.treatment,
    control: wire.control,
    unit: wire.unit === PERSON ? null : wire.unit,
    stages: wire.stages.map((stage, index) => {
      const isBeforePoint = wire.stages[index + 1]?.point_of_no_return === true;
      const own = stageOf(stage, guardrails, tickMs);
      return { ...own, needsApproval: own.needsApproval || isBeforePoint };
    }),
    impact: {
      kind: wire.rollback_impact,
      isInStep: wire.both_in_step,
      note: wire.rollback_note,
    },
    guardrails,
    policy: policyOf(wire.policy),
  };
}

function stageOf(
  wire: PlanWire['stages'][number],
  guardrails: readonly Guardrail[],
  tickMs: number,
): Stage {
  const properties = wire.properties as readonly Property[];
  const percent = wire.percent ?? 100;
  const isCompared = properties.length === 0 && percent < 100;
  const minBakeMs = wire.min_bake_seconds * 1000;
  const safeFor = wire.safe_for ?? (isCompared ? ['*'] : []);
  return {
    name: wire.name,
    percent,
    properties,
    comparison: wire.compare ?? (isCompared ? 'ratio' : 'absolute'),
    minBakeMs,
    maxBakeMs:
      wire.max_bake_seconds === undefined
        ? Math.max(minBakeMs, MIN_BAKE_TICKS * tickMs) * DEFAULT_MAX_BAKE_FACTOR
        : wire.max_bake_seconds * 1000,
    minExposures: wire.min_exposures ?? (isCompared ? DEFAULT_MIN_EXPOSURES : 1),
    needsApproval: wire.approval,
    coverPeak: wire.cover_peak,
    safeFor: safeFor.includes('*')
      ? guardrails.filter((one) => one.require === 'safe').map((one) => one.id)
      : safeFor,
    isPointOfNoReturn: wire.point_of_no_return,
    feedback: wire.feedback,
  };
}

function policyOf(wire: PlanWire['policy']): Policy {
  return {
    automation: wire.automation,
    exposure: wire.exposure,
    changeWindows: wire.change_windows.flatMap((text) => parseChangeWindow(text) ?? []),
    alpha: wire.alpha,
    alphaPause: wire.alpha_pause,
    beta: wire.beta,
    yellowDeadlineMs: wire.yellow_deadline_seconds * 1000,
    onYellowDeadline: wire.on_yellow_deadline,
    onInconclusive: wire.on_inconclusive,
    onNoData: wire.on_no_data,
    noDataAfterMs: wire.no_data_after_seconds * 1000,
    noDataDeadlineMs: wire.no_data_deadline_seconds * 1000,
    onSourceDown: wire.on_source_down,
    sourceDownDeadlineMs: wire.source_down_deadline_seconds * 1000,
    calmMs: wire.calm_seconds * 1000,
    rollbackTo: wire.rollback_to,
    settleMs: wire.settle_seconds * 1000,
    tickMs: wire.tick_seconds * 1000,
    bucketMs: wire.bucket_seconds * 1000,
  };
}
