// Types of properties in words.
import type { PropertyDefinition, PropertyType } from '../api/known-events.ts';
import { formatNumber } from '../ui/format.ts';

export const TYPE_WORDS: Readonly<Record<PropertyType, string>> = {
  String: 'Text',
  Numeric: 'Number',
  Boolean: 'Yes or no',
  DateTime: 'Date or time',
};

/** `Among the newest events: 12 × text, 3 × number` */
export function observedWords(observed: PropertyDefinition['observed_types']): string {
  const seen = (Object.keys(TYPE_WORDS) as PropertyType[])
    .filter((type) => observed[type] > 0)
    .toSorted((a, b) => observed[b] - observed[a])
    .map((type) => `${formatNumber(observed[type])} × ${TYPE_WORDS[type].toLowerCase()}`);
  return seen.length === 0
    ? 'Not among the newest events.'
    : `Among the newest events: ${seen.join(', ')}.`;
}
