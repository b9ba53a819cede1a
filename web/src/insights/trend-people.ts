// Which people are behind a point of a trend or of stickiness.
import { longName } from '../charts/time-axis.ts';
import type { Picked } from './editor.ts';
import type { StickinessQuery, TrendsQuery } from './query.ts';
import type { Line } from './trend-lines.ts';

/** @param step which interval; null: the whole range. Undefined where nobody in particular is meant. */
export function peopleOfTrend(
  query: TrendsQuery | StickinessQuery,
  line: Line,
  step: number | null,
): Picked | undefined {
  const { behind, breakdown, isPrevious, days, name } = line;
  const day = step === null ? undefined : days[step];
  if (behind === null) return undefined;
  const when = day === undefined ? '' : `, ${whenWords(query, day)}`;
  return {
    title: `${name}${when}${isPrevious ? ' (period before)' : ''}`,
    source: {
      kind: 'InsightActorsQuery',
      source: query,
      ...behind,
      ...(day === undefined ? {} : { day }),
      ...(breakdown === undefined ? {} : { breakdown }),
      ...(isPrevious ? { compare: 'previous' } : {}),
    },
  };
}

function whenWords(
  { kind, interval }: TrendsQuery | StickinessQuery,
  day: string | number,
): string {
  const unit = interval ?? 'day';
  if (kind === 'StickinessQuery') return `${day} ${unit}${day === 1 ? '' : 's'}`;
  return longName(String(day), unit);
}
