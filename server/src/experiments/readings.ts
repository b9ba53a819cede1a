// One metric read in other ways than planned: what each choice of method makes of the same people.
import { type Comparison, type MetricResult, analyse } from './analysis.ts';
import { type StatsConfig, splitsOf, type Parameters } from './experiment.ts';
import { type Metric, adjustmentProblem } from './metric.ts';
import type { MetricStatistics } from './statistics.ts';

export const READING_IDS = [
  'planned',
  'adjusted',
  'not_adjusted',
  'winsorized',
  'not_winsorized',
  'sequential',
  'fixed',
  'unstratified',
] as const;
export type ReadingId = (typeof READING_IDS)[number];

export type ReadingResult = {
  readonly id: ReadingId;
  readonly variants: readonly { readonly key: string; readonly comparison: Comparison | null }[];
};

/** 14 days, as the set-up offers it. */
const USUAL_LOOKBACK = 14;
/** 0.99, as the set-up offers it for revenue. */
const USUAL_BOUND = 0.99;

/** The metric counted otherwise: its people must be asked for anew. */
export function otherCounts(metric: Metric): Partial<Record<ReadingId, Metric>> {
  const others: Partial<Record<ReadingId, Metric>> = {};
  const adjusted = { ...metric, cuped: { enabled: true, lookback_days: USUAL_LOOKBACK } };
  if (metric.cuped?.enabled !== true && adjustmentProblem(adjusted) === undefined) {
    others.adjusted = adjusted;
  }
  if (metric.metric_type !== 'mean' || metric.threshold !== undefined) return others;
  const { lower_bound_percentile: low, upper_bound_percentile: high, ...unbound } = metric;
  if (low !== undefined || high !== undefined) others.not_winsorized = unbound;
  else others.winsorized = { ...metric, upper_bound_percentile: USUAL_BOUND };
  return others;
}

export type Counts = {
  /** As it is counted. */
  readonly planned: MetricStatistics;
  /** As {@link otherCounts} asks. */
  readonly others: Partial<Record<ReadingId, MetricStatistics>>;
};

/** Without correction over several metrics: one metric is looked at. */
export function readingsOf(
  metric: Metric,
  parameters: Parameters,
  config: StatsConfig,
  { planned, others }: Counts,
): ReadingResult[] {
  const keys = parameters.feature_flag_variants.map(({ key }) => key);
  const read = (
    id: ReadingId,
    how: { metric?: Metric; counts?: MetricStatistics; config?: StatsConfig } = {},
  ) => {
    const { variants } = how.counts ?? planned;
    return told(id, analyse(how.metric ?? metric, keys, variants, how.config ?? config));
  };
  const wanted = otherCounts(metric);
  const counted = (Object.keys(wanted) as ReadingId[]).flatMap((id) => {
    const [own, counts] = [wanted[id], others[id]];
    return own && counts ? [read(id, { metric: own, counts })] : [];
  });
  const { cuped: _cuped, ...plain } = metric;
  return [
    read('planned'),
    ...(metric.cuped?.enabled ? [read('not_adjusted', { metric: plain as Metric })] : []),
    ...counted,
    config.sequential
      ? read('fixed', { config: { ...config, sequential: false } })
      : read('sequential', { config: { ...config, sequential: true } }),
    ...(splitsOf(parameters).length > 1
      ? [read('unstratified', { counts: withoutEpochs(planned) })]
      : []),
  ];
}

const told = (id: ReadingId, { variants }: MetricResult): ReadingResult => ({
  id,
  variants: variants.map(({ key, comparison }) => ({ key, comparison })),
});

function withoutEpochs({ variants, ...rest }: MetricStatistics): MetricStatistics {
  const whole = Object.entries(variants).map(([key, { epochs: _epochs, ...arm }]) => [key, arm]);
  return { ...rest, variants: Object.fromEntries(whole) as MetricStatistics['variants'] };
}
