// What every metric says, from sums that were looked at or kept: now, by property, and from day to day.
import { isoDay, timeZone } from '#insights/zone';
import { type MetricResult, type Reading, adjusted, analyse } from './analysis.ts';
import { CONTROL } from './experiment.ts';
import type { Kept } from './exposed.ts';
import type { Metric } from './metric.ts';
import type { ArmStatistics, MetricStatistics } from './statistics.ts';

type BreakdownResult = {
  readonly values: readonly string[];
  readonly result: MetricResult;
};

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

export type Counted = {
  /** In the order in which they are told. */
  readonly measured: readonly { readonly metric: Metric; readonly isGoal: boolean }[];
  readonly variants: readonly string[];
  /** Every metric at one moment. */
  readonly latest: readonly Kept[];
  /** The ends of days. */
  readonly daily: readonly Kept[];
  /** What numbers depend on by now, by metric. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly timeZone: string;
};

export type Answers = {
  readonly goals: readonly MetricAnswer[];
  readonly secondary: readonly MetricAnswer[];
};

/** Goals are held up to each other. */
export function answersOf(counted: Counted, reading: Reading): Answers {
  const { measured } = counted;
  const answers = measured.map(({ metric }) => answerOf(metric, counted, reading));
  const isGoal = (i: number) => measured[i]?.isGoal === true;
  const plain = answers.filter((_, i) => isGoal(i));
  const judged = adjusted(plain, reading);
  return {
    goals: plain.map((goal, i) => ({ ...goal, ...judged[i] })),
    secondary: answers.filter((_, i) => !isGoal(i)),
  };
}

function answerOf(metric: Metric, counted: Counted, reading: Reading): MetricAnswer {
  const { variants: keys, latest } = counted;
  const own = latest.find(({ metricUuid }) => metricUuid === metric.uuid);
  const found = own?.statistics as (MetricStatistics & { readonly error?: string }) | undefined;
  return {
    ...analyse(metric, keys, found?.variants ?? {}, reading),
    error: found ? (found.error ?? null) : 'It has not been counted.',
    bounds: found?.bounds ?? null,
    breakdown: (found?.breakdown ?? []).map(({ values, variants }) => ({
      values,
      result: analyse(metric, keys, variants, reading),
    })),
    series: seriesOf(metric, counted, reading),
  };
}

function seriesOf(metric: Metric, counted: Counted, reading: Reading): DayPoint[] {
  const { variants: keys, daily, hashes, timeZone: zone } = counted;
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
      day: dayOfEnd(asOf, zone),
      hasOtherSettings: settingsHash !== hashes.get(metric.uuid),
      result: analyse(metric, keys, variants, reading),
      added,
    };
  });
}

/** The day that ends at a moment, `2026-03-01`. */
export const dayOfEnd = (end: Date, zone: string): string =>
  isoDay(timeZone(zone).dayOf(end.getTime() - 1));

const difference = (after: ArmStatistics | undefined, before: ArmStatistics | undefined) => ({
  n: (after?.n ?? 0) - (before?.n ?? 0),
  sum: (after?.sum ?? 0) - (before?.sum ?? 0),
});
