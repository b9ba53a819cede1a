// `breakdownFilter` of PostHog's API, in its older and its newer form, read into what SQL is made from.
import { fail } from '#kernel/errors';
import type { Breakdown, BreakdownPart } from './breakdown.ts';

/** Cohorts are asked about one by one (cohort-breakdown.ts). */
type BreakdownType = BreakdownPart['type'] | 'cohort';

export type BreakdownFilter = {
  readonly breakdown?: string | number | readonly (string | number)[] | undefined;
  readonly breakdown_type?: BreakdownType | undefined;
  readonly breakdown_group_type_index?: number | undefined;
  readonly breakdown_limit?: number | undefined;
  readonly breakdown_hide_other_aggregation?: boolean | undefined;
  readonly breakdown_normalize_url?: boolean | undefined;
  readonly breakdown_histogram_bin_count?: number | undefined;
  readonly breakdowns?:
    | readonly {
        readonly property: string;
        readonly type?: BreakdownType | undefined;
        readonly group_type_index?: number | undefined;
        readonly normalize_url?: boolean | undefined;
        readonly histogram_bin_count?: number | undefined;
      }[]
    | undefined;
};

/** A part whose numbers are still to be cut into ranges. */
type WantedPart = BreakdownPart & { readonly bins: number | undefined };
export type WantedBreakdown = Omit<Breakdown, 'parts'> & { readonly parts: readonly WantedPart[] };

const DEFAULT_LIMIT = 25;

/** Undefined when nothing is to be broken down. */
export function breakdownOf(filter: BreakdownFilter | undefined): WantedBreakdown | undefined {
  if (!filter) return undefined;
  const parts = filter.breakdowns ? newerParts(filter.breakdowns) : olderParts(filter);
  if (parts.length === 0) return undefined;
  return {
    parts,
    limit: filter.breakdown_limit ?? DEFAULT_LIMIT,
    hidesOther: filter.breakdown_hide_other_aggregation ?? false,
  };
}

function newerParts(parts: NonNullable<BreakdownFilter['breakdowns']>): WantedPart[] {
  return parts.map((part) => ({
    type: typeOf(part.type),
    key: part.property,
    group_type_index: part.group_type_index,
    normalizeUrl: part.normalize_url ?? false,
    bins: part.histogram_bin_count,
  }));
}

function olderParts(filter: BreakdownFilter): WantedPart[] {
  if (filter.breakdown === undefined) return [];
  return [filter.breakdown].flat().map((key) => ({
    type: typeOf(filter.breakdown_type),
    key: String(key),
    group_type_index: filter.breakdown_group_type_index,
    normalizeUrl: filter.breakdown_normalize_url ?? false,
    bins: filter.breakdown_histogram_bin_count,
  }));
}

function typeOf(type: BreakdownType = 'event'): BreakdownPart['type'] {
  if (type !== 'cohort') return type;
  return fail('invalid_input', {
    detail: 'This kind of question is not broken down by cohort.',
    attr: 'breakdownFilter',
  });
}
