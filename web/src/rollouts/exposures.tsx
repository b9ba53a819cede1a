// How many people are compared in the stage, with and without the flag.
import { capital, type Units } from 'serin/kernel/units';
import { formatNumber, formatPercent, formatShare } from '../ui/format.ts';
import styles from './rollout.module.css';
import type { Look } from './rollout-words.ts';

type ExposuresProps = {
  /** Null before the first look at the stage. */
  readonly people: Look['people'] | null;
  readonly units: Units;
  /** Planned share of people with the flag, 0 to 100; null where nobody is compared by share. */
  readonly plannedPercent: number | null;
};

export function Exposures({ people, units, plannedPercent }: ExposuresProps) {
  const { treatment = 0, control = 0 } = people ?? {};
  return (
    <div
      className={styles.arms}
      role="group"
      aria-label={`${capital(units.many)} compared in this stage`}
    >
      <div className={styles.arm}>
        <span className={styles.armLabel}>
          <span className={styles.keyOn} aria-hidden /> With the flag
        </span>
        <span className={styles.armCount}>{people ? formatNumber(treatment) : '–'}</span>
      </div>
      <div className={styles.arm}>
        <span className={styles.armLabel}>
          <span className={styles.keyOff} aria-hidden /> Without
        </span>
        <span className={styles.armCount}>{people ? formatNumber(control) : '–'}</span>
      </div>
      <div className={styles.split} aria-hidden>
        <span className={styles.splitOn} style={{ flexGrow: treatment }} />
        <span className={styles.splitOff} style={{ flexGrow: control }} />
      </div>
      <p className={styles.shareWords}>
        {shareWords({ treatment, control, planned: plannedPercent, units })}
      </p>
    </div>
  );
}

type Shared = {
  readonly treatment: number;
  readonly control: number;
  readonly planned: number | null;
  readonly units: Units;
};

function shareWords({ treatment, control, planned, units: { many } }: Shared): string {
  const total = treatment + control;
  if (total === 0)
    return `${capital(many)} count once they have asked for the flag and were seen in this stage.`;
  const seen = `${formatShare(treatment / total)} of the ${many} seen have it`;
  return planned === null ? `${seen}.` : `${seen}; ${formatPercent(planned)} were planned.`;
}
