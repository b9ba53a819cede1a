// Conditions of a question about events, between the form and the wire.
import type { Property } from 'serin/flags/flag';
import {
  type ConditionDraft,
  conditionFrom,
  type StoredCondition,
  storedFrom,
} from '../targeting/condition-draft.ts';
import { conditionProblems } from '../targeting/condition-problem.ts';

/** As the wire has it; without a type it is about the event. */
export type Filter = Omit<StoredCondition, 'type'> & {
  readonly type?: StoredCondition['type'] | 'feature' | null;
};

/** The conditions that must all hold; null where they are nested, which is not edited here. */
export function filterList(filters: unknown): readonly Filter[] | null {
  if (filters === undefined || filters === null) return [];
  if (Array.isArray(filters)) return filters as Filter[];
  const { type, values } = filters as { readonly type?: string; readonly values?: unknown };
  if (!Array.isArray(values)) return null;
  if (values.length === 0) return [];
  const isPlain = values.every((value: object) => !('values' in value));
  return isPlain && (type === 'AND' || values.length === 1) ? (values as Filter[]) : null;
}

export function draftFrom(filter: Filter): ConditionDraft {
  const type = filter.type === 'feature' || !filter.type ? 'event' : filter.type;
  return conditionFrom({ ...filter, type });
}

const filterFrom = (draft: ConditionDraft): Filter => {
  const { key, type, operator, value, ...rest } = storedFrom(draft);
  return { key, type, operator, ...(value === undefined ? {} : { value }), ...kept(rest) };
};

/** What a filter may carry beside what the form edits. */
function kept({ group_type_index: index, label, cohort_name: cohort }: Partial<Property>) {
  return {
    ...(index === undefined || index === null ? {} : { group_type_index: index }),
    ...(label ? { label } : {}),
    ...(cohort ? { cohort_name: cohort } : {}),
  };
}

/** Conditions that are complete; others are still being written. */
export const wholeFilters = (drafts: readonly ConditionDraft[]): Filter[] =>
  drafts.filter((draft) => conditionProblems([draft], '').length === 0).map(filterFrom);
