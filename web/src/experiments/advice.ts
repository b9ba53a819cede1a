// What would change the advice, and how long it takes until something can be said. Pure: "now" is handed in.
import type { MetricAnswer, Results, ShownExperiment } from '../api/experiments.ts';
import { formatNumber, plural } from '../ui/format.ts';
import { daysOf, parametersOf } from './experiment-words.ts';

/** 3 days and 50 people in each variant: sooner nothing is said. */
const MIN_DAYS = 3;
const MIN_PEOPLE = 50;

type Subject = Pick<ShownExperiment, 'status' | 'start_date' | 'end_date' | 'parameters'>;

/** Everybody who counts, those of several variants left out. */
export function peopleOf(experiment: Subject, results: Results): number {
  const totals = results.exposures.total_exposures;
  return parametersOf(experiment).feature_flag_variants.reduce(
    (sum, { key }) => sum + (totals[key] ?? 0),
    0,
  );
}

/** New people a day so far; 0 before anybody came. */
export function perDay(experiment: Subject, results: Results): number {
  const days = daysOf(experiment, Date.parse(results.as_of)) ?? 0;
  return peopleOf(experiment, results) / Math.max(days, 1 / 24);
}

/** Days until the sample is complete at the pace of so far; null where that cannot be told. */
export function daysLeft(experiment: Subject, results: Results): number | null {
  const { recommended_sample_size: size } = parametersOf(experiment);
  const pace = perDay(experiment, results);
  if (size === undefined || pace === 0 || experiment.status !== 'running') return null;
  return Math.max(0, size - peopleOf(experiment, results)) / pace;
}

/** `about 3 days`, `less than a day`. */
export function aboutDays(days: number): string {
  return days < 1 ? 'less than a day' : `about ${plural(Math.ceil(days), 'day')}`;
}

/** What comes next, or what else would have to happen. */
export function nextWords(experiment: Subject, results: Results): string {
  const { status } = results.recommendation;
  const days = daysOf(experiment, Date.parse(results.as_of)) ?? 0;
  const left = daysLeft(experiment, results);
  const size = parametersOf(experiment).recommended_sample_size;
  const { many } = results.units;
  const complete =
    size === undefined
      ? `No number of ${many} was planned: stop it when you have seen enough.`
      : left === null
        ? `The sample is complete with ${formatNumber(size)} ${many}.`
        : `The sample of ${formatNumber(size)} is complete in ${aboutDays(left)} at the pace of so far.`;
  if (experiment.status === 'stopped') {
    return results.is_final
      ? 'These numbers stay as they are.'
      : `What ${many} do within their window still counts; then the numbers stay as they are.`;
  }
  switch (status) {
    case 'collecting':
      return `Something can be said from ${MIN_PEOPLE} ${many} in each variant and ${MIN_DAYS} full days on${days < MIN_DAYS ? `, in ${aboutDays(MIN_DAYS - days)} at the soonest` : ''}.`;
    case 'running':
      return `That changes when the interval of a goal no longer holds zero. ${complete}`;
    case 'unhealthy':
      return 'Find out why, mend it, and start again with a new flag: what was counted cannot be repaired.';
    case 'stop':
      return 'A guardrail goes before every goal. Everyone gets control when you roll back.';
    case 'ship':
      return 'Shipping gives everyone the variant, ends the experiment, and leaves a flag to clean up.';
    case 'rollback':
      return 'Rolling back gives everyone control, and ends the experiment.';
    case 'review':
    case 'inconclusive':
      return complete;
  }
}

/** How long until so many people are in a variant: `about 2 days`; undefined when that is not what is missing. */
export function waitWords(
  experiment: Subject,
  results: Results,
  arms: readonly Pick<MetricAnswer['baseline'], 'number_of_samples' | 'validation_failures'>[],
): string | undefined {
  const short = arms.filter((arm) => arm.validation_failures.includes('not-enough-exposures'));
  if (short.length === 0 || experiment.status !== 'running') return undefined;
  const days = daysOf(experiment, Date.parse(results.as_of)) ?? 0;
  const least = Math.min(...short.map(({ number_of_samples: n }) => n));
  if (least === 0 || days === 0) return undefined;
  return aboutDays(((MIN_PEOPLE - least) * days) / least);
}
