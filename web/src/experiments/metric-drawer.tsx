// One metric from all sides: over time, by step, by property, and every number as it is.
import { metricName, metricWords } from 'serin/experiments/metric-words';
import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Units } from 'serin/kernel/units';
import { SideDialog } from '../ui/dialog.tsx';
import type { MetricAnswer, Results, ShownExperiment } from '../api/experiments.ts';
import { CopyField } from '../ui/copy.tsx';
import { colorOf } from '../charts/palette.ts';
import { NumbersTable } from '../insights/answer-table.tsx';
import { CsvButton } from '../insights/csv-button.tsx';
import { formatShare } from '../ui/format.ts';
import { numberText, parametersOf } from './experiment-words.ts';
import { LiftSeries } from './lift-series.tsx';
import { armsOf, breakdownTable, comparisonsIn, exactTable } from './metric-tables.ts';
import { metricOf } from './metric-words.ts';
import styles from './results.module.css';
import { variantColor } from './variant-color.ts';

type MetricDrawerProps = {
  readonly answer: MetricAnswer | undefined;
  readonly experiment: ShownExperiment;
  readonly results: Results;
  /** More about the metric, for those who may see it. */
  readonly more?: ReactNode;
  readonly onClose: () => void;
};

export function MetricDrawer({ answer, experiment, results, more, onClose }: MetricDrawerProps) {
  return (
    <SideDialog
      opened={answer !== undefined}
      onClose={onClose}
      position="right"
      size="min(860px, 100%)"
      title={answer ? metricName(metricOf(answer), results.units) : ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {answer && (
        <div className={styles.drawer}>
          <p className={styles.dim}>{metricWords(metricOf(answer), results.units)}</p>
          <LiftSeries answer={answer} experiment={experiment} results={results} />
          <Funnel answer={answer} experiment={experiment} units={results.units} />
          <Breakdown answer={answer} units={results.units} />
          <Exact answer={answer} units={results.units} />
          {more}
        </div>
      )}
    </SideDialog>
  );
}

type FunnelProps = {
  readonly answer: MetricAnswer;
  readonly experiment: ShownExperiment;
  readonly units: Units;
};

function Funnel({ answer, experiment, units }: FunnelProps) {
  const metric = metricOf(answer);
  if (metric.metric_type !== 'funnel' || metric.series.length < 2) return null;
  const keys = parametersOf(experiment).feature_flag_variants.map(({ key }) => key);
  return (
    <section>
      <h3>Steps</h3>
      <p className={styles.dim}>Only the last step is judged.</p>
      <div className={styles.steps}>
        {metric.series.map((step, index) => (
          <div key={index}>
            <strong>
              {index + 1}. {step.event ?? 'any event'}
            </strong>
            {armsOf(answer).map((arm) => {
              const count = arm.step_counts?.[index] ?? 0;
              const before =
                index === 0 ? arm.number_of_samples : (arm.step_counts?.[index - 1] ?? 0);
              const share = arm.number_of_samples === 0 ? 0 : count / arm.number_of_samples;
              return (
                <div key={arm.key} className={styles.step}>
                  <code>{arm.key}</code>
                  <span className={styles.stepBar} aria-hidden>
                    <span
                      className={`${styles.stepFill} ${colorOf(variantColor(keys.indexOf(arm.key)))}`}
                      style={{ width: `${share * 100}%` }}
                    />
                  </span>
                  <span>
                    {formatShare(share)}
                    <span className={styles.small}>
                      {numberText(count)} {units.many}
                      {index > 0 &&
                        before > 0 &&
                        `, ${formatShare(count / before)} of the step before`}
                    </span>
                  </span>
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </section>
  );
}

type AnswerProps = { readonly answer: MetricAnswer; readonly units: Units };

function Breakdown({ answer, units }: AnswerProps) {
  if (answer.breakdown_results.length === 0) return null;
  return (
    <section>
      <h3>By property</h3>
      <p className={styles.dim}>
        To look around in, not to decide by: among {comparisonsIn(answer)} comparisons some differ
        by chance alone.
      </p>
      <NumbersTable
        title={`${metricName(metricOf(answer), units)} by property`}
        {...breakdownTable(answer, units)}
      />
    </section>
  );
}

function Exact({ answer, units }: AnswerProps) {
  const table = exactTable(answer, units);
  const { winsorization: bounds } = answer;
  const { timeseries: _days, ...exact } = answer;
  return (
    <section>
      <h3>Exact numbers</h3>
      {answer.not_adjusted !== null && <p className={styles.dim}>{answer.not_adjusted}</p>}
      {bounds && (
        <p className={styles.dim}>
          Values below {numberText(bounds.lower)} and above {numberText(bounds.upper)} were drawn
          in.
        </p>
      )}
      <NumbersTable title={metricName(metricOf(answer), units)} {...table} />
      <Group mt={12} gap="sm">
        <CsvButton title={`${metricName(metricOf(answer), units)} in numbers`} table={table} />
        <CopyField text={JSON.stringify(exact)} what="numbers as JSON" />
      </Group>
    </section>
  );
}
