// What recordings are ordered by, as SQL, and what has to be counted for it.
import { countsSql, hitsOf } from './hits.ts';
import type { Order } from './filter.ts';
import type { Asked } from './asked.ts';
import type { Hits, Reading } from './reading.ts';

export const DURATION_MS = `dateDiff('millisecond', s.start_at, s.end_at)`;

/** Tables that say how often conditions are met in each session, by the place of the condition. */
export type Counted = ReadonlyMap<number, { readonly alias: string; readonly join: string }>;

/** Of what makes recordings relevant: counted once, it also says whether a condition holds. */
export function countedFor({ order, conditions }: Asked, reading: () => Reading): Counted {
  const counted = new Map<number, { alias: string; join: string }>();
  if (order !== 'relevance') return counted;
  for (const [place, condition] of conditions.entries()) {
    if (condition.negated === true) continue;
    const own = reading();
    const hits = hitsOf(condition, own, `filter.conditions.${place}`);
    const alias = `w${place}`;
    if (hits) counted.set(place, { alias, join: joinSql(hits, alias, own.among) });
  }
  return counted;
}

type Ranked = { readonly rank: string; readonly joins: readonly string[] };

/** What sessions are ordered by: a whole number. */
export function rankSql(
  asked: Asked,
  reading: () => Reading,
  tests: readonly string[],
  counted: Counted,
): Ranked {
  const plain: Partial<Record<Order, string>> = {
    start_time: 'toUnixTimestamp64Milli(s.start_at)',
    duration: DURATION_MS,
    active_seconds: 's.active_ms',
    activity_score: 'round(s.score * 1000)',
    clicks: 's.clicks',
    console_errors: 's.errors',
  };
  const rank = plain[asked.order];
  if (rank !== undefined) return { rank, joins: [] };
  if (asked.order === 'errors') {
    const hits = hitsOf({ kind: 'exception' }, reading(), '');
    return hits
      ? { rank: 'w.n', joins: [joinSql(hits, 'w', reading().among)] }
      : { rank: '0', joins: [] };
  }
  return relevanceSql(asked, tests, counted);
}

/** Millionths of a condition that holds: how often counts less than whether. */
const HOLDS = 1_000_000;

/** What a recording shows of trouble: less than what was asked for, enough to order what is alike. */
const WORTH = `round(100 * (${[
  '3 * log(1 + s.errors_after_click)',
  '3 * log(1 + s.rage_clicks)',
  '2 * log(1 + s.status5xx + s.unanswered)',
  '2 * log(1 + s.quick_backs)',
  'log(1 + s.errors)',
  'log(1 + s.idle_gaps)',
].join(' + ')}))`;

function relevanceSql({ match }: Asked, tests: readonly string[], counted: Counted): Ranked {
  const counts = [...counted.values()];
  const terms = [
    // Where all have to, whether one holds says nothing.
    ...(match === 'any' ? tests.map((test) => `${HOLDS} * (${test})`) : []),
    ...counts.map(({ alias }) => `round(1000 * log(1 + ${alias}.n))`),
    WORTH,
  ];
  return { rank: terms.join(' + '), joins: counts.map(({ join }) => join) };
}

const joinSql = (hits: Hits, alias: string, among: string | undefined): string =>
  `LEFT JOIN (${countsSql(hits, among)}) AS ${alias} ON ${alias}.session_id = s.session_id`;
