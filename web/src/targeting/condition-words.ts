// Conditions as parts of sentences.
import type { Property } from 'serin/flags/flag';
import { joinWords } from '../ui/format.ts';
import type { StoredCondition } from './condition-draft.ts';
import { groupTypeName, type Names } from './names.ts';
import { wordsOf } from './operators.ts';

/** Values beyond these are counted instead of listed. */
const MAX_LISTED = 3;

function valueWords(value: unknown): string {
  if (Array.isArray(value)) {
    const listed = value.slice(0, MAX_LISTED).map(valueWords);
    const more = value.length - listed.length;
    return joinWords(more > 0 ? [...listed, `${more} more`] : listed, 'or');
  }
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return JSON.stringify(value) ?? '';
}

const RELATIVE_DATE = /^-?(\d+)([hdwmy])$/;
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const MINUTE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'short',
  timeZone: 'UTC',
});
const DATE_UNITS: Record<string, string> = {
  h: 'hour',
  d: 'day',
  w: 'week',
  m: 'month',
  y: 'year',
};

/** `20 Nov 2026`, `20 Nov 2026, 10:00 UTC`; what is no ISO date stays as it is. */
function absoluteWords(text: string): string {
  if (!/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d))?$/.test(text)) return text;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return text;
  return text.length === 10 ? DAY.format(at) : `${MINUTE.format(at)} UTC`;
}

function dateWords(value: unknown): string {
  const [, count, unit] = RELATIVE_DATE.exec(String(value)) ?? [];
  if (!count || !unit) return absoluteWords(String(value));
  return `${count} ${DATE_UNITS[unit]}${count === '1' ? '' : 's'} ago`;
}

/** The verb and the value: `is one of a or b`, `is before 7 days ago`. */
function comparisonWords({ operator, value }: StoredCondition): string {
  const { words, kind } = wordsOf(operator);
  if (kind === 'none') return words;
  if (kind === 'date') return `${words} ${dateWords(value)}`;
  if (kind === 'range' && Array.isArray(value)) {
    return `${words} ${value.map(valueWords).join(' and ')}`;
  }
  const isOneValue = !Array.isArray(value) || value.length === 1;
  const short: Record<string, string> = { exact: 'is', is_not: 'is not' };
  return `${(isOneValue && short[operator ?? 'exact']) || words} ${valueWords(value)}`;
}

function cohortWords(
  { operator, cohort_name: stored, value }: StoredCondition,
  names: Names,
): string {
  const name = names.cohorts?.get(Number(value)) ?? stored ?? `number ${valueWords(value)}`;
  return `${operator === 'not_in' ? 'not in' : 'in'} the cohort ${name}`;
}

function flagWords({ key, label, value }: StoredCondition, names: Names): string {
  const flag = names.flags?.get(key) ?? label ?? key;
  if (typeof value === 'boolean') return `the flag ${flag} is ${value ? 'on' : 'off'}`;
  return `the flag ${flag} is ${valueWords(value)}`;
}

/** `plan is growth`; of a group that the set is not about: `company’s plan is growth`. */
function comparedWords(property: StoredCondition, names: Names, unit: number | null): string {
  const { type, group_type_index: index = null, key } = property;
  const isOther = type === 'group' && index !== null && index !== unit;
  const subject = isOther ? `${groupTypeName(index, names)}’s ${key}` : key;
  return `${subject} ${comparisonWords(property)}`;
}

const not = ({ negation }: StoredCondition): string => (negation ? 'not: ' : '');

/** One condition by itself: `email contains @acme.com`, `is in the cohort Beta`. */
export function propertyWords(property: StoredCondition, names: Names = {}): string {
  switch (property.type) {
    case 'cohort':
      return `${not(property)}is ${cohortWords(property, names)}`;
    case 'flag':
      return `${not(property)}${flagWords(property, names)}`;
    case 'group':
    case 'person':
    case 'event':
      return `${not(property)}${comparedWords(property, names, null)}`;
  }
}

/**
 * All conditions of a set, after the word for those they are about: `whose plan is growth, in the cohort
 * Beta and for whom the flag new-ui is on`. Empty without conditions.
 * @param unit the group type that the set is about, null for people
 */
export function conditionsWords(
  properties: readonly Property[],
  names: Names = {},
  unit: number | null = null,
): string {
  const of = (...types: readonly string[]) =>
    properties.filter((property) => types.includes(property.type));
  const compared = of('person', 'group').map((p) => `${not(p)}${comparedWords(p, names, unit)}`);
  const whom = of('flag').map((p) => `${not(p)}${flagWords(p, names)}`);
  return joinWords([
    ...of('cohort').map((p) => `${not(p)}${cohortWords(p, names)}`),
    ...(compared.length > 0 ? [`whose ${joinWords(compared)}`] : []),
    ...(whom.length > 0 ? [`for whom ${joinWords(whom)}`] : []),
  ]);
}
