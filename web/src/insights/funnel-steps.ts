// The answer to a funnel as steps: who came so far, and who did not.
import type { Answer } from '../api/insights.ts';
import { formatDuration, formatShare } from '../ui/format.ts';
import type { Picked } from './editor.ts';
import { formatValue } from './numbers.ts';
import { type FunnelsQuery, nodeName } from './query.ts';
import type { TableRow } from './table.ts';
import { type Line, valueColor } from './trend-lines.ts';
import { breakdownWords, type ValueWords } from './value-words.ts';

/** One step, in the form of PostHog's API. */
type StepResult = {
  readonly order: number;
  readonly count: number;
  readonly average_conversion_time: number | null;
  readonly median_conversion_time: number | null;
  readonly breakdown_value?: readonly string[];
};

type StepCount = {
  readonly people: number;
  /** Of those who began, from 0 to 1; null where nobody began. */
  readonly ofAll: number | null;
  /** Of those who did the step before; null of the first step, and where nobody did. */
  readonly ofBefore: number | null;
  /** Did the step before, and this one not. */
  readonly lost: number;
  /** Seconds from the step before. */
  readonly averageSeconds: number | null;
  readonly medianSeconds: number | null;
};

/** The way of everybody, or of those with one value. */
export type Way = Pick<Line, 'key' | 'group' | 'name' | 'color' | 'isPrevious'> & {
  readonly breakdown: readonly string[] | undefined;
  readonly steps: readonly StepCount[];
};

export function waysOf({ results }: Answer, words: ValueWords = breakdownWords): Way[] {
  const lists = results as readonly StepResult[] | readonly (readonly StepResult[])[];
  const ways = (Array.isArray(lists[0]) ? lists : [lists]) as readonly (readonly StepResult[])[];
  return ways
    .filter((steps) => steps.length > 0)
    .map((steps, index) => {
      const breakdown = steps[0]?.breakdown_value;
      const key = JSON.stringify(breakdown ?? null);
      return {
        key,
        group: key,
        name: breakdown ? words(breakdown) : 'Everybody',
        color: valueColor(breakdown, index),
        isPrevious: false,
        breakdown,
        steps: steps.map((step, at) =>
          countOf(step, steps[0], at === 0 ? undefined : steps[at - 1]),
        ),
      };
    });
}

function countOf(
  step: StepResult,
  first: StepResult | undefined,
  before: StepResult | undefined,
): StepCount {
  return {
    people: step.count,
    ofAll: shareOf(step.count, first?.count),
    ofBefore: before ? shareOf(step.count, before.count) : null,
    lost: before ? before.count - step.count : 0,
    averageSeconds: step.average_conversion_time,
    medianSeconds: step.median_conversion_time,
  };
}

const shareOf = (part: number, whole: number | undefined): number | null =>
  whole ? part / whole : null;

export const shareWords = (share: number | null): string =>
  share === null ? '–' : formatShare(share);
export const secondsWords = (seconds: number | null): string =>
  seconds === null ? '–' : formatDuration(seconds);

/** @param step from 1 on: who reached it; below 0: who reached the one before and no more */
export function peopleOfStep(query: FunnelsQuery, way: Way, step: number): Picked {
  const name = nodeName(query.series[Math.abs(step) - 1] ?? {});
  const what = step > 0 ? `reached ${name}` : `did not reach ${name}`;
  return {
    title: way.breakdown ? `${way.name}: ${what}` : capital(what),
    source: {
      kind: 'FunnelsActorsQuery',
      source: query,
      funnelStep: step,
      ...(way.breakdown ? { funnelStepBreakdown: way.breakdown } : {}),
    },
  };
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** One row per way and step. */
export function funnelTable(
  query: FunnelsQuery,
  ways: readonly Way[],
  onPick: ((way: Way, step: number) => void) | undefined,
) {
  const isBroken = ways.some(({ breakdown }) => breakdown);
  const names = [
    'Step',
    'People',
    'Of all',
    'Of the step before',
    'Lost',
    'Average time',
    'Median time',
  ];
  return {
    columns: [
      ...(isBroken ? [{ name: 'Value' }] : []),
      ...names.map((name, index) => ({ name, isNumber: index > 0 })),
    ],
    fixed: names.length + (isBroken ? 1 : 0),
    rows: ways.flatMap((way) =>
      way.steps.map((step, at): TableRow => {
        const pick = (people: number, place: number) =>
          onPick && people > 0 ? () => onPick(way, place) : undefined;
        return {
          key: `${way.key} ${at}`,
          cells: [
            ...(isBroken ? [{ value: way.name }] : []),
            { value: `${at + 1}. ${nodeName(query.series[at] ?? {})}` },
            {
              value: step.people,
              shown: formatValue(step.people),
              onPick: pick(step.people, at + 1),
            },
            { value: step.ofAll, shown: shareWords(step.ofAll) },
            { value: step.ofBefore, shown: shareWords(step.ofBefore) },
            { value: step.lost, shown: formatValue(step.lost), onPick: pick(step.lost, -(at + 1)) },
            { value: step.averageSeconds, shown: secondsWords(step.averageSeconds) },
            { value: step.medianSeconds, shown: secondsWords(step.medianSeconds) },
          ],
        };
      }),
    ),
  };
}
