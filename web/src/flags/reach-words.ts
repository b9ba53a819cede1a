// Counts of people and groups in words.
import type { GroupCount, TargetingPreview } from '../api/preview.ts';
import { pluralOf } from '../targeting/names.ts';
import { formatNumber, formatShare, joinWords, plural } from '../ui/format.ts';

type SetCount = TargetingPreview['sets'][number];
type Changes = NonNullable<TargetingPreview['changes']>;

const about = (isEstimate: boolean): string => (isEstimate ? '≈ ' : '');

/** `≈ 1,204 people match, 301 get it here`; null where people cannot be counted. */
export function setReachWords(set: SetCount, isEstimate: boolean): string | null {
  const { matching, taken, asks_for_groups: asksForGroups } = set;
  if (matching === null || taken === null) return null;
  const groups = asksForGroups ? ', groups aside' : '';
  if (matching === 0) return `Nobody known matches${groups}`;
  const who = `${about(isEstimate)}${plural(matching, 'person matches', 'people match')}${groups}`;
  if (taken === 0) return `${who}, nobody gets it here`;
  if (taken === matching) return `${who}, and ${matching === 1 ? 'gets' : 'get'} it here`;
  return `${who}, ${formatNumber(taken)} ${taken === 1 ? 'gets' : 'get'} it here`;
}

/** `12 of 40 companies match`; `type` is the group type. */
export function groupReachWords(count: GroupCount, type: string): string {
  const { users_affected: matching, total_users: total, is_estimate: isEstimate } = count;
  if (total === 0) return `No ${type} is known yet`;
  const all = `${formatNumber(total)} ${total === 1 ? type : pluralOf(type)}`;
  if (matching === 0) return `None of ${all} matches`;
  return `${about(isEstimate)}${formatNumber(matching)} of ${all} ${matching === 1 ? 'matches' : 'match'}`;
}

/** How many get anything but false, and which share of all that is. */
export function totalWords({ people, values, is_estimate: isEstimate }: TargetingPreview): string {
  const reached = values.reduce((sum, value) => sum + value.people, 0);
  if (reached === 0) return `None of the ${plural(people, 'known person', 'known people')}`;
  return `${about(isEstimate)}${formatNumber(reached)} of ${plural(people, 'known person', 'known people')} (${formatShare(reached / people)})`;
}

/** For whom something changes; null when it does for nobody. */
export function changedWords({ gained, lost, other }: Changes, isEstimate: boolean): string | null {
  const parts = [
    ...(gained > 0 ? [`${formatNumber(gained)} gain it`] : []),
    ...(lost > 0 ? [`${formatNumber(lost)} lose it`] : []),
    ...(other > 0 ? [`${formatNumber(other)} get another value`] : []),
  ];
  return parts.length === 0 ? null : `${about(isEstimate)}${joinWords(parts)}`;
}
