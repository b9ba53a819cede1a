// The file of a simulated world. The plan in it is the one that people send to start a rollout, read by the same
// contract; faults are named by their field.
import { z } from 'zod';
import type { Guardrail, Measure } from '#metrics/guardrail';
import { planOf, PlanWire } from '../plan/plan.contract.ts';
import { findPlanProblem } from '../plan/plan-check.ts';
import { baselinesOf } from './baselines.ts';
import { chanceOfAny } from '#stats/draws';
import { type ArmTruth, FAULT_KINDS, type Truth, type World } from './world.ts';

/** A year. */
const MAX_MINUTES = 527_040;
const MAX_RATE = 1_000_000;
const MAX_RUNS = 100_000;
const minute = z.number().int().min(0).max(MAX_MINUTES);
const rate = z.number().min(0).max(MAX_RATE);
const share = z.number().min(0).max(1);

const RateSteps = z
  .array(z.tuple([minute, rate]))
  .min(1)
  .max(10_000)
  .refine((steps) => steps[0]?.[0] === 0, 'The first rate must hold from minute 0 on.')
  .refine(
    (steps) => steps.every(([from], index) => index === 0 || from > (steps[index - 1]?.[0] ?? 0)),
    'Minutes must ascend.',
  );

const ArmWire = z
  .strictObject({
    p: share.optional(),
    mean: z.number().positive().max(1e12).optional(),
    sd: z.number().min(0).max(1e12).optional(),
    p95_ms: z.number().positive().max(1e9).optional(),
  })
  .refine(
    ({ mean, p, p95_ms }) => mean !== undefined || p !== undefined || p95_ms !== undefined,
    'Give p, mean and sd, or p95_ms.',
  );
type ArmWire = z.output<typeof ArmWire>;

const TruthWire = z.strictObject({
  from_minute: minute.default(0),
  guardrail: z.string(),
  control: ArmWire,
  treatment: ArmWire,
});

const FaultWire = z
  .strictObject({
    at_minute: minute,
    for_minutes: z.number().int().min(-MAX_MINUTES).max(MAX_MINUTES),
    kind: z.enum(FAULT_KINDS),
  })
  .refine(({ kind, for_minutes }) => kind === 'clock_jump' || for_minutes > 0, {
    path: ['for_minutes'],
    error: 'Must be above 0; only clocks jump back.',
  });

const WorldWire = z.strictObject({
  name: z.string().min(1).max(200).default('world'),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  runs: z.number().int().min(1).max(MAX_RUNS).default(100),
  people_per_minute: z.union([rate, RateSteps]),
  minutes: minute.min(1).default(4 * 1440),
  returning_share: share.max(0.999).default(0),
  plan: PlanWire,
  truth: z.array(TruthWire).max(1000),
  outcome_delay_minutes: z.number().min(0).max(MAX_MINUTES).default(0),
  cluster: z
    .strictObject({
      events_per_user: z.number().positive().max(1000).default(5),
      phi: z.number().min(1).max(1000).default(1),
    })
    .prefault({}),
  faults: z.array(FaultWire).max(1000).default([]),
});
type WorldWire = z.output<typeof WorldWire>;
export type WorldInput = z.input<typeof WorldWire>;

export type WorldProblem = { readonly field: string; readonly reason: string };

/** The world that a file describes, or everything that is wrong with the file. */
export function readWorld(value: unknown): World | readonly WorldProblem[] {
  const parsed = WorldWire.safeParse(value);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      field: fieldOf(issue),
      reason: issue.message,
    }));
  }
  const { wire, leftOut } = withoutNamed(parsed.data);
  const measured = planOf(wire.plan).guardrails;
  const truth = truthOf(wire, measured);
  if (!Array.isArray(truth)) return [truth as WorldProblem];
  const { events_per_user: eventsPerUser, phi } = wire.cluster;
  const cluster = { eventsPerUser, phi };
  const control = truth.flatMap(([first]) => (first ? [first.control] : []));
  const plan = planOf(wire.plan, baselinesOf(measured, control, cluster));
  const problem = findPlanProblem(plan, Infinity);
  if (problem) return [{ field: `plan.${problem.field}`, reason: problem.reason }];
  if (plan.stages.some((stage) => stage.properties.length > 0)) {
    const reason = 'Nobody in a simulated world has a name: give a stage for others, too.';
    return [{ field: 'plan.stages.0.properties', reason }];
  }
  return {
    name: wire.name,
    seed: wire.seed,
    runs: wire.runs,
    peoplePerMinute:
      typeof wire.people_per_minute === 'number'
        ? [[0, wire.people_per_minute]]
        : wire.people_per_minute,
    minutes: wire.minutes,
    returningShare: wire.returning_share,
    leftOut,
    plan,
    truth,
    outcomeDelayMinutes: wire.outcome_delay_minutes,
    cluster,
    faults: wire.faults.map(({ kind, at_minute, for_minutes }) => ({
      kind,
      atMinute: at_minute,
      forMinutes: for_minutes,
    })),
  };
}

/** The file without stages for named people, unless there is no other, and the names of these. */
function withoutNamed(wire: WorldWire): { readonly wire: WorldWire; readonly leftOut: string[] } {
  const others = wire.plan.stages.filter(({ properties }) => properties.length === 0);
  if (others.length === 0) return { wire, leftOut: [] };
  const named = wire.plan.stages.filter(({ properties }) => properties.length > 0);
  const plan = { ...wire.plan, stages: others };
  return { wire: { ...wire, plan }, leftOut: named.map(({ name }) => name) };
}

/** Dotted; an unknown field is named itself. */
function fieldOf(issue: z.core.$ZodIssue): string {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return [...issue.path, ...unknown].join('.') || 'world';
}

/** Per guardrail and by time; the first entry of each holds from the start. */
function truthOf(wire: WorldWire, guardrails: readonly Guardrail[]): Truth[][] | WorldProblem {
  const truth: Truth[][] = guardrails.map(() => []);
  for (const [index, one] of wire.truth.entries()) {
    const at = guardrails.findIndex(({ id }) => id === one.guardrail);
    const guardrail = guardrails[at];
    const field = `truth.${index}`;
    if (!guardrail) {
      return { field: `${field}.guardrail`, reason: `The plan has no “${one.guardrail}”.` };
    }
    const arms = {
      control: armOf(one.control, guardrail, wire),
      treatment: armOf(one.treatment, guardrail, wire),
    };
    for (const arm of ['control', 'treatment'] as const) {
      const found = arms[arm];
      if (typeof found === 'string') return { field: `${field}.${arm}`, reason: found };
    }
    truth[at]?.push({
      fromMinute: one.from_minute,
      control: arms.control as ArmTruth,
      treatment: arms.treatment as ArmTruth,
    });
  }
  const silent = guardrails.find((_, at) => !truth[at]?.some(({ fromMinute }) => fromMinute === 0));
  if (silent) {
    return { field: 'truth', reason: `Nothing is said of “${silent.id}” from minute 0 on.` };
  }
  return truth.map((times) => times.toSorted((x, y) => x.fromMinute - y.fromMinute));
}

/** What is true of an arm, or in words what its guardrail needs instead. */
function armOf(arm: ArmWire, { measure }: Guardrail, { cluster }: WorldWire): ArmTruth | string {
  const { mean, p, p95_ms: p95Ms, sd } = arm;
  if (measure.kind === 'latency') {
    return p95Ms === undefined || mean !== undefined || p !== undefined
      ? 'A duration is given by p95_ms.'
      : { kind: 'duration', p95Ms };
  }
  if (p95Ms !== undefined) return 'Only durations are given by p95_ms.';
  if (measure.kind === 'mean') return meanOf(arm, measure, cluster.phi);
  if (p !== undefined) {
    return mean === undefined ? { kind: 'share', share: p } : 'Give either p or mean.';
  }
  // Events of a person: what counts is whether there are any.
  if (sd !== undefined) return 'Events of a person are spread by cluster.phi; leave sd out.';
  return { kind: 'share', share: chanceOfAny(mean ?? 0, cluster.phi) };
}

function meanOf(
  { mean, p, sd }: ArmWire,
  { property }: Extract<Measure, { kind: 'mean' }>,
  phi: number,
): ArmTruth | string {
  if (mean === undefined) return 'A number of each person is given by mean and sd.';
  const spread = sd ?? (property === null ? Math.sqrt(mean * phi) : undefined);
  if (spread === undefined) return 'A number of each person needs its sd as well.';
  return { kind: 'mean', share: p ?? 1, mean, sd: spread };
}
