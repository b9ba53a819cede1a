// The stages as a track: behind with what they came to, here with what it still takes, ahead with when they may begin.
import { IconArrowBigRightLines, IconCheck, IconHandStop, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type Forecast, forecastQuery } from '../api/rollout-advice.ts';
import type { Units } from 'serin/kernel/units';
import type { Rollout } from '../api/rollouts.ts';
import type { Scope } from '../api/session.ts';
import { formatDuration, formatNumber, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Countdown, Time, useNow } from '../ui/time.tsx';
import styles from './rollout.module.css';
import { exitWords, isOver, isStarted, unitsOf } from './rollout-words.ts';
import { earliestStarts, expectedStarts } from './stage-times.ts';

type Stage = Rollout['stages'][number];
type StageProps = { readonly stage: Stage; readonly rollout: Rollout };

const UNDONE = new Set<Rollout['state']>(['rolling_back', 'rolled_back']);

/** How much of the current stage's watching time has passed, 0 to 1; all of it where the change was taken back. */
function filled({ stage, rollout }: StageProps): number {
  if (stage.status === 'done') return 1;
  if (stage.status === 'current' && UNDONE.has(rollout.state)) return 1;
  if (stage.status === 'ahead' || rollout.state === 'draft') return 0;
  if (rollout.min_bake_seconds <= 0) return 1;
  return Math.min(1, rollout.observed_bake_seconds / rollout.min_bake_seconds);
}

function look({ stage, rollout }: StageProps): string {
  if (stage.status !== 'current') return styles[stage.status] ?? '';
  if (UNDONE.has(rollout.state)) return styles['undone'] ?? '';
  const isWaiting = rollout.state === 'holding' || rollout.state === 'awaiting_approval';
  return (isWaiting ? styles['paused'] : styles['current']) ?? '';
}

type StagesProps = { readonly rollout: Rollout; readonly scope: Scope };

/** The track with what may be expected of it. */
export function Stages({ rollout, scope }: StagesProps) {
  const forecast = useQuery({
    ...forecastQuery(scope, rollout),
    enabled: rollout.finished_at === null,
  });
  const { data, dataUpdatedAt } = forecast;
  return (
    <Section title="Stages" lead={data && outlookWords(rollout, data)}>
      <StageTrack
        rollout={rollout}
        expected={data ? expectedStarts(rollout, data, dataUpdatedAt) : NOTHING}
      />
    </Section>
  );
}

const NOTHING: ReadonlyMap<number, number | null> = new Map();

/** Of the whole way that is left. */
function outlookWords(rollout: Rollout, { expected_seconds: seconds }: Forecast) {
  if (isOver(rollout)) return undefined;
  if (seconds === null) return 'At the traffic of the last days it does not end by itself.';
  const isAsking = rollout.stages.some(({ approval, status }) => approval && status !== 'done');
  const asking = isAsking ? ', not counting approvals' : '';
  const isStopped = rollout.state === 'holding' || rollout.state === 'awaiting_approval';
  const goesOn = isStopped ? 'after it goes on' : 'from now';
  const from = isStarted(rollout) ? goesOn : 'after its start';
  return `If nothing is wrong, it is complete about ${formatDuration(Math.round(seconds))} ${from}, at the traffic of the last days${asking}.`;
}

type TrackProps = {
  readonly rollout: Rollout;
  readonly expected: ReadonlyMap<number, number | null>;
};

function StageTrack({ rollout, expected }: TrackProps) {
  const starts = earliestStarts(rollout, useNow());
  return (
    <ol className={styles.track} aria-label="Stages" data-many={rollout.stages.length > 5}>
      {rollout.stages.map((stage) => (
        <li
          key={stage.index}
          className={`${styles.stage} ${look({ stage, rollout })}`}
          aria-current={stage.status === 'current' ? 'step' : undefined}
        >
          <div className={styles.stageBar}>
            <div
              className={styles.stageFill}
              style={{ width: `${filled({ stage, rollout }) * 100}%` }}
            />
          </div>
          <span className={styles.stageName}>
            {stage.status === 'done' && <IconCheck size={14} stroke={2.4} aria-label="Done" />}
            {stage.name}
            {stage.is_targeted && (
              <IconUsers size={14} stroke={1.7} aria-label="Named people" className={styles.dim} />
            )}
          </span>
          <StageFacts
            stage={stage}
            rollout={rollout}
            earliestMs={starts.get(stage.index)}
            expectedMs={expected.get(stage.index)}
          />
        </li>
      ))}
    </ol>
  );
}

type Starts = {
  readonly earliestMs: number | undefined;
  /** Null: not by itself. */
  readonly expectedMs: number | null | undefined;
};

function StageFacts(props: StageProps & Starts) {
  const { stage, rollout } = props;
  const isHere = stage.status === 'current' && rollout.state !== 'draft';
  return (
    <ul className={styles.stageFacts}>
      {stage.status === 'done' || (isHere && isOver(rollout)) ? (
        <Past stage={stage} units={unitsOf(rollout)} />
      ) : isHere ? (
        <Here stage={stage} rollout={rollout} />
      ) : (
        <Ahead {...props} />
      )}
      {rollout.way_back.point_of_no_return === stage.index && (
        <li className={styles.pointOfNoReturn}>
          <IconArrowBigRightLines size={13} stroke={1.7} aria-hidden /> no way back from here
        </li>
      )}
    </ul>
  );
}

/** How long it took, how many people it had, and how it ended. */
function Past({ stage, units }: { stage: Stage; units: Units }) {
  const { entered_at: from, exited_at: to, people, exit, runs } = stage;
  if (!from) return <li>Passed over</li>;
  const seconds = to ? (Date.parse(to) - Date.parse(from)) / 1000 : null;
  return (
    <>
      {exit && (
        <li>
          {exitWords(exit)}
          {to && (
            <>
              {' '}
              <Time at={to} />
            </>
          )}
        </li>
      )}
      {seconds !== null && <li>took {formatDuration(Math.round(seconds))}</li>}
      {people && <li>{plural(people.treatment, units.one, units.many)} with it</li>}
      {runs > 1 && <li>{plural(runs, 'run')}</li>}
    </>
  );
}

/** What it still takes. */
function Here({ stage, rollout }: StageProps) {
  const { evaluation, next, state } = rollout;
  const seen = evaluation?.people.treatment ?? 0;
  const { one, many } = unitsOf(rollout);
  const observed = formatDuration(Math.floor(rollout.observed_bake_seconds));
  const isCounting = state === 'baking' || state === 'soaking';
  const bake = next.waits.some(({ kind }) => kind === 'bake') ? next.at : null;
  return (
    <>
      {stage.min_bake_seconds > 0 && (
        <li>
          {observed} of {formatDuration(stage.min_bake_seconds)} watched
        </li>
      )}
      {isCounting && bake && (
        <li>
          can decide in <Countdown until={bake} />
        </li>
      )}
      {stage.min_exposures > 0 && (
        <li>
          {formatNumber(seen)} of {plural(stage.min_exposures, one, many)}
        </li>
      )}
      {stage.runs > 1 && <li>run {stage.runs}</li>}
      {stage.approval && <Approval />}
    </>
  );
}

function Ahead({ stage, rollout, earliestMs, expectedMs }: StageProps & Starts) {
  const { one, many } = unitsOf(rollout);
  const startsMs = expectedMs ?? earliestMs;
  return (
    <>
      {expectedMs === null && <li>not by itself</li>}
      {expectedMs !== null && startsMs !== undefined && (
        <li>
          {expectedMs === undefined ? 'earliest' : 'expected'}{' '}
          <Time at={new Date(startsMs).toISOString()} />
        </li>
      )}
      {stage.min_bake_seconds > 0 && <li>at least {formatDuration(stage.min_bake_seconds)}</li>}
      {stage.min_exposures > 1 && <li>{plural(stage.min_exposures, one, many)}</li>}
      {stage.approval && <Approval />}
    </>
  );
}

function Approval() {
  return (
    <li className={styles.approval}>
      <IconHandStop size={13} stroke={1.7} aria-hidden /> needs approval
    </li>
  );
}
