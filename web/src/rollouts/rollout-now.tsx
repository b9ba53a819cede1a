// What is happening and what comes next, in one sentence that counts down, with what it still waits for, who is
// compared, and who is in charge.
import { Button } from '@mantine/core';
import { IconHourglass, IconUser, IconWifiOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { LiveState } from '../api/live.ts';
import type { Rollout } from '../api/rollouts.ts';
import { formatDuration, formatPercent } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Exposures } from './exposures.tsx';
import styles from './rollout.module.css';
import { moreOf } from './guardrail-words.ts';
import { eventWords, isOver, isStarted, unitsOf } from './rollout-words.ts';
import { Ticking } from './ticking.tsx';

type RolloutNowProps = {
  readonly rollout: Rollout;
  readonly live: LiveState;
  /** When what is shown came, milliseconds since the epoch. */
  readonly shownAtMs: number;
  readonly onReload: () => void;
  readonly children?: ReactNode;
};

export function RolloutNow({ rollout, live, shownAtMs, onReload, children }: RolloutNowProps) {
  const { next, evaluation } = rollout;
  const detail = isOver(rollout) ? rollout.outcome_reason : rollout.hold_detail;
  const stage = evaluation && rollout.stages[evaluation.stage_index];
  return (
    <Section>
      {live === 'lost' && <Stale shownAtMs={shownAtMs} onReload={onReload} />}
      <div className={styles.now}>
        <div className={styles.nowWords}>
          <h2 className={styles.sentence}>
            <Sentence rollout={rollout} />
          </h2>
          {next.waits.length > 0 && <Waits rollout={rollout} />}
          {detail && <p className={styles.detail}>{detail}</p>}
          <Clock rollout={rollout} live={live} />
          {children}
        </div>
        {isStarted(rollout) && (evaluation || !isOver(rollout)) && (
          <Exposures
            people={evaluation?.people ?? null}
            units={unitsOf(rollout)}
            plannedPercent={stage?.compare === 'ratio' ? stage.percent : null}
          />
        )}
      </div>
    </Section>
  );
}

/** `25 % of everyone have it.` */
function reachWords({ percent }: Rollout): string {
  if (percent === 0) return 'Nobody but named people has it.';
  return percent === 100 ? 'Everyone has it.' : `${formatPercent(percent)} of everyone have it.`;
}

function Sentence({ rollout }: { rollout: Rollout }) {
  const reach = isStarted(rollout) && !isOver(rollout) ? `${reachWords(rollout)} ` : '';
  return (
    <>
      {reach}
      <Next rollout={rollout} />
    </>
  );
}

/** What comes next: the server's sentence, or only its subject when the conditions are listed below. */
function Next({ rollout }: { rollout: Rollout }): ReactNode {
  const { next, stages, stage_index: index } = rollout;
  if (next.waits.length === 0) return <Ticking {...next} />;
  const after = stages[index + 1];
  return after ? `${after.name} follows after:` : 'The rollout is complete after:';
}

function Waits({ rollout: { next } }: { rollout: Rollout }) {
  return (
    <ul className={styles.waits} aria-label="What it waits for">
      {next.waits.map(({ kind, text }) => (
        <li key={`${kind} ${text}`} className={styles.wait}>
          <IconHourglass size={15} stroke={1.6} aria-hidden />
          <span>
            <Ticking sentence={text} clock={kind === 'bake' ? next.clock : null} at={next.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

const LIVE_WORDS: Record<LiveState, string> = {
  connecting: 'Connecting…',
  open: 'Live',
  lost: 'Not live',
};

function Clock({ rollout, live }: Pick<RolloutNowProps, 'rollout' | 'live'>) {
  const { next, in_charge: person } = rollout;
  const forecast = next.forecast && next.forecast.people_left > 0 ? next.forecast : null;
  return (
    <ul className={styles.facts}>
      {rollout.finished_at ? (
        <li>
          Ended <Time at={rollout.finished_at} />
        </li>
      ) : (
        <li>
          <span className={styles.pulse} data-live={live} aria-hidden />
          <span>
            {LIVE_WORDS[live]}
            {rollout.last_evaluation_at && (
              <>
                , looked <Time at={rollout.last_evaluation_at} />
              </>
            )}
          </span>
        </li>
      )}
      {forecast && (
        <li>
          Safety provable after about {moreOf(forecast.people_left, unitsOf(rollout))},{' '}
          {formatDuration(forecast.seconds_left)} at this pace
        </li>
      )}
      {person && !isOver(rollout) && (
        <li>
          <IconUser size={14} stroke={1.6} aria-hidden />
          <span>
            In charge: {person.by} ({eventWords(person.type).words.toLowerCase()}{' '}
            <Time at={person.at} />)
          </span>
        </li>
      )}
    </ul>
  );
}

/** What is shown may have changed meanwhile. */
function Stale({ shownAtMs, onReload }: Pick<RolloutNowProps, 'shownAtMs' | 'onReload'>) {
  return (
    <div className={styles.stale} role="status">
      <IconWifiOff size={16} stroke={1.7} aria-hidden />
      <span>
        The connection is lost; this is what was known{' '}
        <Time at={new Date(shownAtMs).toISOString()} />. Trying again…
      </span>
      <Button size="compact-sm" variant="default" onClick={onReload}>
        Reload
      </Button>
    </div>
  );
}
