// What a flag does, in sentences. The same words stand in the list, above the editor and in
// confirmations, so that people recognise what they are about to change.
import type { Filters, Group } from 'serin/flags/flag';
import { propertyWords } from '../targeting/condition-words.ts';
import { formatPercent, joinWords } from '../ui/format.ts';

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
  if (filters.groups.every((group) => shareOf(group) === 0)) {
    return ['Every share is 0 %: everyone gets false.'];
  }
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
