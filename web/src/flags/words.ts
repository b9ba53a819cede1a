// What a flag does, in sentences. The same words stand in the list, above the editor and in
// confirmations, so that people recognise what they are about to change.
import type { Filters, Group, Property } from 'serin/flags/flag';
import { formatPercent, joinWords } from '../ui/format.ts';
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

/** `email contains @acme.com`. */
export function propertyWords(property: Property): string {
  const { words, kind, operator } = wordsOf(property.operator);
  const not = property.negation ? 'not: ' : '';
  if (property.type === 'cohort') {
    const verb = operator === 'not_in' ? 'is not in' : 'is in';
    return `${not}${verb} cohort ${property.cohort_name ?? valueWords(property.value)}`;
  }
  const subject = property.type === 'flag' ? `flag ${property.label ?? property.key}` : property.key;
  if (kind === 'none') return `${not}${subject} ${words}`;
  if (kind === 'date') return `${not}${subject} ${words} ${dateWords(property.value)}`;
  if (kind === 'range' && Array.isArray(property.value)) {
    return `${not}${subject} ${words} ${property.value.map(valueWords).join(' and ')}`;
  }
  const isOneValue = !Array.isArray(property.value) || property.value.length === 1;
  const verb =
    isOneValue && operator === 'exact' ? 'is' : isOneValue && operator === 'is_not' ? 'is not' : words;
  return `${not}${subject} ${verb} ${valueWords(property.value)}`;
}

const shareOf = (group: Group): number => group.rollout_percentage ?? 100;

/** `25 % of people whose plan is growth`. */
export function groupWords(group: Group): string {
  const share = shareOf(group);
  const isByGroup = typeof group.aggregation_group_type_index === 'number';
  const unit = isByGroup ? 'groups' : 'people';
  const conditions = (group.properties ?? []).map(propertyWords);
  const whose = conditions.length > 0 ? ` whose ${joinWords(conditions)}` : '';
  if (share === 100) return conditions.length > 0 ? `all ${unit}${whose}` : 'everyone';
  if (share === 0) return conditions.length > 0 ? `none of the ${unit}${whose}` : 'nobody';
  return `${formatPercent(share)} of ${conditions.length > 0 ? unit : 'everyone'}${whose}`;
}

/** One line for the flags list: who gets the flag when it is on. */
export function audienceWords(filters: Filters): string {
  const open = filters.groups.filter((group) => shareOf(group) > 0);
  if (open.length === 0) return 'nobody';
  const everyone = open.find(
    (group) => shareOf(group) === 100 && (group.properties ?? []).length === 0,
  );
  if (everyone) return 'everyone';
  const [first] = open;
  if (open.length === 1 && first) return groupWords(first);
  const unconditional = open.filter((group) => (group.properties ?? []).length === 0);
  const targeted = open.length - unconditional.length;
  const share = Math.max(0, ...unconditional.map(shareOf));
  const parts = [];
  if (targeted > 0) parts.push(`${targeted} targeted ${targeted === 1 ? 'set' : 'sets'}`);
  if (share > 0) parts.push(`${formatPercent(share)} of everyone`);
  return parts.join(' and ');
}

/** What people get: `true`, or the variants with their shares. */
export function outcomeWords(filters: Filters): string {
  const variants = filters.multivariate?.variants ?? [];
  if (variants.length === 0) return 'on';
  return joinWords(
    variants.map(({ key, rollout_percentage: share }) => `${key} ${formatPercent(share)}`),
  );
}

/** Who gets what, one sentence per condition set, in the order in which they are tried. */
export function summarySentences(filters: Filters, isActive: boolean): string[] {
  if (!isActive) return ['The flag is off: everyone gets false, whatever stands below.'];
  if (filters.groups.length === 0) return ['There is no condition set: everyone gets false.'];
  const hasVariants = (filters.multivariate?.variants ?? []).length > 0;
  const sentences = filters.groups.map((group, index) => {
    const who = groupWords(group);
    const lead = index === 0 ? '' : 'Otherwise, ';
    const what = group.variant
      ? `the variant ${group.variant}`
      : hasVariants
        ? `one of ${outcomeWords(filters)}`
        : 'the flag';
    const sentence = `${lead}${who} ${verbFor(who)} ${what}.`;
    return sentence.charAt(0).toUpperCase() + sentence.slice(1);
  });
  const last = filters.groups.at(-1);
  const coversAll = last && groupWords(last) === 'everyone';
  return coversAll ? sentences : [...sentences, 'Everyone else gets false.'];
}

const verbFor = (who: string): string => (/^(everyone|nobody)$/.test(who) ? 'gets' : 'get');
