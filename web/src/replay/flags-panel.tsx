// What flags were for the recorded person at the moment that is shown, and when they changed.
import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/states.tsx';
import { type FlagChange, flagsAt } from './flag-values.ts';
import { formatClock } from './recording/clock.ts';
import styles from './replay.module.css';
import { usePlayer, usePlayState } from './use-player.ts';

export function FlagsPanel({ changes }: { changes: readonly FlagChange[] }) {
  const link = usePlayer();
  // Drawn again only when another change is the last one.
  const last = usePlayState(({ atMs }) => changes.findLastIndex((change) => change.atMs <= atMs));
  if (changes.length === 0) {
    return (
      <EmptyState title="No flags in this session">
        Events of the SDK carry the flags of their moment; none of these did.
      </EmptyState>
    );
  }
  const values = flagsAt(changes, changes[last]?.atMs ?? link.startMs);
  const switched = changes.filter(({ before }) => before !== undefined);
  return (
    <div className={styles.flags}>
      <h3 className={styles.partTitle}>At this moment</h3>
      <ul className={styles.plain} aria-label="Flags at this moment">
        {values.map(({ key, value, version }) => (
          <li key={key} className={styles.flag}>
            <Link to="/feature-flags/$flagId" params={{ flagId: key }} className={styles.flagKey}>
              {key}
            </Link>
            <span className={styles.flagValue} data-off={value === 'false'}>
              {value}
            </span>
            <span className={styles.dim}>{version === undefined ? '' : `version ${version}`}</span>
            <Link
              to="/feature-flags/$flagId"
              params={{ flagId: key }}
              search={{ tab: 'rollout' }}
              className={styles.flagLink}
              aria-label={`Rollout of ${key}`}
            >
              Rollout
            </Link>
          </li>
        ))}
      </ul>
      <h3 className={styles.partTitle}>Changes</h3>
      {switched.length === 0 ? (
        <p className={styles.dim}>None of them changed during the session.</p>
      ) : (
        <ul className={styles.plain} aria-label="Changes of flags">
          {switched.map((change) => (
            <li key={`${change.key} ${change.atMs}`}>
              <UnstyledButton
                className={styles.row}
                onClick={() => link.send({ kind: 'seek', atMs: change.atMs })}
              >
                <span className={styles.rowTime}>{formatClock(change.atMs - link.startMs)}</span>
                <span className={styles.rowTitle}>{change.key}</span>
                <span className={styles.rowDetail}>
                  {change.before} → {change.value}, told by {change.event}
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
