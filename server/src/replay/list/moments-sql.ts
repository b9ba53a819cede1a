// When what a filter asks for happened in the sessions of a page: where the player opens.
import { EventSource } from '#insights/event-sql';
import type { Condition } from './filter.ts';
import { hitsOf } from './hits.ts';
import type { Hits, Issues, Span } from './reading.ts';

/** Moments of one condition that a recording is listed with. */
const MOST_MOMENTS = 5;
/** Stands for exceptions, whether or not they are asked for. */
export const EXCEPTIONS = -1;

/** `[place of the condition, session, how often, times in milliseconds, by which clock, what it was]`. */
export type MomentRow = readonly [
  number,
  string,
  number | string,
  readonly (number | string)[],
  Hits['clock'],
  string,
];

/** One row a session and condition that it meets. @param span where these sessions lie */
export function momentsSql(
  conditions: readonly Condition[],
  sessionIds: readonly string[],
  span: Span,
  issues: Issues,
  source: EventSource,
): string {
  const { params, scope } = source;
  const reading = (isExact: boolean) => ({
    source: new EventSource(scope, params),
    span,
    isExact,
    issues,
  });
  const ids = params.strings(sessionIds);
  const parts = conditions.flatMap((condition, place) => {
    if (condition.negated === true) return [];
    const hits = hitsOf(condition, reading(true), `filter.conditions.${place}`);
    return hits ? [partSql(place, hits, ids)] : [];
  });
  const exceptions = hitsOf({ kind: 'exception' }, reading(false), '');
  if (exceptions) parts.push(partSql(EXCEPTIONS, exceptions, ids));
  return parts.join('\nUNION ALL ');
}

const TOLD = {
  first: `, 1, 1)`,
  changes: `, 2, ${MOST_MOMENTS})`,
  all: `, 1, ${MOST_MOMENTS})`,
} as const;

function partSql(place: number, hits: Hits, ids: string): string {
  const { session, told = 'all', clock, from, where, count, atMs, having, value } = hits;
  const times = `arraySlice(groupArraySorted(${MOST_MOMENTS + 1})(${atMs})${TOLD[told]}`;
  return `SELECT toInt32(${place}) AS place, toString(${session}) AS session_id, toInt64(${count}) AS n,
  ${times} AS times, '${clock}' AS clock, ${value ?? `''`} AS what
FROM ${from} WHERE ${[...where, `${session} IN ${ids}`].join(' AND ')} GROUP BY session_id${having === undefined ? '' : ` HAVING ${having}`}`;
}
