// What is happening and what comes next, in one sentence, with what it still waits for.
import { IconClock, IconHourglass } from '@tabler/icons-react';
import { formatDuration, formatPercent, plural } from '../ui/format.ts';
import { Countdown, Time } from '../ui/time.tsx';
import type { LiveState } from '../api/live.ts';
import styles from './rollout.module.css';
import type { Rollout } from '../api/rollouts.ts';

const LIVE_WORDS: Record<LiveState, string> = {
  connecting: 'Connecting…',
  open: 'Live',
  lost: 'Connection lost, trying again…',
};

const ENDED = new Set<Rollout['state']>(['rolled_back', 'completed', 'cancelled']);

/** `25 % of everyone have it.` */
function reachWords({ percent }: Rollout): string {
  if (percent === 0) return 'Nobody but named people has it.';
  return percent === 100 ? 'Everyone has it.' : `${formatPercent(percent)} of everyone have it.`;
}

/** What comes next: the server's sentence, or only its subject when the conditions are listed below. */
function nextWords({ next, stages, stage_index: index }: Rollout): string {
  if (next.waits.length === 0) return next.sentence;
  const after = stages[index + 1];
  return after ? `${after.name} follows after` : 'The rollout is complete after';
}

export function RolloutNow({ rollout, live }: { rollout: Rollout; live: LiveState }) {
  const { next } = rollout;
  const isEnded = ENDED.has(rollout.state);
  const detail = isEnded ? rollout.outcome_reason : rollout.hold_detail;
  return (
    <div className={styles.now}>
      <p className={styles.sentence} aria-live="polite">
        {isEnded || rollout.state === 'draft' ? '' : `${reachWords(rollout)} `}
        {nextWords(rollout)}
      </p>
      {next.waits.length > 0 && (
        <ul className={styles.waits}>
          {next.waits.map(({ kind, text }) => (
            <li key={`${kind} ${text}`} className={styles.wait}>
              <IconHourglass size={15} stroke={1.6} aria-hidden /> {text}
            </li>
          ))}
        </ul>
      )}
      {detail && <p className={styles.detail}>{detail}</p>}
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
