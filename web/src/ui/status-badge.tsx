// A state in one word. Colour never stands alone: the word says it, and the mark differs by shape.
import type { ReactNode } from 'react';
import styles from './status-badge.module.css';

export type Tone = 'neutral' | 'safe' | 'watch' | 'harm' | 'info';

type StatusBadgeProps = {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** A ring instead of a dot: off, ended. */
  readonly hollow?: boolean;
  /** Stands in the place of the dot. */
  readonly icon?: ReactNode;
  /** Something is going on right now. */
  readonly live?: boolean;
};

export function StatusBadge(props: StatusBadgeProps) {
  const { tone, children, icon, hollow = false, live = false } = props;
  const dot = [styles.dot, hollow ? styles.ring : '', live ? styles.pulse : ''].join(' ');
  return (
    <span className={`${styles.badge} ${styles[tone]}`}>
      {icon ?? <span className={dot} aria-hidden />}
      {children}
    </span>
  );
}
