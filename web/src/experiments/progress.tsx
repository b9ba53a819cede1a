// How far the sample is, when it is complete, and how old the numbers are.
import { metricName } from 'serin/experiments/metric-words';
import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import {
  type Experiment,
  type Results,
  type ShownExperiment,
  useRefreshResults,
} from '../api/experiments.ts';
import type { Scope } from '../api/session.ts';
import { formatNumber, formatShare, plural } from '../ui/format.ts';
import { Section } from '../ui/page.tsx';
import { Countdown, Time } from '../ui/time.tsx';
import { toastError } from '../ui/toast.ts';
import { aboutDays, daysLeft, peopleOf } from './advice.ts';
import { parametersOf } from './experiment-words.ts';
import { metricOf } from './metric-words.ts';
import { precisionOf } from './precision.ts';
import styles from './results.module.css';

type ProgressProps = {
  readonly experiment: ShownExperiment;
  readonly results: Results;
  /** Counts anew, for those who may. */
  readonly action?: ReactNode;
};

export function Progress({ experiment, results, action }: ProgressProps) {
  const people = peopleOf(experiment, results);
  const { recommended_sample_size: size, minimum_detectable_effect: effect } =
    parametersOf(experiment);
  const left = daysLeft(experiment, results);
  // Without windows there is nothing to wait for.
  const isSettling =
    experiment.end_date !== null &&
    !results.is_final &&
    results.settled_at !== null &&
    Date.parse(results.settled_at) > Date.parse(experiment.end_date);
  return (
    <Section>
      <div className={styles.stack}>
        {size !== undefined && (
          <div className={styles.progress}>
            <span>
              {formatNumber(people)} of {plural(size, results.units.one, results.units.many)}
              {effect !== undefined && (
                <span className={styles.dim}>, enough to find a change of {effect} %</span>
              )}
            </span>
            <span className={styles.dim}>
              {people >= size ? 'Complete' : left === null ? '' : `complete in ${aboutDays(left)}`}
            </span>
            <div
              className={styles.track}
              role="progressbar"
              aria-label="Sample"
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.min(100, Math.round((people / size) * 100))}
            >
              <div
                className={styles.fill}
                style={{ width: `${Math.min(100, (people / size) * 100)}%` }}
              />
            </div>
          </div>
        )}
        {effect !== undefined && experiment.status !== 'stopped' && (
          <Precisions results={results} effect={effect} />
        )}
        <div className={styles.asOf}>
          <span>
            {results.is_final ? 'Final numbers of' : 'Counted'} <Time at={results.as_of} />
            {results.freshness === 'refreshing' && ', being counted anew…'}
          </span>
          {isSettling && results.settled_at && (
            <span>
              · still settling for <Countdown until={results.settled_at} />
            </span>
          )}
          {!results.is_final && action}
        </div>
      </div>
    </Section>
  );
}

type PrecisionsProps = {
  readonly results: Results;
  /** Percent. */
  readonly effect: number;
};

/** For each goal how near its interval is to what was planned; the slowest one is what to wait for. */
function Precisions({ results, effect }: PrecisionsProps) {
  const goals = results.metrics.flatMap((answer) => {
    const precision = precisionOf(answer, effect / 100);
    return precision ? [{ name: metricName(metricOf(answer), results.units), ...precision }] : [];
  });
  if (goals.length === 0) return null;
  return (
    <div className={styles.precision} role="group" aria-label="Precision of goals">
      {goals.map(({ name, share, reach, target }) => (
        <Fragment key={name}>
          <span>{name}</span>
          <span className={styles.track} aria-hidden>
            <span className={styles.precisionFill} style={{ width: `${share * 100}%` }} />
          </span>
          <span className={styles.dim}>
            known to ± {formatShare(reach)} of ± {formatShare(target)}
          </span>
        </Fragment>
      ))}
    </div>
  );
}

export function Refresh({ experiment, scope }: { experiment: Experiment; scope: Scope }) {
  const refresh = useRefreshResults(scope, experiment);
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconRefresh size={14} />}
      loading={refresh.isPending}
      onClick={() => refresh.mutate(undefined, { onError: toastError })}
    >
      Count now
    </Button>
  );
}
