// The answer to a trend as lines: what each is called, how it is coloured, and which belong together.
import type { Answer } from '../api/insights.ts';
import { type Color, lineColor } from '../charts/palette.ts';
import { mathSuffix } from './maths.ts';
import { nodeName, type StickinessQuery, type TrendsQuery } from './query.ts';
import {
  type BreakdownValue,
  breakdownWords,
  isNone,
  isOther,
  type ValueWords,
} from './value-words.ts';

/** One result, in the form of PostHog's API. */
export type TrendResult = {
  /** The series; null of a formula. */
  readonly action: { readonly order: number } | null;
  /** Which formula. */
  readonly order?: number;
  readonly label: string;
  readonly count: number;
  readonly data: readonly (number | null)[];
  readonly days: readonly (string | number)[];
  readonly labels: readonly string[];
  readonly breakdown_value?: BreakdownValue;
  readonly aggregated_value?: number | null;
  readonly compare_label?: 'current' | 'previous';
};

export type Line = {
  readonly key: string;
  /** What is shown and hidden together: a line and the one of the period before. */
  readonly group: string;
  readonly name: string;
  readonly color: Color;
  readonly isPrevious: boolean;
  /** Whose people are behind it; null where nobody in particular is. */
  readonly behind: { readonly series: number } | { readonly formula: number } | null;
  readonly breakdown: BreakdownValue | undefined;
  /** One per interval; none for totals. */
  readonly values: readonly (number | null)[];
  /** Names of the intervals as the server knows them. */
  readonly days: readonly (string | number)[];
  /** Of the whole range, as the server counts it; the sum of the values where it counts by interval. */
  readonly total: number | null;
};

const resultsOf = (answer: Answer): readonly TrendResult[] =>
  answer.results as readonly TrendResult[];

export function linesOf(
  query: TrendsQuery | StickinessQuery,
  answer: Answer,
  wordsOf: ValueWords = breakdownWords,
): Line[] {
  const results = resultsOf(answer);
  const places = new Map([...new Set(results.map(groupOf))].map((group, n) => [group, n]));
  const seriesCount = new Set(results.map(({ action, label }) => action?.order ?? label)).size;
  return results.map((result) => {
    const group = groupOf(result);
    const isPrevious = result.compare_label === 'previous';
    return {
      key: `${group} ${isPrevious ? 'previous' : 'current'}`,
      group,
      name: nameOf(query, result, seriesCount, wordsOf),
      color: valueColor(result.breakdown_value, places.get(group) ?? 0),
      isPrevious,
      behind: behindOf(result),
      breakdown: result.breakdown_value,
      values: result.data,
      days: result.days,
      total: result.aggregated_value === undefined ? result.count : result.aggregated_value,
    };
  });
}

function behindOf({ action, order }: TrendResult): Line['behind'] {
  if (action) return { series: action.order };
  return order === undefined ? null : { formula: order };
}

/** A series and a value; of formulas, which have no place, their label says both. */
function groupOf({ action, label, breakdown_value: value }: TrendResult): string {
  return JSON.stringify([action?.order ?? label, value ?? null]);
}

function nameOf(
  { series }: TrendsQuery | StickinessQuery,
  { action, label, breakdown_value: value }: TrendResult,
  seriesCount: number,
  wordsOf: ValueWords,
): string {
  const node = action && series[action.order];
  if (!node) return value === undefined ? label : `${formulaOf(label, value)} · ${wordsOf(value)}`;
  const words = value === undefined ? '' : wordsOf(value);
  if (seriesCount === 1 && words !== '') return words;
  return [nodeName(node), mathSuffix(node), words].filter(Boolean).join(' · ');
}

/** The server’s label without the value that stands after it: as it is stored, or a cohort’s name. */
function formulaOf(label: string, value: BreakdownValue): string {
  const stored = ` - ${[value].flat().join(', ')}`;
  return label.slice(0, label.endsWith(stored) ? -stored.length : label.lastIndexOf(' - '));
}

/** The colour of the n-th line; the arms of a flag keep theirs, what has no name of its own is grey. */
export function valueColor(value: BreakdownValue | undefined, index: number): Color {
  if (value === undefined) return lineColor(index);
  if (isOther(value) || isNone(value)) return 'grey';
  const [only, ...others] = [value].flat();
  if (others.length === 0 && only === 'true') return 'on';
  if (others.length === 0 && only === 'false') return 'off';
  return lineColor(index);
}

/** So many lines are shown before anybody chooses. */
const SHOWN_AT_FIRST = 8;

/** Which groups are shown: the first ones, but for what was chosen. */
export function shownGroups(
  lines: readonly Pick<Line, 'group'>[],
  chosen: ReadonlyMap<string, boolean>,
): ReadonlySet<string> {
  const groups = [...new Set(lines.map(({ group }) => group))];
  return new Set(groups.filter((group, index) => chosen.get(group) ?? index < SHOWN_AT_FIRST));
}
