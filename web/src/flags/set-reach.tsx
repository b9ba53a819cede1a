// How many known people one condition set means and takes in, or how many groups it means.
import { groupTypeName } from '../targeting/names.ts';
import { useNames } from '../targeting/use-names.ts';
import styles from './reach.module.css';
import { groupReachWords, setReachWords } from './reach-words.ts';
import { type Reach, type SetGroups, useReachOf } from './use-reach.ts';

type SetReachProps = {
  readonly index: number;
  /** Sets of the draft: counts of another number of sets are of another draft. */
  readonly count: number;
};

export function SetReach({ index, count }: SetReachProps) {
  const reach = useReachOf();
  if (!reach) return null;
  const groups = reach.groups.length === count ? reach.groups[index] : null;
  if (groups) return <GroupReach groups={groups} />;
  return <PeopleReach reach={reach} index={index} count={count} />;
}

function GroupReach({ groups }: { groups: SetGroups }) {
  const words = groupReachWords(groups, groupTypeName(groups.typeIndex, useNames()));
  const isNone = groups.users_affected === 0;
  return <p className={`${styles.set} ${isNone ? styles.nobody : ''}`}>{words}</p>;
}

function PeopleReach({ reach, index, count }: SetReachProps & { readonly reach: Reach }) {
  if (reach.error || reach.preview?.people === 0) return null;
  const { preview, isStale } = reach;
  const set = preview?.sets.length === count ? preview.sets[index] : undefined;
  // The line is there before its words are, so that nothing moves when they come.
  if (!preview || !set) return <p className={`${styles.set} ${styles.stale}`}>Counting…</p>;
  const words = setReachWords(set, preview.is_estimate);
  if (words === null) return null;
  const isNobody = set.matching === 0 && !set.asks_for_groups;
  const classes = [styles.set, isStale ? styles.stale : '', isNobody ? styles.nobody : ''];
  return <p className={classes.join(' ')}>{words}</p>;
}
