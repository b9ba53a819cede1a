// The tables of one metric, by property and with every number as it is: for the page and, as plain numbers, for files. Pure.
import { type Units, capital } from 'serin/kernel/units';
import type { MetricAnswer, VariantAnswer } from '../api/experiments.ts';
import type { Table, TableRow } from '../insights/table.ts';
import { formatShare } from '../ui/format.ts';
import {
  chanceText,
  intervalOf,
  intervalText,
  liftText,
  numberText,
  pText,
} from './experiment-words.ts';
import { metricOf, valueText } from './metric-words.ts';

type Cell = TableRow['cells'][number];
type Arm = MetricAnswer['baseline'] | VariantAnswer;

export const armsOf = ({
  baseline,
  variant_results: variants,
}: Pick<MetricAnswer, 'baseline' | 'variant_results'>) => [baseline, ...variants];

/** Comparisons within the parts of a metric. */
export const comparisonsIn = ({ breakdown_results: parts }: MetricAnswer): number =>
  parts.reduce((sum, part) => sum + part.variant_results.length, 0);

export function breakdownTable(answer: MetricAnswer, units: Units): Table {
  const metric = metricOf(answer);
  const comparisons = comparisonsIn(answer);
  // Bonferroni: among many parts some differ by chance.
  const corrected = (p: number | null) => (p === null ? null : Math.min(1, p * comparisons));
  const rows = answer.breakdown_results.flatMap((part): TableRow[] =>
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
    answer.baseline.key,
    'Value',
    'Change',
    'Interval',
    'p, corrected',
  ];
  return {
    columns: columns.map((name, index) => ({ name, isNumber: index > 1 && index !== 6 })),
    fixed: 1,
    rows,
  };
}

export function exactTable(answer: MetricAnswer, units: Units): Table {
  const arms = armsOf(answer);
  return {
    columns: [{ name: 'Number' }, ...arms.map(({ key }) => ({ name: key, isNumber: true }))],
    fixed: 1,
    rows: factsOf(answer, units).map(([name, tell]): TableRow => ({
      key: name,
      cells: [{ value: name }, ...arms.map(tell)],
    })),
  };
}

type Fact = readonly [string, (arm: Arm) => Cell];
type Text = (value: number | null) => string;

const shareText: Text = (share) => (share === null ? '–' : formatShare(share));
const told = (value: number | null, text: Text): Cell => ({ value, shown: text(value) });
/** Of variants only: the baseline is not compared. */
const ofVariant =
  (value: (variant: VariantAnswer) => number | null, text: Text): Fact[1] =>
  (arm) =>
    told('lift' in arm ? value(arm) : null, text);

function factsOf(answer: MetricAnswer, units: Units): readonly Fact[] {
  const metric = metricOf(answer);
  const below: Fact = ['Sum below', (arm) => told(arm.denominator_sum ?? null, numberText)];
  return [
    [capital(units.many), (arm) => told(arm.number_of_samples, numberText)],
    ['Sum', (arm) => told(arm.sum, numberText)],
    ['Sum of squares', (arm) => told(arm.sum_squares, numberText)],
    ...(metric.metric_type === 'ratio' ? [below] : []),
    ['Value', (arm) => told(arm.value, (value) => valueText(metric, value))],
    ['Change', ofVariant(({ lift }) => lift, liftText)],
    ['Interval', (arm) => ({ value: 'lift' in arm ? intervalText(intervalOf(arm)) : '–' })],
    ['Difference', ofVariant(({ difference }) => difference, numberText)],
    ['Standard error', ofVariant((one) => one.standard_error, numberText)],
    ['Degrees of freedom', ofVariant(({ df }) => df, numberText)],
    ['p', ofVariant((one) => one.p_value, pText)],
    ['p, corrected', ofVariant((one) => one.p_value_adjusted, pText)],
    ['Chance to win', ofVariant((one) => one.chance_to_win, chanceText)],
    ['Noise taken away by the days before', ofVariant((one) => one.variance_reduction, shareText)],
    ['Expected loss', ofVariant((one) => one.expected_loss, numberText)],
  ];
}
