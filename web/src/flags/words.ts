// What a flag does, in sentences. The same words stand in the list, beside the editor, in confirmations
// and in the history, so that people recognise what they are about to change.
import type { BucketingIdentifier, Filters, Group } from 'serin/flags/flag';
import { conditionsWords } from '../targeting/condition-words.ts';
import { groupTypeName, type Names, pluralOf } from '../targeting/names.ts';
import { formatPercent, joinWords, plural } from '../ui/format.ts';

/** What the filters themselves do not say. */
export type WordsContext = Names & { readonly bucketing?: BucketingIdentifier | undefined };

type About = Pick<Filters, 'aggregation_group_type_index'>;

const shareOf = (group: Group): number => group.rollout_percentage ?? 100;
const conditionsOf = (group: Group) => group.properties ?? [];
const isUnconditional = (group: Group): boolean => conditionsOf(group).length === 0;

/** The group type that a set is about; null for people. */
export function unitOf(group: Group, about: About): number | null {
  const own = group.aggregation_group_type_index;
  return (own === undefined ? about.aggregation_group_type_index : own) ?? null;
}

/** `companies`, for a set that is dealt out by group; null for people. */
export function unitsOf(group: Group, about: About, names: Names): string | null {
  const unit = unitOf(group, about);
  return unit === null ? null : pluralOf(groupTypeName(unit, names));
}

/** `25 % of people whose plan is growth`; `about` is the flag that the set belongs to. */
export function groupWords(group: Group, about: About = {}, context: WordsContext = {}): string {
  const share = shareOf(group);
  const unit = unitOf(group, about);
  const conditions = conditionsWords(conditionsOf(group), context, unit);
  const isByDevice = unit === null && context.bucketing === 'device_id';
  const units = unitsOf(group, about, context) ?? 'people';
  const who = conditions === '' ? units : `${units} ${conditions}`;
  if (unit === null && conditions === '') {
    if (share === 0) return 'nobody';
    if (share === 100) return isByDevice ? 'every device' : 'everyone';
    return `${formatPercent(share)} of ${isByDevice ? 'all devices' : 'everyone'}`;
  }
  if (share === 100) return `all ${who}`;
  if (share === 0) return `none of the ${who}`;
  return `${formatPercent(share)} of ${isByDevice ? `the devices of ${who}` : who}`;
}

/**
 * One line for the flags list: who gets the flag when it is on.
 * @param overridden for how many people an override makes it anything but false
 */
export function audienceWords(
  filters: Filters,
  context: WordsContext = {},
  overridden = 0,
): string {
  const sets = setsAudience(filters, context);
  if (sets.includes('everyone')) return 'everyone';
  const isOptIn = isOptedInTo(filters);
  const parts = [
    ...sets,
    ...(isOptIn ? ['whoever opted in'] : []),
    ...(overridden > 0 ? [`${plural(overridden, 'person', 'people')} by override`] : []),
  ];
  return joinWords(parts) || 'nobody';
}

/** Early access decides before every set. */
const isOptedInTo = ({ feature_enrollment: isOn, super_groups: older }: Filters): boolean =>
  isOn === true || (older?.length ?? 0) > 0;

/** Whom the sets take in, in at most two parts. */
function setsAudience(filters: Filters, context: WordsContext): string[] {
  const open = filters.groups.filter((group) => shareOf(group) > 0);
  const words = open.map((group) => groupWords(group, filters, context));
  if (words.includes('everyone')) return ['everyone'];
  if (open.length < 2) return words;
  const plain = open.filter((group) => isUnconditional(group) && unitOf(group, filters) === null);
  const targeted = open.length - plain.length;
  const share = Math.max(0, ...plain.map(shareOf));
  const parts = [];
  if (targeted > 0) parts.push(`${targeted} targeted ${targeted === 1 ? 'set' : 'sets'}`);
  if (share > 0) parts.push(groupWords({ rollout_percentage: share }, {}, context));
  return parts;
}

/** What people get: `on`, or the variants with their shares. */
export function outcomeWords(filters: Filters): string {
  const variants = filters.multivariate?.variants ?? [];
  if (variants.length === 0) return 'on';
  return joinWords(
    variants.map(({ key, rollout_percentage: share }) => `${key} ${formatPercent(share)}`),
  );
}

/** What a person gets who is taken in by this set. */
function giftWords(group: Group, filters: Filters): string {
  const variants = filters.multivariate?.variants ?? [];
  if (group.variant && variants.some(({ key }) => key === group.variant)) {
    return `the variant ${group.variant}`;
  }
  if (variants.length === 0) return 'the flag';
  const [only] = variants;
  if (variants.length === 1 && only) return `the variant ${only.key}`;
  return `one of ${outcomeWords(filters)}`;
}

/** What comes before the condition sets: early access, then holdouts. */
function firstSentences(filters: Filters): string[] {
  const sentences = [];
  if (isOptedInTo(filters)) {
    sentences.push(
      'Whoever opted in to early access gets the flag, and whoever opted out gets false.',
    );
  }
  const legacy = filters.holdout_groups?.[0];
  const share = filters.holdout?.exclusion_percentage ?? legacy?.rollout_percentage ?? 0;
  if (share > 0) {
    const value = filters.holdout
      ? `holdout-${filters.holdout.id}`
      : (legacy?.variant ?? 'holdout');
    sentences.push(`${formatPercent(share)} of everyone are held out and get ${value}.`);
  }
  return sentences;
}

/** Whether nobody is left for the sets after this one. */
function takesAll(group: Group, filters: Filters, { bucketing }: WordsContext): boolean {
  const isWhole = shareOf(group) === 100 || filters.early_exit === true;
  const isAboutPeople = unitOf(group, filters) === null && bucketing !== 'device_id';
  return isWhole && isAboutPeople && isUnconditional(group);
}

function setSentence(group: Group, filters: Filters, context: WordsContext): string {
  const who = groupWords(group, filters, context);
  const verb = /^(everyone|nobody|every device)$/.test(who) ? 'gets' : 'get';
  const isLast = filters.early_exit === true && shareOf(group) < 100;
  const rest = isLast ? '; the rest of them get false, and no later set is tried for them' : '';
  return `${who} ${verb} ${giftWords(group, filters)}${rest}.`;
}

function unreachedWords(from: number, count: number): string {
  const sets = from === count ? `Set ${count} is` : `Sets ${from} to ${count} are`;
  return `${sets} never tried: set ${from - 1} decides for everyone.`;
}

/** The same words at the start of a sentence. */
export const sentenceCase = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Who gets what, one sentence per condition set, in the order in which they are tried. */
export function summarySentences(
  filters: Filters,
  isActive: boolean,
  context: WordsContext = {},
): string[] {
  if (!isActive) return ['The flag is off: everyone gets false, whatever stands below.'];
  const first = firstSentences(filters);
  const { groups } = filters;
  if (groups.every((group) => shareOf(group) === 0)) {
    const why = groups.length === 0 ? 'There is no condition set' : 'Every share is 0 %';
    return [...first, `${why}: everyone ${first.length > 0 ? 'else ' : ''}gets false.`];
  }
  const closing = groups.findIndex((group) => takesAll(group, filters, context));
  const tried = closing === -1 ? groups : groups.slice(0, closing + 1);
  const sentences = tried.map((group, index) => {
    const lead = index === 0 && first.length === 0 ? '' : 'otherwise, ';
    return sentenceCase(`${lead}${setSentence(group, filters, context)}`);
  });
  const isCovered = closing !== -1;
  return [
    ...first,
    ...sentences,
    ...(tried.length < groups.length ? [unreachedWords(tried.length + 1, groups.length)] : []),
    ...(isCovered ? [] : ['Everyone else gets false.']),
  ];
}
