// How many people are compared, with and without the flag.
import { formatNumber, formatPercent, formatShare } from '../ui/format.ts';
import styles from './rollout.module.css';
import type { Look } from './rollout-words.ts';

type ExposuresProps = {
  readonly people: Look['people'];
  /** Planned share of people with the flag, 0 to 100; null where nobody is compared by share. */
  readonly plannedPercent: number | null;
};

export function Exposures({ people, plannedPercent }: ExposuresProps) {
  const total = people.treatment + people.control;
  const share = total === 0 ? null : people.treatment / total;
  return (
    <div className={styles.arms}>
      <div className={styles.arm}>
        <span className={styles.armLabel}>
          <span className={styles.keyOn} aria-hidden /> With the flag
        </span>
        <span className={styles.armCount}>{formatNumber(people.treatment)}</span>
      </div>
      <div className={styles.arm}>
        <span className={styles.armLabel}>
          <span className={styles.keyOff} aria-hidden /> Without
        </span>
        <span className={styles.armCount}>{formatNumber(people.control)}</span>
      </div>
      <div className={styles.split} aria-hidden>
        <span className={styles.splitOn} style={{ flexGrow: people.treatment }} />
        <span className={styles.splitOff} style={{ flexGrow: people.control }} />
      </div>
      <p className={styles.detail} style={{ gridColumn: '1 / -1' }}>
        {share === null
          ? 'People count once they have asked for the flag and were seen in this stage.'
          : `${formatShare(share)} of the people seen have it`}
        {share !== null && plannedPercent !== null
          ? `; ${formatPercent(plannedPercent)} were planned.`
          : share === null
            ? ''
            : '.'}
      </p>
    </div>
  );
}
