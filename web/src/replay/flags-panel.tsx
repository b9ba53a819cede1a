// What flags were for the recorded person at the moment that is shown, and when they changed.
import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Scope } from '../api/session.ts';
import { EmptyState } from '../ui/states.tsx';
import { type FlagChange, flagsAt } from './flag-values.ts';
import { formatClock } from './recording/clock.ts';
import styles from './replay.module.css';
import { StageLink } from './stage-link.tsx';
import { usePlayer, usePlayState } from './use-player.ts';

/** How exactly stages of rollouts are followed, in milliseconds: they last minutes at least. */
const STAGE_STEP_MS = 10_000;

type FlagsPanelProps = { readonly scope: Scope; readonly changes: readonly FlagChange[] };

export function FlagsPanel({ scope, changes }: FlagsPanelProps) {
  const link = usePlayer();
  // Drawn again only when another change is the last one.
  const last = usePlayState(({ atMs }) => changes.findLastIndex((change) => change.atMs <= atMs));
  const stepMs = usePlayState(({ atMs }) => Math.floor(atMs / STAGE_STEP_MS) * STAGE_STEP_MS);
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
            {version !== undefined && (
              <Link
                to="/feature-flags/$flagId"
                params={{ flagId: key }}
                search={{ tab: 'history', version: String(version) }}
                className={styles.dim}
              >
                version {version}
              </Link>
            )}
            <StageLink scope={scope} flagKey={key} atMs={stepMs} />
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
                <span className={styles.rowDetail} title={`Told by ${change.event}`}>
                  {change.before} → {change.value}
                </span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
