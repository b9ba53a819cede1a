// Sets that are dealt out by group: people cannot be counted for them, but known groups of the type can.
import type { Filters } from 'serin/flags/flag';
import type { GroupQuestion } from '../api/preview.ts';
import { unitOf } from './words.ts';

/**
 * What to ask about each set, in their order; null for sets of people, and for those whose conditions ask
 * for more than the group itself has.
 */
export function groupQuestions(filters: Filters): (GroupQuestion | null)[] {
  return filters.groups.map((group) => {
    const unit = unitOf(group, filters);
    const { properties = [] } = group;
    const isOfGroup = properties.every(
      ({ type, group_type_index: index }) => type === 'group' && (index ?? unit) === unit,
    );
    if (unit === null || !isOfGroup) return null;
    return { condition: { properties }, group_type_index: unit } as GroupQuestion;
  });
}
