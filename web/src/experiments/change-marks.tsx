// What was changed while an experiment ran, as marks on axes of days and in words below them.
import type { Results } from '../api/experiments.ts';
import { longName } from '../charts/time-axis.ts';
import { Time } from '../ui/time.tsx';
import styles from './results.module.css';

type Change = Results['changes'][number];

const WORDS: Readonly<Record<Change['kind'], string>> = {
  shares: 'shares of variants',
  conditions: 'conditions of the flag',
  metrics: 'metrics',
  method: 'statistics',
  paused: 'paused',
  resumed: 'went on',
};

/** Steps of an axis of these days at which something was changed. */
export const changedSteps = (
  changes: readonly Pick<Change, 'day'>[],
  days: readonly string[],
): readonly number[] =>
  [...new Set(changes.map(({ day }) => days.indexOf(day)))].filter((step) => step >= 0);

type ChangeMarksProps = {
  readonly changes: readonly Change[];
  readonly days: readonly string[];
  /** Where a day is, in pixels. */
  readonly place: (step: number) => number;
};

/** Below the axis, for the pointer; the words are in {@link ChangeList}, too. */
export function ChangeMarks({ changes, days, place }: ChangeMarksProps) {
  return changedSteps(changes, days).map((step) => {
    const own = changes.filter(({ day }) => day === days[step]);
    const words = own.map(({ kind }) => WORDS[kind]).join(', ');
    return (
      <span
        key={step}
        className={styles.changeMark}
        style={{ left: place(step) }}
        title={`${longName(days[step] ?? '', 'day')}: ${words}`}
        aria-hidden
      >
        ◆
      </span>
    );
  });
}

/** Nothing where nothing was changed. */
export function ChangeList({ changes }: Pick<ChangeMarksProps, 'changes'>) {
  if (changes.length === 0) return null;
  return (
    <p className={`${styles.dim} ${styles.changes}`}>
      <span aria-hidden>◆</span> Changed while it ran:{' '}
      {changes.map(({ at, kind }, index) => (
        <span key={`${at} ${kind}`}>
          {index > 0 && ' · '}
          {WORDS[kind]} <Time at={at} />
        </span>
      ))}
    </p>
  );
}
