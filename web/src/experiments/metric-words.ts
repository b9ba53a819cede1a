// What a metric counts, in words, and how its values read.
import { PEOPLE, type Units } from 'serin/experiments/units';
import { formatShare, joinWords } from '../ui/format.ts';
import type { Metric, MetricAnswer } from '../api/experiments.ts';
import { numberText } from './experiment-words.ts';

export const KINDS = {
  mean: 'Number per person',
  funnel: 'Conversion',
  ratio: 'Ratio',
  retention: 'Retention',
  quantile: 'Percentile',
} as const;

type Node = { readonly event?: string | null | undefined };
const eventOf = ({ event }: Node): string => event ?? 'any event';

/** A stored metric is what was sent, checked. */
export const metricOf = (answer: Pick<MetricAnswer, 'metric'>): Metric =>
  answer.metric as unknown as Metric;

/** Its name, or what it counts. */
export const metricName = (metric: Metric, units: Units = PEOPLE): string =>
  metric.name || metricWords(metric, units);

export function metricWords(metric: Metric, units: Units = PEOPLE): string {
  switch (metric.metric_type) {
    case 'mean':
      return meanWords(metric, units);
    case 'funnel':
      return `Conversion to ${joinWords(metric.series.map(eventOf), 'then')}`;
    case 'ratio':
      return `${eventOf(metric.numerator)} per ${eventOf(metric.denominator)}`;
    case 'retention':
      return `Return with ${eventOf(metric.completion_event)} after ${eventOf(metric.start_event)}`;
    case 'quantile':
      return `p${Math.round(metric.quantile * 1000) / 10} of ${metric.source.math_property ?? eventOf(metric.source)}`;
  }
}

function meanWords(
  { source, threshold }: Extract<Metric, { metric_type: 'mean' }>,
  { one }: Units,
): string {
  const { math, math_property: property } = source;
  const event = eventOf(source);
  const of = {
    total: `${event} per ${one}`,
    sum: `Sum of ${property} of ${event} per ${one}`,
    avg: `Average ${property} of ${event}`,
    min: `Least ${property} of ${event}`,
    max: `Largest ${property} of ${event}`,
    dau: `Days with ${event} per ${one}`,
    unique_session: `Sessions with ${event} per ${one}`,
  }[math ?? 'total'];
  return threshold === undefined ? of : `${of}, at least ${threshold}`;
}

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
