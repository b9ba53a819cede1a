// Conditions as parts of sentences.
import type { Property } from 'serin/flags/flag';
import { joinWords } from '../ui/format.ts';
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
const DATE_UNITS: Record<string, string> = {
  h: 'hour',
  d: 'day',
  w: 'week',
  m: 'month',
  y: 'year',
};

function dateWords(value: unknown): string {
  const [, count, unit] = RELATIVE_DATE.exec(String(value)) ?? [];
  if (!count || !unit) return String(value);
  return `${count} ${DATE_UNITS[unit]}${count === '1' ? '' : 's'} ago`;
}

/** The verb and the value: `is one of a or b`, `is before 7 days ago`. */
function comparisonWords({ operator, value }: Property): string {
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

function cohortWords({ operator, cohort_name: name, value }: Property): string {
  return `${operator === 'not_in' ? 'is not in' : 'is in'} cohort ${name ?? valueWords(value)}`;
}

/** `email contains @acme.com`. */
export function propertyWords(property: Property): string {
  const not = property.negation ? 'not: ' : '';
  if (property.type === 'cohort') return `${not}${cohortWords(property)}`;
  const subject =
    property.type === 'flag' ? `flag ${property.label ?? property.key}` : property.key;
  return `${not}${subject} ${comparisonWords(property)}`;
}
