// The maths of a series: what is counted or computed over its events.
import { fail } from '#kernel/errors';

const FUNCTIONS = ['avg', 'sum', 'min', 'max', 'median', 'p75', 'p90', 'p95', 'p99'] as const;
/** A function over numbers. */
export type NumberFunction = (typeof FUNCTIONS)[number];

const PER_ACTOR = [
  'avg_count_per_actor',
  'min_count_per_actor',
  'max_count_per_actor',
  'median_count_per_actor',
  'p75_count_per_actor',
  'p90_count_per_actor',
  'p95_count_per_actor',
  'p99_count_per_actor',
] as const;

export const MATHS = [
  'total',
  'dau',
  'weekly_active',
  'monthly_active',
  'unique_session',
  'unique_group',
  'first_time_for_user',
  'first_matching_event_for_user',
  ...FUNCTIONS,
  ...PER_ACTOR,
] as const;
export type MathName = (typeof MATHS)[number];

/** How a series is measured. */
export type Measure =
  | { readonly kind: 'total' }
  /** Different people, groups or sessions. */
  | { readonly kind: 'unique'; readonly of: 'actor' | 'session' | 'group' }
  /** Different people in the days that end with a bucket. */
  | { readonly kind: 'active'; readonly days: number }
  /** People whose first event it was. */
  | { readonly kind: 'first'; readonly isAmongMatching: boolean }
  | { readonly kind: 'number'; readonly fn: NumberFunction }
  /** A function over how often each did it; of sessions over how long each lasted. */
  | { readonly kind: 'per'; readonly of: 'actor' | 'session'; readonly fn: NumberFunction };

const SESSION_DURATION = '$session_duration';

/** @throws required when the maths needs a property and none is named */
export function measureOf(math: MathName, property: string | undefined, attr: string): Measure {
  switch (math) {
    case 'total':
      return { kind: 'total' };
    case 'dau':
      return { kind: 'unique', of: 'actor' };
    case 'unique_session':
      return { kind: 'unique', of: 'session' };
    case 'unique_group':
      return { kind: 'unique', of: 'group' };
    case 'weekly_active':
      return { kind: 'active', days: 7 };
    case 'monthly_active':
      return { kind: 'active', days: 30 };
    case 'first_time_for_user':
      return { kind: 'first', isAmongMatching: false };
    case 'first_matching_event_for_user':
      return { kind: 'first', isAmongMatching: true };
    default:
      return numberMeasure(math, property, attr);
  }
}

function numberMeasure(
  math: NumberFunction | (typeof PER_ACTOR)[number],
  property: string | undefined,
  attr: string,
): Measure {
  if (isPerActor(math)) {
    return {
      kind: 'per',
      of: 'actor',
      fn: math.slice(0, -'_count_per_actor'.length) as NumberFunction,
    };
  }
  if (property === undefined || property === '') {
    fail('required', {
      detail: `The maths ${math} needs a property.`,
      attr: `${attr}.math_property`,
    });
  }
  if (property === SESSION_DURATION) return { kind: 'per', of: 'session', fn: math };
  return { kind: 'number', fn: math };
}

function isPerActor(math: string): math is (typeof PER_ACTOR)[number] {
  return math.endsWith('_count_per_actor');
}

/** True when a bucket without events has the value 0, not none. */
export function isZeroWithoutEvents(measure: Measure): boolean {
  if (measure.kind === 'number' || measure.kind === 'per') return measure.fn === 'sum';
  return true;
}

/** An aggregate that can be computed in parts and put together. */
export type Aggregate = {
  /** Over events, complete. */
  readonly whole: string;
  /** Over some of the events. */
  readonly part: string;
  /** Over parts. */
  merge(part: string): string;
};

const LEVELS = { median: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** A function over a Nullable number. Percentiles are exact, between two values in proportion. */
export function functionSql(fn: NumberFunction, value: string): Aggregate {
  switch (fn) {
    case 'sum':
    case 'min':
    case 'max':
      return {
        whole: `${fn}(${value})`,
        part: `${fn}(${value})`,
        merge: (part) => `${fn}(${part})`,
      };
    case 'avg':
      return withState('avg', '', value);
    default:
      return withState('quantileExactInclusive', `(${LEVELS[fn]})`, value);
  }
}

export const countSql: Aggregate = {
  whole: 'count()',
  part: 'count()',
  merge: (part) => `sum(${part})`,
};

export function uniqueSql(value: string): Aggregate {
  return withState('uniqExact', '', value);
}

function withState(fn: string, level: string, value: string): Aggregate {
  return {
    whole: `${fn}${level}(${value})`,
    part: `${fn}State${level}(${value})`,
    merge: (part) => `${fn}Merge${level}(${part})`,
  };
}
