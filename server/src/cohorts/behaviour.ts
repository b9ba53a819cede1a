// Conditions on what people did, in the form in which PostHog's API stores them (`type: "behavioral"`), and what
// makes one meaningful.
import type { JsonValue } from '#kernel/json';
import { checkComparison } from '#properties/check-value';
import type { Operator } from '#properties/operator';

export const BEHAVIOURS = [
  'performed_event',
  'performed_event_multiple',
  'performed_event_first_time',
  'performed_event_regularly',
  'performed_event_sequence',
  'stopped_performing_event',
  'restarted_performing_event',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

export const TIME_UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

export const COUNT_OPERATORS = ['gte', 'lte', 'gt', 'lt', 'exact'] as const;
export type CountOperator = (typeof COUNT_OPERATORS)[number];

/** A property that the event must have. */
export type EventFilter = {
  readonly type: 'event';
  readonly key: string;
  readonly operator: Operator;
  readonly value?: JsonValue;
};

/** What someone did, or (negated) did not do. Which fields are there depends on `value`. */
export type BehaviouralCondition = {
  readonly type: 'behavioral';
  readonly value: Behaviour;
  /** The event's name. */
  readonly key: string;
  readonly event_type: 'events';
  readonly event_filters?: readonly EventFilter[];
  /** How far back from now. Left out where `explicit_datetime` is given. */
  readonly time_value?: number;
  readonly time_interval?: TimeUnit;
  /** A date, a time, or a span ago such as `-30d`, as ranges of insights begin. */
  readonly explicit_datetime?: string;
  readonly explicit_datetime_to?: string;
  /** How often, compared with `operator_value`: of `multiple` and, per period, of `regularly`. */
  readonly operator?: CountOperator;
  readonly operator_value?: number;
  /** Of `regularly`: in so many of the last periods, each `time_value` long. */
  readonly min_periods?: number;
  readonly total_periods?: number;
  /** Of `sequence`: the event that follows. */
  readonly seq_event?: string;
  readonly seq_event_type?: 'events';
  /** Of `sequence` within which time; of `stopped` and `restarted` how far back the recent time reaches. */
  readonly seq_time_value?: number;
  readonly seq_time_interval?: TimeUnit;
  readonly negation?: boolean;
};

type Field = Exclude<keyof BehaviouralCondition, 'type' | 'value' | 'key' | 'negation'>;

const WINDOW = ['time_value', 'time_interval'] as const;
const DATES = ['explicit_datetime', 'explicit_datetime_to'] as const;
const COUNT = ['operator', 'operator_value'] as const;
const FOLLOWED = ['seq_time_value', 'seq_time_interval'] as const;

/** The fields that mean something to each, beside those that all have. */
export const FIELDS_OF: Readonly<Record<Behaviour, readonly Field[]>> = {
  performed_event: [...WINDOW, ...DATES],
  performed_event_multiple: [...WINDOW, ...DATES, ...COUNT],
  performed_event_first_time: [...WINDOW, ...DATES],
  performed_event_regularly: [...WINDOW, ...COUNT, 'min_periods', 'total_periods'],
  performed_event_sequence: [...WINDOW, ...DATES, 'seq_event', 'seq_event_type', ...FOLLOWED],
  stopped_performing_event: [...WINDOW, ...FOLLOWED],
  restarted_performing_event: [...WINDOW, ...FOLLOWED],
};
const OF_ALL: readonly Field[] = ['event_type', 'event_filters'];

/** The first thing wrong, with the field. */
type Problem = { readonly field: string; readonly detail: string };

/** The span of a unit for comparing spans: months of 30 days and years of 365, as PostHog reckons them. */
export const UNIT_SECONDS: Readonly<Record<TimeUnit, number>> = {
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  year: 31_536_000,
};

/** The first problem of a condition, or undefined when it makes sense. */
export function checkBehaviour(
  condition: BehaviouralCondition,
  isRegexUsable: (pattern: string) => boolean,
): Problem | undefined {
  return (
    checkFields(condition) ??
    checkWindow(condition) ??
    checkSpans(condition) ??
    checkEventFilters(condition, isRegexUsable)
  );
}

function checkFields(condition: BehaviouralCondition): Problem | undefined {
  const { value } = condition;
  const allowed: readonly string[] = ['type', 'value', 'key', 'negation', ...OF_ALL];
  for (const field of Object.keys(condition)) {
    if (allowed.includes(field) || FIELDS_OF[value].some((one) => one === field)) continue;
    return { field, detail: `It means nothing to ${value}.` };
  }
  const needed = FIELDS_OF[value].filter(
    (field) => field !== 'operator' && ![...WINDOW, ...DATES].some((one) => one === field),
  );
  const missing = needed.find((field) => condition[field] === undefined);
  return missing && { field: missing, detail: `${value} needs it.` };
}

function checkWindow(condition: BehaviouralCondition): Problem | undefined {
  const { explicit_datetime: from, explicit_datetime_to: to } = condition;
  const { time_value: value, time_interval: unit } = condition;
  if (from !== undefined) {
    if (value === undefined && unit === undefined) return checkDates(from, to);
    const given = value === undefined ? 'time_interval' : 'time_value';
    return { field: given, detail: 'Give this or explicit_datetime.' };
  }
  if (to !== undefined) {
    return { field: 'explicit_datetime', detail: 'An end needs a beginning.' };
  }
  if (value === undefined) return { field: 'time_value', detail: 'Say how far back to look.' };
  return unit === undefined ? { field: 'time_interval', detail: 'Say of which unit.' } : undefined;
}

/** Since whenever. */
export const EVER = 'all';
const SPAN_AGO = /^-?(\d{1,4})?[Mhdwmqy](Start|End)?$/;
const DATE_OR_TIME =
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

function checkDates(from: string, to: string | undefined): Problem | undefined {
  const detail = 'Give a date (2026-11-20), a time (2026-11-20T10:00:00) or a span ago (-30d).';
  const isBeginning = from === EVER || isDate(from);
  if (!isBeginning) return { field: 'explicit_datetime', detail };
  if (to === undefined) return undefined;
  if (!isDate(to)) return { field: 'explicit_datetime_to', detail };
  const isBackward = DATE_OR_TIME.test(from) && DATE_OR_TIME.test(to) && from > to;
  return isBackward
    ? { field: 'explicit_datetime_to', detail: 'It ends before it begins.' }
    : undefined;
}

function isDate(text: string): boolean {
  if (SPAN_AGO.test(text)) return true;
  if (!DATE_OR_TIME.test(text)) return false;
  const day = text.slice(0, 10);
  const parsed = Date.parse(`${day}T00:00:00Z`);
  // February 30 would be taken for March 2.
  return !Number.isNaN(parsed) && new Date(parsed).toISOString().startsWith(day);
}

/** Ten years: longer than events are kept. */
const MAX_SPAN_SECONDS = 10 * UNIT_SECONDS.year;

function checkSpans(condition: BehaviouralCondition): Problem | undefined {
  const { value, min_periods: min = 1, total_periods: total = 1 } = condition;
  if (min > total) {
    return { field: 'min_periods', detail: 'It cannot be more than total_periods.' };
  }
  const seconds = spanOf(condition.time_value, condition.time_interval);
  if (seconds * total > MAX_SPAN_SECONDS) {
    return { field: 'time_value', detail: 'Look back ten years at most.' };
  }
  if (value !== 'stopped_performing_event' && value !== 'restarted_performing_event') {
    return undefined;
  }
  if (spanOf(condition.seq_time_value, condition.seq_time_interval) <= seconds) return undefined;
  const detail = 'The recent time cannot reach further back than time_value and time_interval.';
  return { field: 'seq_time_value', detail };
}

const spanOf = (value = 0, unit: TimeUnit = 'day'): number => value * UNIT_SECONDS[unit];

function checkEventFilters(
  { event_filters: filters = [] }: BehaviouralCondition,
  isRegexUsable: (pattern: string) => boolean,
): Problem | undefined {
  for (const [index, { operator, value }] of filters.entries()) {
    const wrong = checkComparison(operator, value, isRegexUsable);
    if (wrong) return { field: `event_filters.${index}.${wrong.field}`, detail: wrong.detail };
  }
  return undefined;
}
