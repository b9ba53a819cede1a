// How the values of a metric read; what it counts is said in the words of the server.
import type { Units } from 'serin/kernel/units';
import { formatShare } from '../ui/format.ts';
import type { Metric, MetricAnswer } from '../api/experiments.ts';
import { numberText } from './experiment-words.ts';

export const KINDS = {
  mean: 'Number per person',
  funnel: 'Conversion',
  ratio: 'Ratio',
  retention: 'Retention',
  quantile: 'Percentile',
} as const;

/** A stored metric is what was sent, checked. */
export const metricOf = (answer: Pick<MetricAnswer, 'metric'>): Metric =>
  answer.metric as unknown as Metric;

/** Whether its values are shares of people. */
export const isShare = (metric: Metric): boolean =>
  metric.metric_type === 'funnel' ||
  metric.metric_type === 'retention' ||
  (metric.metric_type === 'mean' && metric.threshold !== undefined && metric.threshold !== null);

export function valueText(metric: Metric, value: number | null): string {
  if (value === null) return '–';
  return isShare(metric) ? formatShare(value) : numberText(value);
}

/** What a value is made of: `120 of 1,000 people`, `n = 1,000`. */
export function basisText(metric: Metric, n: number, sum: number, { many }: Units): string {
  const people = numberText(n);
  return isShare(metric) ? `${numberText(sum)} of ${people} ${many}` : `${people} ${many}`;
}

const FAILURES: Readonly<Record<string, (n: number, many: string) => string>> = {
  'not-enough-exposures': (n, many) => `${n} of 50 ${many}`,
  'not-enough-metric-data': () => 'too few did it yet',
  'baseline-mean-is-zero': () => 'nobody did it, so there is nothing to compare with',
};

/** Why nothing can be said yet; undefined when something can. */
export function missingWords(
  answer: MetricAnswer,
  variant: MetricAnswer['variant_results'][number],
  { many }: Units,
) {
  const { baseline } = answer;
  // Of several the first: too few people explain the rest.
  const of = (arm: typeof baseline) =>
    arm.validation_failures
      .slice(0, 1)
      .map(
        (failure) => `${arm.key}: ${FAILURES[failure]?.(arm.number_of_samples, many) ?? failure}`,
      );
  const failures = [...of(baseline), ...of(variant)];
  return variant.lift === null && variant.difference === null && failures.length > 0
    ? `${failures.join('; ')}.`
    : undefined;
}
