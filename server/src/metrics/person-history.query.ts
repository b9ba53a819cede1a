// People of the past, one by one: when they were seen, what they reported of a flag, and the events that guardrails
// count, so that a rollout can be played over them. Read in one question, of a fair sample where there are many.
import { type Past, pastSql } from './baseline.query.ts';
import type { SqlParams } from './event-filter-sql.ts';
import { REPORTS_SQL } from './seen-sql.ts';
import { ask } from './metrics.query.ts';
import type { Outcome } from './outcome.ts';
import { sourcesOf } from './outcome-sql.ts';
import { byCallersSql, callersParams, type FlagUse } from './population.query.ts';
import { type PersonHistory, SEEN_MS } from './person-history.ts';

/** Stretches, and events of one kind, that are read of one person: their earliest. */
const MAX_SEEN = 2_000;
const MAX_EVENTS = 100;

export type HistoryQuestion = {
  readonly past: Past;
  /** Null: everybody. */
  readonly flag: FlagUse | null;
  readonly flagKey: string;
  readonly outcomes: readonly Outcome[];
  readonly maxPeople: number;
};

type Row = [
  key: string,
  seen: (number | string)[],
  reported: string,
  values: number | string,
  series: [at: number | string, amount: number][][],
];

/** One row is one person. */
export async function readHistories(question: HistoryQuestion): Promise<{
  readonly people: PersonHistory[];
  /** Of how many they are a sample. */
  readonly of: number;
  /** The numbers of the series of each outcome. */
  readonly sources: readonly (readonly number[])[];
}> {
  const { past, flag, flagKey, maxPeople } = question;
  const { clickhouse, fromMs, signal } = past;
  const { sources, numbers } = sourcesOf(question.outcomes);
  const series = sources.map(
    ({ condition, amount }) =>
      `groupArraySortedIf(${MAX_EVENTS})((toUnixTimestamp64Milli(received_at) - {from:Int64}, toFloat64(${amount})), ${condition.sql})`,
  );
  const { who, within: inPast, params: base } = pastSql(past);
  const within = `${inPast}${flag === null ? '' : byCallersSql(flag, past)}`;
  const params = Object.assign(
    { ...base, flag: flagKey },
    flag === null ? {} : callersParams(flag, past),
    ...sources.map(({ condition }) => condition.params),
  ) as SqlParams;
  const counted = `SELECT toFloat64(uniq(${who})) FROM events WHERE ${within}`;
  const [count] = await ask<[number]>(clickhouse, { sql: counted, params }, signal, 'report');
  const of = count?.[0] ?? 0;
  // Whole numbers of parts, so that the same people are read whenever the same is asked.
  const parts = Math.max(1, Math.ceil(of / maxPeople));
  const sql = `SELECT toString(cityHash64(${who})) AS key,
  arraySort(groupUniqArray(${MAX_SEEN})(intDiv(toUnixTimestamp64Milli(received_at) - {from:Int64}, ${SEEN_MS}))),
  argMinIf(${REPORTS_SQL}, received_at, ${REPORTS_SQL} != ''), uniqIf(${REPORTS_SQL}, ${REPORTS_SQL} != ''),
  [${series.join(',\n  ')}]
FROM events WHERE ${within} AND cityHash64(${who}, 'sample') % ${parts} = 0
GROUP BY ${who} ORDER BY key`;
  const rows = await ask<Row>(clickhouse, { sql, params }, signal, 'report');
  const people = rows.map(([key, seen, reported, values, lists]): PersonHistory => ({
    key,
    seenAtMs: seen.map((bucket) => fromMs + Number(bucket) * SEEN_MS),
    reported: Number(values) === 1 ? reported : null,
    series: lists.map((list) =>
      list.map(([at, amount]) => ({ atMs: fromMs + Number(at), amount })),
    ),
  }));
  return { people, of, sources: numbers };
}
