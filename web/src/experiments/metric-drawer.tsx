// One metric from all sides: over time, by step, by property, and every number as it is.
import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Units, capital } from 'serin/experiments/units';
import { SideDialog } from '../ui/dialog.tsx';
import type { MetricAnswer, Results, ShownExperiment, VariantAnswer } from '../api/experiments.ts';
import { CopyField } from '../ui/copy.tsx';
import { colorOf } from '../charts/palette.ts';
import { NumbersTable } from '../insights/answer-table.tsx';
import { CsvButton } from '../insights/csv-button.tsx';
import type { TableRow } from '../insights/table.ts';
import { formatShare } from '../ui/format.ts';
import {
  chanceText,
  intervalOf,
  intervalText,
  liftText,
  numberText,
  parametersOf,
  pText,
} from './experiment-words.ts';
import { LiftSeries } from './lift-series.tsx';
import { metricName, metricOf, metricWords, valueText } from './metric-words.ts';
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

const armsOf = ({
  baseline,
  variant_results: variants,
}: Pick<MetricAnswer, 'baseline' | 'variant_results'>) => [baseline, ...variants];

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
  const metric = metricOf(answer);
  const { breakdown_results: parts } = answer;
  if (parts.length === 0) return null;
  const comparisons = parts.reduce((sum, part) => sum + part.variant_results.length, 0);
  // Bonferroni: among many parts some differ by chance.
  const corrected = (p: number | null) => (p === null ? null : Math.min(1, p * comparisons));
  const rows = parts.flatMap((part): TableRow[] =>
    part.variant_results.map((variant) => ({
      key: `${part.breakdown_value.join(' ')} ${variant.key}`,
      cells: [
        { value: part.breakdown_value.join(' · ') },
        { value: variant.key },
        { value: variant.number_of_samples, shown: numberText(variant.number_of_samples) },
        { value: part.baseline.value, shown: valueText(metric, part.baseline.value) },
        { value: variant.value, shown: valueText(metric, variant.value) },
        { value: variant.lift, shown: liftText(variant.lift) },
        { value: intervalText(intervalOf(variant)) },
        { value: corrected(variant.p_value), shown: pText(corrected(variant.p_value)) },
      ],
    })),
  );
  const columns = [
    'Part',
    'Variant',
    capital(units.many),
    'Control',
    'Value',
    'Change',
    'Interval',
    'p, corrected',
  ];
  return (
    <section>
      <h3>By property</h3>
      <p className={styles.dim}>
        To look around in, not to decide by: among {comparisons} comparisons some differ by chance
        alone.
      </p>
      <NumbersTable
        title={`${metricName(metric, units)} by property`}
        columns={columns.map((name, index) => ({ name, isNumber: index > 1 && index !== 6 }))}
        fixed={1}
        rows={rows}
      />
    </section>
  );
}

type Fact = readonly [string, (arm: MetricAnswer['baseline'] | VariantAnswer) => string];

const isVariant = (arm: MetricAnswer['baseline'] | VariantAnswer): arm is VariantAnswer =>
  'lift' in arm;
const ofVariant =
  (tell: (variant: VariantAnswer) => string): Fact[1] =>
  (arm) =>
    isVariant(arm) ? tell(arm) : '–';

function factsOf(answer: MetricAnswer, units: Units): readonly Fact[] {
  const metric = metricOf(answer);
  return [
    [capital(units.many), (arm) => numberText(arm.number_of_samples)],
    ['Sum', (arm) => numberText(arm.sum)],
    ['Sum of squares', (arm) => numberText(arm.sum_squares)],
    ...(metric.metric_type === 'ratio'
      ? ([['Sum below', (arm) => numberText(arm.denominator_sum ?? null)]] satisfies Fact[])
      : []),
    ['Value', (arm) => valueText(metric, arm.value)],
    ['Change', ofVariant(({ lift }) => liftText(lift))],
    ['Interval', ofVariant((one) => intervalText(intervalOf(one)))],
    ['Difference', ofVariant(({ difference }) => numberText(difference))],
    ['Standard error', ofVariant(({ standard_error: error }) => numberText(error))],
    ['Degrees of freedom', ofVariant(({ df }) => (df === null ? '–' : numberText(df)))],
    ['p', ofVariant(({ p_value: p }) => pText(p))],
    ['p, corrected', ofVariant(({ p_value_adjusted: p }) => pText(p))],
    ['Chance to win', ofVariant(({ chance_to_win: chance }) => chanceText(chance))],
    [
      'Noise taken away by the days before',
      ofVariant(({ variance_reduction: share }) => (share === null ? '–' : formatShare(share))),
    ],
    ['Expected loss', ofVariant(({ expected_loss: loss }) => numberText(loss))],
  ];
}

function Exact({ answer, units }: AnswerProps) {
  const arms = armsOf(answer);
  const rows = factsOf(answer, units).map(([name, tell]): TableRow => ({
    key: name,
    cells: [{ value: name }, ...arms.map((arm) => ({ value: tell(arm) }))],
  }));
  const table = {
    columns: [{ name: 'Number' }, ...arms.map(({ key }) => ({ name: key, isNumber: true }))],
    fixed: 1,
    rows,
  };
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
