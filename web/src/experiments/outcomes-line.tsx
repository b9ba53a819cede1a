// What came of the experiments so far: how many won, and how long it took to know.
import { useQuery } from '@tanstack/react-query';
import { outcomesQuery } from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { formatNumber, formatShare, plural } from '../ui/format.ts';
import styles from './experiments.module.css';

export function OutcomesLine({ scope }: { scope: Scope }) {
  const { data } = useQuery(outcomesQuery(scope));
  const concluded = data ? Object.values(data.concluded).reduce((sum, one) => sum + one, 0) : 0;
  if (!data || concluded === 0) return null;
  const { won, lost, inconclusive, stopped_early: early, invalid } = data.concluded;
  const figures = [
    ['Concluded', formatNumber(concluded)],
    ['Won', data.win_rate === null ? '–' : `${formatNumber(won)} (${formatShare(data.win_rate)})`],
    ['Lost', formatNumber(lost)],
    ['Inconclusive', formatNumber(inconclusive)],
    ['Stopped early or invalid', formatNumber(early + invalid)],
    ['Time to decision', data.median_days === null ? '–' : daysText(data.median_days)],
  ] as const;
  return (
    <dl className={styles.outcomes} aria-label="What came of experiments">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The median. */
const daysText = (days: number): string =>
  days < 1 ? 'less than a day' : plural(Math.round(days), 'day');
