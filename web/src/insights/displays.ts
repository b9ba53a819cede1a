// The ways in which a trend is drawn.
import type { InsightQuery } from '../api/insights.ts';
import type { Shape } from '../charts/time-chart.tsx';
import type { TrendsQuery } from './query.ts';

export type Display = NonNullable<NonNullable<TrendsQuery['trendsFilter']>['display']>;

export const DISPLAYS: readonly { readonly display: Display; readonly label: string }[] = [
  { display: 'ActionsLineGraph', label: 'Lines' },
  { display: 'ActionsAreaGraph', label: 'Areas' },
  { display: 'ActionsBar', label: 'Bars' },
  { display: 'ActionsLineGraphCumulative', label: 'Added up' },
  { display: 'BoldNumber', label: 'Number' },
  { display: 'ActionsBarValue', label: 'Totals as bars' },
  { display: 'ActionsTable', label: 'Table' },
];

/** What is not drawn here is shown as what comes nearest. */
const NEAREST: Partial<Record<Display, Display>> = {
  ActionsPie: 'ActionsBarValue',
  WorldMap: 'ActionsTable',
  ActionsUnstackedBar: 'ActionsLineGraph',
};

export function displayOf({ trendsFilter }: TrendsQuery): Display {
  const display = trendsFilter?.display ?? 'ActionsLineGraph';
  return NEAREST[display] ?? display;
}

/** The question without what changes only how its answer is drawn, so that it is asked once. */
export function askedOf(query: InsightQuery): InsightQuery {
  if (query.kind === 'HogQLQuery') {
    const { display: _, ...asked } = query;
    return asked;
  }
  if (query.kind !== 'TrendsQuery' || !query.trendsFilter?.display) return query;
  const { display, ...rest } = query.trendsFilter;
  if (display === 'ActionsLineGraphCumulative') return query;
  if (shapeOf(displayOf(query))) return { ...query, trendsFilter: rest };
  return { ...query, trendsFilter: { ...rest, display: 'ActionsTable' } };
}

/** How a display draws values over time; undefined for those of totals. */
export function shapeOf(display: Display): Shape | undefined {
  if (display === 'ActionsAreaGraph') return 'area';
  if (display === 'ActionsBar') return 'bar';
  const isLine = display === 'ActionsLineGraph' || display === 'ActionsLineGraphCumulative';
  return isLine ? 'line' : undefined;
}
