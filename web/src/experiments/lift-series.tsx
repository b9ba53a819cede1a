// How a metric developed from day to day: the change with its band, each variant's value, and what each day added.
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { MetricAnswer, Results, ShownExperiment } from '../api/experiments.ts';
import type { ChartBand, ChartLine } from '../charts/chart-line.ts';
import { colorOf } from '../charts/palette.ts';
import { longName, ticksOf } from '../charts/time-axis.ts';
import { TimeChart } from '../charts/time-chart.tsx';
import { formatTick } from '../insights/numbers.ts';
import { ChangeList, ChangeMarks, changedSteps } from './change-marks.tsx';
import { DayTable } from './day-table.tsx';
import { intervalOf, intervalText, liftText, parametersOf } from './experiment-words.ts';
import { metricOf, valueText } from './metric-words.ts';
import styles from './results.module.css';
import { variantColor } from './variant-color.ts';

type LiftSeriesProps = {
  readonly answer: MetricAnswer;
  readonly experiment: ShownExperiment;
  readonly results: Results;
};

type Point = Pick<MetricAnswer, 'baseline' | 'variant_results'> & {
  readonly day: string;
  readonly settings_changed: boolean;
  readonly added: Readonly<Record<string, { number_of_samples: number; sum: number }>>;
};

const VIEWS = [
  { value: 'lift', label: 'Change' },
  { value: 'value', label: 'Value so far' },
  { value: 'added', label: 'Added by day' },
] as const;
type View = (typeof VIEWS)[number]['value'];

/** Every day that was kept, and this moment. */
function pointsOf({ answer, results }: LiftSeriesProps): Point[] {
  const kept: Point[] = answer.timeseries;
  const today = results.exposures.timeseries[0]?.days.at(-1);
  if (today === undefined || kept.at(-1)?.day === today || answer.error) return kept;
  return [
    ...kept,
    {
      day: today,
      settings_changed: false,
      baseline: answer.baseline,
      variant_results: answer.variant_results,
      added: addedSince(answer, kept.at(-1)),
    },
  ];
}

function addedSince(answer: MetricAnswer, last: Point | undefined): Point['added'] {
  const before = last ? [last.baseline, ...last.variant_results] : [];
  return Object.fromEntries(
    [answer.baseline, ...answer.variant_results].map((arm) => {
      const then = before.find(({ key }) => key === arm.key);
      return [
        arm.key,
        {
          number_of_samples: arm.number_of_samples - (then?.number_of_samples ?? 0),
          sum: arm.sum - (then?.sum ?? 0),
        },
      ];
    }),
  );
}

export function LiftSeries(props: LiftSeriesProps) {
  const { answer, experiment } = props;
  const [view, setView] = useState<View>('lift');
  const metric = metricOf(answer);
  const points = pointsOf(props);
  const days = points.map(({ day }) => day);
  const keys = parametersOf(experiment).feature_flag_variants.map(({ key }) => key);
  const shown = view === 'lift' ? keys.filter((key) => key !== answer.baseline.key) : keys;
  const lines = shown.map((key): ChartLine => ({
    key,
    name: key,
    color: variantColor(keys.indexOf(key)),
    isPrevious: false,
    values: points.map((point) => numberAt(point, key, view)),
  }));
  const format = (value: number) =>
    view === 'lift' ? liftText(value) : valueText(view === 'value' ? metric : PLAIN, value);
  const { changes } = props.results;
  const changed = points.flatMap(({ settings_changed: isChanged }, step) =>
    isChanged ? [step] : [],
  );
  return (
    <section>
      <h3>Over time</h3>
      <div className={styles.stack}>
        <SegmentedControl
          aria-label="What is drawn"
          w="fit-content"
          size="xs"
          data={[...VIEWS]}
          value={view}
          onChange={(next) => setView(next as View)}
        />
        <TimeChart
          label={`${VIEWS.find(({ value }) => value === view)?.label} over ${days.length} days. The table below has the numbers.`}
          lines={lines}
          bands={view === 'lift' ? shown.map((key) => bandOf(points, key, keys)) : []}
          shape="line"
          steps={days.length}
          ticks={(width, nameWidth) => ticksOf(days, 'day', width, nameWidth)}
          longName={(step) => longName(days[step] ?? '', 'day')}
          format={format}
          formatTick={(value) =>
            view === 'lift' ? `${Math.round(value * 1000) / 10} %` : formatTick(value)
          }
          openFrom={days.length - (answer.timeseries.length < points.length ? 1 : 0)}
          marked={[...new Set([...changed, ...changedSteps(changes, days)])]}
          marks={(place) => <ChangeMarks changes={changes} days={days} place={place} />}
        />
        <Legend
          lines={lines}
          hasOtherSettings={changed.length > 0}
          firsts={view === 'lift' ? firstSure(points) : []}
          complete={completeOn(props)}
        />
        <ChangeList changes={changes} />
        <DayTable
          summary="In numbers"
          label="Numbers by day"
          days={days}
          keys={shown}
          textAt={(step, key) => textAt(points[step], key, view, format)}
        />
      </div>
    </section>
  );
}

type LegendProps = {
  readonly lines: readonly ChartLine[];
  readonly hasOtherSettings: boolean;
  readonly firsts: ReturnType<typeof firstSure>;
  /** When the planned people had come. */
  readonly complete: string | undefined;
};

function Legend({ lines, hasOtherSettings, firsts, complete }: LegendProps) {
  return (
    <div className={styles.chartLegend}>
      {lines.map(({ key, color }) => (
        <span key={key}>
          <span className={`${styles.swatch} ${colorOf(color)}`} aria-hidden />
          <code>{key}</code>
        </span>
      ))}
      {hasOtherSettings && (
        <span className={styles.dim}>Dotted without a mark: counted by other settings</span>
      )}
      {firsts.map(({ key, day }) => (
        <span key={key} className={styles.dim}>
          <code>{key}</code> first sure on {longName(day, 'day')}
        </span>
      ))}
      {complete !== undefined && (
        <span className={styles.dim}>Sample complete on {longName(complete, 'day')}</span>
      )}
    </div>
  );
}

/** The first day at whose end a variant differed for sure. */
function firstSure(points: readonly Point[]): { readonly key: string; readonly day: string }[] {
  const keys = points.at(-1)?.variant_results.map(({ key }) => key) ?? [];
  return keys.flatMap((key) => {
    const first = points.find(({ variant_results: variants }) =>
      variants.some((one) => one.key === key && one.significant),
    );
    return first ? [{ key, day: first.day }] : [];
  });
}

/** The first day at whose end the planned people had come. */
function completeOn({ experiment, results }: LiftSeriesProps): string | undefined {
  const { recommended_sample_size: size, feature_flag_variants: variants } =
    parametersOf(experiment);
  if (size === undefined) return undefined;
  const lines = results.exposures.timeseries.filter(({ variant }) =>
    variants.some(({ key }) => key === variant),
  );
  return lines[0]?.days.find(
    (_, step) =>
      lines.reduce((sum, { exposure_counts: counts }) => sum + (counts[step] ?? 0), 0) >= size,
  );
}

/** What is added up has no unit of its own. */
const PLAIN = { metric_type: 'ratio' } as ReturnType<typeof metricOf>;

const armAt = (point: Point, key: string) =>
  [point.baseline, ...point.variant_results].find((arm) => arm.key === key);

function numberAt(point: Point, key: string, view: View): number | null {
  if (view === 'added') return point.added[key]?.sum ?? null;
  if (view === 'value') return armAt(point, key)?.value ?? null;
  return point.variant_results.find((one) => one.key === key)?.lift ?? null;
}

/** The first days' bands are huge: what is far beyond all changes is cut. */
function bandOf(points: readonly Point[], key: string, keys: readonly string[]): ChartBand {
  const variants = points.map((point) => point.variant_results.find((one) => one.key === key));
  const most = 3 * Math.max(0.05, ...variants.map((one) => Math.abs(one?.lift ?? 0)));
  return {
    key,
    color: variantColor(keys.indexOf(key)),
    spans: variants.map((one) => {
      const interval = one && one.lift !== null ? intervalOf(one) : null;
      if (!interval) return null;
      const [low, high] = interval;
      return [Math.max(-most, low ?? -most), Math.min(most, high ?? most)] as const;
    }),
  };
}

/** A change with the interval that it may lie in. */
function textAt(point: Point | undefined, key: string, view: View, format: Format): string {
  const value = point ? numberAt(point, key, view) : null;
  if (!point || value === null) return '–';
  const one = point.variant_results.find((variant) => variant.key === key);
  if (view !== 'lift' || !one) return format(value);
  return `${format(value)} (${intervalText(intervalOf(one))})`;
}

type Format = (value: number) => string;
