// Results as they are told: every number follows from the sums that were looked at or kept.
import { isoDay, timeZone } from '#insights/zone';
import { type MetricResult, adjusted, analyse } from './analysis.ts';
import { CONTROL, type ExperimentFields, splitsOf } from './experiment.ts';
import type { Metric } from './metric.ts';
import {
  type Recommendation,
  type SampleRatio,
  recommend,
  sampleRatioOf,
} from './recommendation.ts';
import { HELD_OUT } from './exposure-sql.ts';
import { type ArmStatistics, EXPOSURES, type MetricStatistics } from './statistics.ts';
import { MULTIPLE } from './unit-values.ts';
import type { Units } from './units.ts';

const DAY_MS = 86_400_000;

type Kept = {
  readonly metricUuid: string;
  readonly asOf: Date;
  readonly settingsHash: string;
  readonly statistics: object;
};
type Measured = { readonly metric: Metric; readonly isGoal: boolean };
type Subject = Pick<ExperimentFields, 'parameters' | 'statsConfig'> & {
  readonly startDate: Date | null;
  readonly endDate: Date | null;
};

export type ResultsInput = {
  readonly experiment: Subject;
  readonly measured: readonly Measured[];
  /** Exposures and every metric at one moment. */
  readonly latest: readonly Kept[];
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
};

type BreakdownResult = { readonly values: readonly string[]; readonly result: MetricResult };

export type MetricAnswer = MetricResult & {
  /** Why it could not be counted. */
  readonly error: string | null;
  readonly bounds: { readonly lower: number; readonly upper: number } | null;
  readonly breakdown: readonly BreakdownResult[];
  readonly series: readonly DayPoint[];
};

/** A metric at the end of a day, and what the day added. */
type DayPoint = {
  readonly day: string;
  /** What was counted then is not what is counted now. */
  readonly hasOtherSettings: boolean;
  readonly result: MetricResult;
  readonly added: Readonly<Record<string, { readonly n: number; readonly sum: number }>>;
};

export type Results = {
  readonly units: Units;
  readonly asOf: Date;
  readonly isFinal: boolean;
  /** Of a stopped experiment: until when windows still fill. */
  readonly settledAt: Date | null;
  readonly days: readonly string[];
  /** People by variant (then `$multiple`, `$holdout`), at the end of each day. */
  readonly cumulative: Readonly<Record<string, readonly number[]>>;
  readonly total: Readonly<Record<string, number>>;
  readonly sampleRatio: SampleRatio | null;
  readonly goals: readonly MetricAnswer[];
  readonly secondary: readonly MetricAnswer[];
  readonly recommendation: Recommendation;
};

export function resultsOf(input: ResultsInput): Results {
  const { experiment, latest, measured, decisive, timeZone: zone } = input;
  const { parameters, statsConfig: config, startDate, endDate } = experiment;
  const asOf = latest[0]?.asOf ?? new Date(0);
  const startMs = startDate?.getTime() ?? 0;
  const endMs = Math.min(endDate?.getTime() ?? Number.POSITIVE_INFINITY, asOf.getTime());
  const variants = parameters.feature_flag_variants;
  const keys = variants.map(({ key }) => key);
  const rows = rowsOf(latest);
  const days = daysBetween(startMs, endMs, zone);
  const cumulative = cumulativeOf(rows, keys, days);
  const total = Object.fromEntries(
    Object.entries(cumulative).map(([key, counts]) => [key, counts.at(-1) ?? 0]),
  );
  const people = Object.fromEntries(keys.map((key) => [key, total[key] ?? 0]));
  const sampleRatio = sampleRatioOf(
    splitsOf(parameters).map((shares, epoch) => ({ shares, people: peopleIn(rows, epoch) })),
  );
  const answers = measured.map(({ metric }) => answerOf(metric, keys, input));
  const isGoal = (i: number) => measured[i]?.isGoal === true;
  const plainGoals = answers.filter((_, i) => isGoal(i));
  const judged = adjusted(plainGoals, config);
  const goals = plainGoals.map((goal, i) => ({ ...goal, ...judged[i] }));
  const secondary = answers.filter((_, i) => !isGoal(i));
  return {
    units: input.units,
    asOf,
    isFinal: input.isFinal,
    settledAt: input.settledAtMs === undefined ? null : new Date(input.settledAtMs),
    days,
    cumulative,
    total,
    sampleRatio,
    goals,
    secondary,
    recommendation: recommend({
      days: (endMs - startMs) / DAY_MS,
      people,
      multiple: total[MULTIPLE] ?? 0,
      sampleRatio,
      sampleSize: decisive === null ? undefined : parameters.recommended_sample_size,
      hasEnded: endDate !== null,
      goals: decisive ?? goals,
      isKept: Array.isArray(decisive),
      secondary,
      config,
      units: input.units,
    }),
  };
}

/** What was kept before shares could be changed names no epoch: it is the first. */
type ExposureRow = readonly [
  variant: string,
  day: string,
  people: number,
  epoch?: number,
  isSettling?: 0 | 1,
];

/** Who was told apart by the shares of an epoch; of those who came just after a change nobody knows. */
function peopleIn(rows: readonly ExposureRow[], wanted: number): Record<string, number> {
  const people: Record<string, number> = {};
  for (const [variant, , count, epoch = 0, isSettling = 0] of rows) {
    if (epoch !== wanted || isSettling === 1) continue;
    people[variant] = (people[variant] ?? 0) + count;
  }
  return people;
}

function rowsOf(kept: readonly Kept[]): readonly ExposureRow[] {
  const own = kept.find(({ metricUuid }) => metricUuid === EXPOSURES);
  return (own?.statistics as { readonly rows?: readonly ExposureRow[] } | undefined)?.rows ?? [];
}

function daysBetween(startMs: number, endMs: number, zone: string): string[] {
  const { dayOf } = timeZone(zone);
  const first = dayOf(startMs);
  const last = Math.max(first, dayOf(Math.max(startMs, endMs - 1)));
  return Array.from({ length: last - first + 1 }, (_, i) => isoDay(first + i));
}

function cumulativeOf(
  rows: readonly ExposureRow[],
  variants: readonly string[],
  days: readonly string[],
): Record<string, number[]> {
  const isHeld = rows.some(([variant]) => variant === HELD_OUT);
  const keys = [...variants, MULTIPLE, ...(isHeld ? [HELD_OUT] : [])];
  return Object.fromEntries(
    keys.map((key) => {
      const perDay = new Map<string, number>();
      for (const [variant, day, people] of rows) {
        if (variant === key) perDay.set(day, (perDay.get(day) ?? 0) + people);
      }
      let sum = 0;
      return [key, days.map((day) => (sum += perDay.get(day) ?? 0))];
    }),
  );
}

function answerOf(metric: Metric, keys: readonly string[], input: ResultsInput): MetricAnswer {
  const { statsConfig: config } = input.experiment;
  const own = input.latest.find(({ metricUuid }) => metricUuid === metric.uuid);
  const found = own?.statistics as (MetricStatistics & { readonly error?: string }) | undefined;
  return {
    ...analyse(metric, keys, found?.variants ?? {}, config),
    error: found ? (found.error ?? null) : 'It has not been counted.',
    bounds: found?.bounds ?? null,
    breakdown: (found?.breakdown ?? []).map(({ values, variants }) => ({
      values,
      result: analyse(metric, keys, variants, config),
    })),
    series: seriesOf(metric, keys, input),
  };
}

function seriesOf(metric: Metric, keys: readonly string[], input: ResultsInput): DayPoint[] {
  const { experiment, daily, hashes, timeZone: zone } = input;
  const own = daily.filter(({ metricUuid }) => metricUuid === metric.uuid);
  let before: MetricStatistics['variants'] = {};
  return own.map(({ asOf, settingsHash, statistics }) => {
    const { variants } = statistics as MetricStatistics;
    const added = Object.fromEntries(
      [CONTROL, ...keys.filter((key) => key !== CONTROL)].map((key) => [
        key,
        difference(variants[key], before[key]),
      ]),
    );
    before = variants;
    return {
      day: isoDay(timeZone(zone).dayOf(asOf.getTime() - 1)),
      hasOtherSettings: settingsHash !== hashes.get(metric.uuid),
      result: analyse(metric, keys, variants, experiment.statsConfig),
      added,
    };
  });
}

const difference = (after: ArmStatistics | undefined, before: ArmStatistics | undefined) => ({
  n: (after?.n ?? 0) - (before?.n ?? 0),
  sum: (after?.sum ?? 0) - (before?.sum ?? 0),
});
