// Filters of recordings of people with a variant: all of them, and those who did what a metric counts or did not.
import type { Metric, ShownExperiment } from '../api/experiments.ts';
import { type Condition, filterText } from '../replay/filter.ts';

type Subject = Pick<ShownExperiment, 'feature_flag_key' | 'start_date' | 'end_date'>;

/** Sessions of the experiment's time that meet all of these. */
function during(
  { start_date: from, end_date: to }: Subject,
  conditions: Condition[],
): string | undefined {
  return filterText({
    ...(from ? { date_from: from } : {}),
    ...(to ? { date_to: to } : {}),
    conditions,
  });
}

const given = ({ feature_flag_key: flag }: Subject, variant: string): Condition => ({
  kind: 'flag_value',
  flag,
  values: [variant],
});

export const recordingsWith = (experiment: Subject, variant: string): string | undefined =>
  during(experiment, [given(experiment, variant)]);

/** Sessions in which the flag gave several variants. */
export const recordingsOfSeveral = (experiment: Subject): string | undefined =>
  during(experiment, [{ kind: 'flag_changed', flag: experiment.feature_flag_key }]);

/** What has to happen for the metric: the last of several steps. */
function lastOf(metric: Metric) {
  switch (metric.metric_type) {
    case 'funnel':
      return metric.series.at(-1);
    case 'ratio':
      return metric.numerator;
    case 'retention':
      return metric.completion_event;
    case 'mean':
    case 'quantile':
      return metric.source;
  }
}

/** Sessions with the variant in which it happened, or did not. */
export function recordingsBy(
  experiment: Subject,
  metric: Metric,
  variant: string,
  didIt: boolean,
): string | undefined {
  const { event, properties } = lastOf(metric) ?? {};
  const happened = {
    kind: 'event',
    ...(event ? { event } : {}),
    ...(properties ? { properties } : {}),
    // Servers send what is paid, too, and know no sessions.
    without_session: true,
    ...(didIt ? {} : { negated: true }),
  } as Condition;
  return during(experiment, [given(experiment, variant), happened]);
}
