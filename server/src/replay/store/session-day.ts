// Where the rows of a session lie: tables are ordered by the day of sessions, which ids with a time tell.
import { sessionStartMs } from '../wire/snapshot.ts';

/** The last day that a column of days can hold is in 2149. */
const END_MS = Date.UTC(2149, 0);

/**
 * Conditions that keep a read to the days of these sessions; none when an id tells no day.
 * @param alias of the table
 */
export function inDaysOf(
  sessionIds: readonly string[],
  alias: string,
): { readonly where: string; readonly params: { readonly days?: string[] } } {
  const days = new Set<string>();
  for (const id of sessionIds) {
    const startMs = sessionStartMs(id);
    if (startMs === undefined || startMs >= END_MS) return { where: '', params: {} };
    days.add(new Date(startMs).toISOString().slice(0, 10));
  }
  return { where: `AND ${alias}.session_day IN {days:Array(Date)}`, params: { days: [...days] } };
}
