// A simulated world: who visits, what is true of those with and without the change, and what breaks. Read from a
// file by world.contract.ts. Minutes count from the start of the rollout.
import type { Plan } from '../plan/plan.ts';

export const MINUTE_MS = 60_000;

/** What is true of the people of one arm. */
export type ArmTruth =
  /** Part of the people with the outcome. */
  | { readonly kind: 'share'; readonly share: number }
  /** `share` of the people have a number, with this mean and standard deviation. */
  | {
      readonly kind: 'mean';
      readonly share: number;
      readonly mean: number;
      readonly sd: number;
    }
  /** Durations with this 95th percentile. */
  | { readonly kind: 'duration'; readonly p95Ms: number };

export type Truth = {
  readonly fromMinute: number;
  readonly treatment: ArmTruth;
  readonly control: ArmTruth;
};

export const FAULT_KINDS = [
  'source_down',
  'no_treatment_exposures',
  'late_events',
  'clock_jump',
  'restart',
] as const;
/**
 * source_down: the event store does not answer. no_treatment_exposures: nobody with the change is seen. late_events:
 * what is received waits outside the event store. clock_jump: the clock moves by `forMinutes`, back where that is
 * negative. restart: the controller is away.
 */
export type FaultKind = (typeof FAULT_KINDS)[number];

type Fault = {
  readonly kind: FaultKind;
  readonly atMinute: number;
  readonly forMinutes: number;
};

export type World = {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  /** Rates with the minute from which each holds; the first from minute 0. */
  readonly peoplePerMinute: readonly (readonly [fromMinute: number, rate: number])[];
  /** The rollout is left alone for this long, then judged as it stands. */
  readonly minutes: number;
  /** Share of visits by people who came before. */
  readonly returningShare: number;
  /** Stages of the plan that are passed over: nobody here has a name. */
  readonly leftOut: readonly string[];
  readonly plan: Plan;
  /** Per guardrail of the plan, by time. */
  readonly truth: readonly (readonly Truth[])[];
  /** Mean of the time from entry to outcome, which is exponential. */
  readonly outcomeDelayMinutes: number;
  /** Values or events of a person: their mean, and variance over mean. */
  readonly cluster: { readonly eventsPerUser: number; readonly phi: number };
  readonly faults: readonly Fault[];
};

/** The rate of people at a minute. */
export function rateAt(
  { peoplePerMinute }: Pick<World, 'peoplePerMinute'>,
  minute: number,
): number {
  return peoplePerMinute.findLast(([from]) => from <= minute)?.[1] ?? 0;
}

/** True while a fault of this kind lasts. */
export function isFaulty(
  { faults }: Pick<World, 'faults'>,
  kind: FaultKind,
  minute: number,
): boolean {
  return faults.some(
    (one) => one.kind === kind && minute >= one.atMinute && minute < one.atMinute + one.forMinutes,
  );
}

const HOUR_MINUTES = 60;
const DAY_HOURS = 24;
const PEAK_HOURS = 3;

/** The three busiest hours of the day, where the rate changes over the day; null where it never does. */
export function peakHoursOf(world: Pick<World, 'peoplePerMinute'>): number[] | null {
  if (world.peoplePerMinute.length < 2) return null;
  const busy = Array.from({ length: DAY_HOURS }, (_, hour) => {
    let people = 0;
    for (let minute = 0; minute < HOUR_MINUTES; minute += 1) {
      people += rateAt(world, hour * HOUR_MINUTES + minute);
    }
    return { hour, people };
  });
  return busy
    .toSorted((x, y) => y.people - x.people)
    .slice(0, PEAK_HOURS)
    .map(({ hour }) => hour);
}
