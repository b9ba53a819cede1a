// Results as they are told: every number follows from the sums that were looked at or kept.
import type { Filters as FlagFilters } from '#flags/flag';
import { isoDay, timeZone } from '#insights/zone';
import type { MetricResult, Reading } from './analysis.ts';
import { type Answers, type MetricAnswer, answersOf } from './answers.ts';
import type { Change } from './changes.ts';
import type { Check } from './check.ts';
import { type ExperimentFields, splitsOf } from './experiment.ts';
import { exposureChecks } from './exposure-checks.ts';
import {
  type Kept,
  type LevelRow,
  type Silence,
  cumulativeOf,
  daysBetween,
  exposuresIn,
  peopleOf,
  silenceOf,
  splitOf,
} from './exposed.ts';
import type { Metric } from './metric.ts';
import { metricChecks } from './metric-checks.ts';
import { ordered } from './metric-order.ts';
import { type Recommendation, recommend } from './recommendation.ts';
import { type Level, type LevelOff, type SampleRatio, levelsOff } from './sample-ratio.ts';
import { MULTIPLE } from './unit-values.ts';
import type { Units } from '#kernel/units';

const DAY_MS = 86_400_000;

type Measured = { readonly metric: Metric; readonly isGoal: boolean };
type Subject = Pick<
  ExperimentFields,
  'parameters' | 'statsConfig' | 'exposureCriteria' | 'primaryOrder' | 'secondaryOrder'
> & {
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  readonly flagKey: string;
  readonly isFlagActive: boolean;
  readonly flagActiveSince: Date;
  readonly flagFilters: FlagFilters;
};

/** How somebody looks at it instead of as planned. */
export type View = Pick<Reading, 'baseline' | 'level'>;

export type ResultsInput = {
  readonly experiment: Subject;
  readonly measured: readonly Measured[];
  /** Exposures and every metric at one moment. */
  readonly latest: readonly Kept[];
  readonly freshness: 'current' | 'refreshing' | 'stale';
  /** The last that will be: it stays. */
  readonly isFinal: boolean;
  readonly settledAtMs: number | undefined;
  /** The goals that are judged instead of these; null: nothing is decided yet. Undefined: by these. */
  readonly decisive: readonly MetricResult[] | null | undefined;
  /** The ends of days. */
  readonly daily: readonly Kept[];
  /** What numbers depend on by now, by metric. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly timeZone: string;
  readonly units: Units;
  readonly changes: readonly Change[];
  /** Undefined: as planned. */
  readonly view?: View | undefined;
};

export type Results = Answers & {
  readonly units: Units;
  readonly asOf: Date;
  /** `refreshing`: older, and being counted anew; `stale`: older, and could not be. */
  readonly freshness: ResultsInput['freshness'];
  readonly isFinal: boolean;
  /** Of a stopped experiment: until when windows still fill. */
  readonly settledAt: Date | null;
  readonly days: readonly string[];
  /** People by variant (then `$multiple`, `$holdout`), at the end of each day. */
  readonly cumulative: Readonly<Record<string, readonly number[]>>;
  readonly total: Readonly<Record<string, number>>;
  readonly sampleRatio: SampleRatio | null;
  /** Where people do not come in the planned shares. */
  readonly levelsOff: readonly LevelOff[];
  readonly silence: Silence | null;
  readonly changes: readonly (Change & { readonly day: string })[];
  readonly checks: readonly Check[];
  /** By the plan, whatever the view. */
  readonly recommendation: Recommendation;
};

export function resultsOf(input: ResultsInput): Results {
  const { experiment, latest, timeZone: zone } = input;
  const { parameters, startDate, endDate } = experiment;
  const asOf = latest[0]?.asOf ?? new Date(0);
  const startMs = startDate?.getTime() ?? 0;
  const endMs = Math.min(endDate?.getTime() ?? Number.POSITIVE_INFINITY, asOf.getTime());
  const keys = parameters.feature_flag_variants.map(({ key }) => key);
  const { rows, levels } = exposuresIn(latest);
  const days = daysBetween(startMs, endMs, zone);
  const cumulative = cumulativeOf(rows, keys, days);
  const total = Object.fromEntries(
    Object.entries(cumulative).map(([key, counts]) => [key, counts.at(-1) ?? 0]),
  );
  const sinceMs = experiment.flagActiveSince.getTime();
  const splits = splitsOf(parameters);
  const answers = plannedAndShown(input, keys);
  const seen = {
    days: (endMs - startMs) / DAY_MS,
    people: Object.fromEntries(keys.map((key) => [key, total[key] ?? 0])),
    lately: peopleOf(rows, splits.length - 1),
    multiple: total[MULTIPLE] ?? 0,
    sampleRatio: splitOf(rows, splits),
    silence: silenceOf(rows, { startMs, sinceMs, asOfMs: endMs }, zone),
  };
  return {
    ...answers.shown,
    units: input.units,
    asOf,
    freshness: input.freshness,
    isFinal: input.isFinal,
    settledAt: input.settledAtMs === undefined ? null : new Date(input.settledAtMs),
    days,
    cumulative,
    total,
    sampleRatio: seen.sampleRatio,
    levelsOff: levelsOff(levelsIn(levels, answers.planned, parameters)),
    silence: seen.silence,
    changes: input.changes.map((one) => ({ ...one, day: isoDay(timeZone(zone).dayOf(one.atMs)) })),
    checks: checksOf(input, answers.planned, seen),
    recommendation: recommendationOf(input, answers.planned, seen),
  };
}

type Seen = {
  readonly days: number;
  readonly people: Readonly<Record<string, number>>;
  readonly lately: Readonly<Record<string, number>>;
  readonly multiple: number;
  readonly sampleRatio: SampleRatio | null;
  readonly silence: Silence | null;
};

function plannedAndShown(input: ResultsInput, variants: readonly string[]) {
  const { experiment, view } = input;
  const measured = ordered(input.measured, experiment);
  const counted = { ...input, measured, variants };
  const planned = answersOf(counted, experiment.statsConfig);
  const shown = view ? answersOf(counted, { ...experiment.statsConfig, ...view }) : planned;
  return { planned, shown };
}

function recommendationOf(
  { experiment, decisive, units }: ResultsInput,
  { goals, secondary }: Answers,
  seen: Seen,
): Recommendation {
  const { parameters, statsConfig: config, endDate } = experiment;
  return recommend({
    ...seen,
    sampleSize: decisive === null ? undefined : parameters.recommended_sample_size,
    hasEnded: endDate !== null,
    goals: decisive ?? goals,
    isKept: Array.isArray(decisive),
    secondary,
    config,
    units,
  });
}

function checksOf(input: ResultsInput, answers: Answers, seen: Seen): Check[] {
  const { experiment, changes, units, latest } = input;
  const { lateness } = exposuresIn(latest);
  const hasEnded = experiment.endDate !== null;
  const people = Object.values(seen.people).reduce((sum, count) => sum + count, 0);
  const { parameters, statsConfig: config } = experiment;
  return [
    ...exposureChecks({ ...experiment, ...seen, hasEnded, changes, lateness, units }),
    ...metricChecks({ parameters, config, hasEnded, days: seen.days, people, ...answers, units }),
  ];
}

/** By what was asked for because the whole split is off, and by the properties that metrics are told apart by. */
function levelsIn(
  rows: readonly LevelRow[] = [],
  { goals, secondary }: Answers,
  parameters: ExperimentFields['parameters'],
): Level[] {
  const splits = splitsOf(parameters);
  const byValue = Map.groupBy(rows, ([property, value]) => JSON.stringify([property, value]));
  const asked = [...byValue.values()].map((own): Level => {
    const [property = '', value = ''] = own[0] ?? [];
    const told = own.map(
      ([, , variant, epoch, isSettling, people]) =>
        [variant, '', people, epoch, isSettling] as const,
    );
    return {
      property,
      value,
      splits: splits.map((shares, epoch) => ({
        shares,
        people: Object.fromEntries(
          told
            .filter(([, , , at, isSettling]) => at === epoch && isSettling !== 1)
            .map(([variant, , people]) => [variant, people]),
        ),
      })),
    };
  });
  const [shares] = splits;
  // Their sums do not tell who came while clients were still learning of other shares.
  if (splits.length > 1 || !shares) return asked;
  const known = new Set(byValue.keys());
  const more = [...goals, ...secondary].flatMap((one) => levelsOfMetric(one, shares));
  return [
    ...asked,
    ...more.filter(({ property, value }) => {
      const key = JSON.stringify([property, value]);
      const isNew = !known.has(key);
      known.add(key);
      return isNew;
    }),
  ];
}

function levelsOfMetric(
  { metric, breakdown }: MetricAnswer,
  shares: Readonly<Record<string, number>>,
): Level[] {
  const property = metric.breakdownFilter?.breakdowns.map((one) => one.property).join(' · ');
  // Who takes part in a retention is decided by what people do.
  if (property === undefined || metric.metric_type === 'retention') return [];
  return breakdown.map(({ values, result }) => ({
    property,
    value: values.join(' · '),
    splits: [
      {
        shares,
        people: Object.fromEntries(
          [result.baseline, ...result.variants].map(({ key, n }) => [key, n]),
        ),
      },
    ],
  }));
}
