// What a condition on what people did looks at: its stretches of time, resolved against now. Stretches are
// half-open and end before now; days and longer units go by the project's calendar, as ranges of insights do.
import {
  type BehaviouralCondition,
  type CountOperator,
  EVER,
  type TimeUnit,
  UNIT_SECONDS,
} from '#cohorts/behaviour';
import { type Calendar, type Range, addIntervals, resolveRange } from '../time/date-range.ts';

/** How often it happened: compared when it happened at all. */
export type Often = { readonly operator: CountOperator; readonly count: number };

/** Without a beginning: since ever. */
export type Stretch = { readonly fromMs: number | undefined; readonly toMs: number };

export type BehaviourPlan =
  | { readonly kind: 'count'; readonly stretch: Stretch; readonly often: Often }
  /** The first event of the name that there ever was lies in the stretch, and one of that moment matches. */
  | { readonly kind: 'first'; readonly stretch: Stretch }
  /** Newest period first. */
  | {
      readonly kind: 'regularly';
      readonly periods: readonly Range[];
      readonly often: Often;
      readonly min: number;
    }
  /** Both events lie in the stretch, the second at most `withinMs` after the first. */
  | {
      readonly kind: 'sequence';
      readonly stretch: Stretch;
      readonly next: string;
      readonly withinMs: number;
    }
  /** In the time before, and not in the recent one. */
  | { readonly kind: 'stopped'; readonly before: Range; readonly recent: Range }
  /** Once, not in the time between, and again recently. */
  | { readonly kind: 'restarted'; readonly between: Range; readonly recent: Range };

const ONCE: Often = { operator: 'gte', count: 1 };

/** @throws invalid_input when dates cannot be read, or nothing lies between them */
export function planBehaviour(condition: BehaviouralCondition, calendar: Calendar): BehaviourPlan {
  switch (condition.value) {
    case 'performed_event':
      return { kind: 'count', stretch: stretchOf(condition, calendar), often: ONCE };
    case 'performed_event_multiple':
      return {
        kind: 'count',
        stretch: stretchOf(condition, calendar),
        often: oftenOf(condition),
      };
    case 'performed_event_first_time':
      return { kind: 'first', stretch: stretchOf(condition, calendar) };
    case 'performed_event_regularly':
      return planPeriods(condition, calendar);
    case 'performed_event_sequence':
      return {
        kind: 'sequence',
        stretch: stretchOf(condition, calendar),
        next: condition.seq_event ?? '',
        withinMs: followedMs(condition),
      };
    case 'stopped_performing_event':
      return { kind: 'stopped', ...planSplit(condition, calendar) };
    case 'restarted_performing_event': {
      const { before: between, recent } = planSplit(condition, calendar);
      return { kind: 'restarted', between, recent };
    }
  }
}

function planPeriods(condition: BehaviouralCondition, calendar: Calendar): BehaviourPlan {
  const { time_value: value = 1, time_interval: unit = 'day' } = condition;
  const { total_periods: total = 1, min_periods: min = 1 } = condition;
  const ends = Array.from({ length: total + 1 }, (_, i) => goBack(calendar, i * value, unit));
  const periods = ends.slice(1).map((fromMs, i) => ({ fromMs, toMs: ends[i] ?? calendar.nowMs }));
  return { kind: 'regularly', periods, often: oftenOf(condition), min };
}

function followedMs(condition: BehaviouralCondition): number {
  const { seq_time_value: value = 1, seq_time_interval: unit = 'day' } = condition;
  return value * UNIT_SECONDS[unit] * 1000;
}

function planSplit(condition: BehaviouralCondition, calendar: Calendar) {
  const { time_value: value = 1, time_interval: unit = 'day' } = condition;
  const { seq_time_value: recentValue = 1, seq_time_interval: recentUnit = 'day' } = condition;
  const splitMs = goBack(calendar, recentValue, recentUnit);
  // Months differ in length: the recent time never begins before the whole.
  const fromMs = Math.min(goBack(calendar, value, unit), splitMs);
  return {
    before: { fromMs, toMs: splitMs },
    recent: { fromMs: splitMs, toMs: calendar.nowMs },
  };
}

const oftenOf = ({
  operator = 'exact',
  operator_value: count = 1,
}: BehaviouralCondition): Often => ({
  operator,
  count,
});

function stretchOf(
  { explicit_datetime: from, explicit_datetime_to: to, ...condition }: BehaviouralCondition,
  calendar: Calendar,
): Stretch {
  if (from === undefined) {
    const { time_value: value = 1, time_interval: unit = 'day' } = condition;
    return { fromMs: goBack(calendar, value, unit), toMs: calendar.nowMs };
  }
  const range = resolveRange({ date_from: from, date_to: to }, calendar, { earliestMs: 0 });
  const toMs = Math.min(range.toMs, calendar.nowMs);
  return { fromMs: from === EVER ? undefined : range.fromMs, toMs };
}

function goBack(calendar: Calendar, count: number, unit: TimeUnit): number {
  return unit === 'year'
    ? addIntervals(calendar.nowMs, 'month', -12 * count, calendar)
    : addIntervals(calendar.nowMs, unit, -count, calendar);
}

/** All that the plan looks at. */
export function hullOf(plan: BehaviourPlan): Stretch {
  switch (plan.kind) {
    case 'count':
    case 'sequence':
      return plan.stretch;
    case 'first':
      return { fromMs: undefined, toMs: plan.stretch.toMs };
    case 'regularly':
      return { fromMs: plan.periods.at(-1)?.fromMs, toMs: plan.periods[0]?.toMs ?? 0 };
    case 'stopped':
      return { fromMs: plan.before.fromMs, toMs: plan.recent.toMs };
    case 'restarted':
      return { fromMs: undefined, toMs: plan.recent.toMs };
  }
}
