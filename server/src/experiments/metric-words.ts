// What a metric counts, in words: the name of one that was given none, the same in the web app and in messages.
import type { MetricSource } from './metric.ts';
import { PEOPLE, type Units } from '#kernel/units';

type Event = { readonly event?: string | null | undefined };
type Source = Event & {
  readonly math?: MetricSource['math'] | null;
  readonly math_property?: string | null | undefined;
};
type Mean = {
  readonly metric_type: 'mean';
  readonly source: Source;
  readonly threshold?: number | null | undefined;
};

/** What words need of a metric, as it is kept and as it is sent. */
type Worded = { readonly name?: string | null | undefined } & (
  | Mean
  | { readonly metric_type: 'funnel'; readonly series: readonly Event[] }
  | { readonly metric_type: 'ratio'; readonly numerator: Event; readonly denominator: Event }
  | {
      readonly metric_type: 'retention';
      readonly start_event: Event;
      readonly completion_event: Event;
    }
  | { readonly metric_type: 'quantile'; readonly source: Source; readonly quantile: number }
);

const eventOf = ({ event }: Event): string => event ?? 'any event';

/** `a, b then c`. */
const inOrder = (words: readonly string[]): string =>
  words.length < 2
    ? (words[0] ?? '')
    : `${words.slice(0, -1).join(', ')} then ${words.at(-1) ?? ''}`;

/** Its name, or what it counts. */
export const metricName = (metric: Worded, units: Units = PEOPLE): string =>
  metric.name || metricWords(metric, units);

export function metricWords(metric: Worded, units: Units = PEOPLE): string {
  switch (metric.metric_type) {
    case 'mean':
      return meanWords(metric, units);
    case 'funnel':
      return `Conversion to ${inOrder(metric.series.map(eventOf))}`;
    case 'ratio':
      return `${eventOf(metric.numerator)} per ${eventOf(metric.denominator)}`;
    case 'retention':
      return `Return with ${eventOf(metric.completion_event)} after ${eventOf(metric.start_event)}`;
    case 'quantile':
      return `p${Math.round(metric.quantile * 1000) / 10} of ${metric.source.math_property ?? eventOf(metric.source)}`;
  }
}

function meanWords({ source, threshold }: Mean, { one }: Units): string {
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
  return threshold === undefined || threshold === null ? of : `${of}, at least ${threshold}`;
}
