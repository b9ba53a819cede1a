// How the conversion of a funnel changed over time, as lines.
import { longName } from '../charts/time-axis.ts';
import type { Picked } from './editor.ts';
import type { FunnelsQuery } from './query.ts';
import { type Line, valueColor } from './trend-lines.ts';
import { breakdownWords, type ValueWords } from './value-words.ts';

/** One value, in the form of PostHog's API; per cent. */
export type ConversionResult = {
  readonly data: readonly (number | null)[];
  readonly days: readonly string[];
  readonly reached_from_step_counts: readonly number[];
  readonly reached_to_step_counts: readonly number[];
  readonly is_still_converting: readonly boolean[];
  readonly breakdown_value?: readonly string[];
};

/** Who entered in an interval: those who came through, and the others. */
export function peopleOfEntry(query: FunnelsQuery, line: Line, step: number): Picked {
  const { breakdown, days, name } = line;
  const day = String(days[step] ?? '');
  const source = {
    kind: 'FunnelsActorsQuery',
    source: query,
    funnelTrendsEntrancePeriodStart: day,
    ...(breakdown === undefined ? {} : { funnelStepBreakdown: breakdown as string | string[] }),
  } as const;
  return {
    title: `${name}, entered ${longName(day, query.interval ?? 'day')}`,
    source,
    views: [
      { label: 'Converted', source },
      { label: 'Did not', source: { ...source, funnelTrendsDropOff: true } },
    ],
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

export function conversionLines(
  results: readonly ConversionResult[],
  words: ValueWords = breakdownWords,
): Line[] {
  return results.map((result, index) => {
    const { breakdown_value: value, data, days } = result;
    const key = JSON.stringify(value ?? null);
    const entered = sum(result.reached_from_step_counts);
    const converted = sum(result.reached_to_step_counts);
    return {
      key,
      group: key,
      name: value ? words(value) : 'Conversion',
      color: valueColor(value, index),
      isPrevious: false,
      behind: { series: 0 },
      breakdown: value,
      values: data,
      days,
      total: entered === 0 ? null : (100 * converted) / entered,
    };
  });
}
