// What is happening and what comes next, in one sentence, with what it still waits for.
import { IconClock, IconHourglass } from '@tabler/icons-react';
import { formatDuration, formatPercent, plural } from '../ui/format.ts';
import { Countdown, Time } from '../ui/time.tsx';
import type { LiveState } from '../api/live.ts';
import styles from './rollout.module.css';
import { stateLabel } from './rollout-words.ts';
import type { Rollout } from '../api/rollouts.ts';

const LIVE_WORDS: Record<LiveState, string> = {
  connecting: 'Connecting…',
  open: 'Live',
  lost: 'Connection lost, trying again…',
};

const ENDED = new Set<Rollout['state']>(['rolled_back', 'completed', 'cancelled']);

/** `25 % of everyone have it.` */
function reachWords({ percent, state }: Rollout): string {
  if (state === 'draft') return 'Not started.';
  if (percent === 0) return 'Nobody but named people has it.';
  return percent === 100 ? 'Everyone has it.' : `${formatPercent(percent)} of everyone have it.`;
}

export function RolloutNow({ rollout, live }: { rollout: Rollout; live: LiveState }) {
  const { next } = rollout;
  const isEnded = ENDED.has(rollout.state);
  return (
    <div className={styles.now}>
      <p className={styles.sentence} aria-live="polite">
        {isEnded ? '' : `${reachWords(rollout)} `}
        {next.sentence}
      </p>
      {rollout.state === 'holding' && (
        <p className={styles.detail}>
          {stateLabel(rollout)}.{rollout.hold_detail ? ` ${rollout.hold_detail}` : ''}
        </p>
      )}
      {isEnded && rollout.outcome_reason && (
        <p className={styles.detail}>{rollout.outcome_reason}</p>
      )}
      {next.waits.length > 0 && (
        <ul className={styles.waits} aria-label="Waits for">
          {next.waits.map(({ kind, text }) => (
            <li key={`${kind} ${text}`} className={styles.wait}>
              <IconHourglass size={15} stroke={1.6} aria-hidden /> {text}
            </li>
          ))}
        </ul>
      )}
      <Clock rollout={rollout} isEnded={isEnded} live={live} />
    </div>
  );
}

type ClockProps = {
  readonly rollout: Rollout;
  readonly isEnded: boolean;
  readonly live: LiveState;
};

function Clock({ rollout, isEnded, live }: ClockProps) {
  const { next } = rollout;
  if (isEnded) {
    return rollout.finished_at ? (
      <span className={styles.live}>
        Ended <Time at={rollout.finished_at} />
      </span>
    ) : null;
  }
  return (
    <span className={styles.live}>
      <IconClock size={14} stroke={1.6} aria-hidden />
      <span>{LIVE_WORDS[live]}</span>
      {next.at && (
        <span>
          · next step in <Countdown until={next.at} />
        </span>
      )}
      {next.forecast && next.forecast.people_left > 0 && (
        <span>
          · safety provable after about{' '}
          {plural(next.forecast.people_left, 'more person', 'more people')},{' '}
          {formatDuration(next.forecast.seconds_left)} at this pace
        </span>
      )}
      {rollout.last_evaluation_at && (
        <span>
          · looked <Time at={rollout.last_evaluation_at} />
        </span>
      )}
    </span>
  );
}
