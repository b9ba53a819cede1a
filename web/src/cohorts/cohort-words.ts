// Cohorts and what became of lists of ids, in words.
import type { Cohort, MembersAdded } from '../api/cohorts.ts';
import { conditionsWords } from '../targeting/condition-words.ts';
import type { Names } from '../targeting/names.ts';
import { formatNumber, joinWords } from '../ui/format.ts';
import { behaviourWords } from './behaviour-draft.ts';
import { alternativesOf, isBehaviour, isProperty } from './cohort-draft.ts';

/** Who is in it: `People whose plan is pro, or in the cohort Beta`. */
export function membersWords(cohort: Cohort, names: Names = {}): string {
  if (cohort.is_static) return 'People who are listed';
  const sets = alternativesOf(cohort.filters);
  if (!sets) return 'People who meet nested conditions';
  const words = sets.map((set) => {
    const properties = conditionsWords(set.filter(isProperty), names);
    const deeds = set.filter(isBehaviour).map((one) => `who ${behaviourWords(one)}`);
    return joinWords([...(properties === '' ? [] : [properties]), ...deeds]);
  });
  return `People ${words.join(', or ')}`;
}

/** Whether its people are counted in the background. */
export const isByEvents = ({ cohort_type: type }: Pick<Cohort, 'cohort_type'>): boolean =>
  type === 'behavioral' || type === 'analytical';

/** What decides who is in it. */
export function kindWords({ cohort_type: type }: Pick<Cohort, 'cohort_type'>): string {
  if (type === 'static') return 'Static list';
  return type === 'person_property' ? 'Properties' : 'Behaviour';
}

/** How many are in it: `about 1,200`. */
export function countWords({ count, count_is_estimate: isEstimate }: Cohort): string {
  if (count === null) return '';
  return `${isEstimate ? 'about ' : ''}${formatNumber(count)}`;
}

/** `3 added: 2 known, 1 not seen yet. 1 line left out.` */
export function addedWords({ added, known, unseen, ignored }: MembersAdded): string {
  const left =
    ignored === 0 ? '' : ` ${formatNumber(ignored)} left out: empty, repeated or too long.`;
  return `${formatNumber(added)} added. ${formatNumber(known)} known, ${formatNumber(unseen)} not seen yet.${left}`;
}
