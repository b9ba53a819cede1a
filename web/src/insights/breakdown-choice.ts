// What a question may be broken down by, as one text: `event:plan`, `person:email`, `group.0:tier`.
import { type Breakdown, brokenBy } from './query.ts';

/** Null for none. */
export function choiceOf(breakdown: Breakdown | undefined): string | null {
  const by = brokenBy(breakdown);
  if (!by) return null;
  const { type, key, groupTypeIndex } = by;
  return type === 'group' ? groupChoice(groupTypeIndex ?? 0, key) : `${type}:${key}`;
}

export const groupChoice = (index: number, key: string): string => `group.${index}:${key}`;

/** A cohort is told apart from everybody. */
export function breakdownOfChoice(choice: string): Breakdown {
  const cut = choice.indexOf(':');
  const [of, property] = [choice.slice(0, cut), choice.slice(cut + 1)];
  if (of === 'cohort') return { breakdown_type: 'cohort', breakdown: [Number(property), 'all'] };
  const [type, index] = of.split('.');
  if (type === 'group') {
    return { breakdowns: [{ property, type, group_type_index: Number(index ?? 0) }] };
  }
  return { breakdowns: [{ property, type: type as 'event' | 'person' | 'flag_exposure' }] };
}
