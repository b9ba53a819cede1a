// What insights are asked: the parts that several kinds of query share, in the names of PostHog's API.
import type { ValueOperator } from './sql/comparison-sql.ts';

export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month';

export type DateRange = {
  readonly date_from?: string | null | undefined;
  readonly date_to?: string | null | undefined;
  /** Takes both ends as they are given, without going back to the start of an interval. */
  readonly explicitDate?: boolean | null | undefined;
};

/** One condition on a property. */
export type PropertyFilter = {
  readonly key: string;
  readonly value?: unknown;
  readonly operator?: ValueOperator | 'in' | 'not_in' | undefined;
  readonly type?: 'event' | 'feature' | 'person' | 'group' | 'cohort' | undefined;
  readonly group_type_index?: number | undefined;
};

/** Conditions joined by AND or OR, nested. */
export type FilterGroup = {
  readonly type: 'AND' | 'OR';
  readonly values: readonly (FilterGroup | PropertyFilter)[];
};
export type Filters = readonly PropertyFilter[] | FilterGroup;

/** Which events a series, a step or an entity is about. */
export type EventsNode = {
  /** Null: every event. */
  readonly event: string | null;
  readonly name?: string | undefined;
  readonly custom_name?: string | undefined;
  readonly properties?: Filters | undefined;
};

/** What every insight may be narrowed by. */
export type Narrowing = {
  readonly dateRange?: DateRange | undefined;
  readonly properties?: Filters | undefined;
  readonly filterTestAccounts?: boolean | undefined;
  /** Only who is in this cohort, where a question is asked of each cohort by itself. */
  readonly cohortId?: number | undefined;
};
