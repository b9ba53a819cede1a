// Asks the event store who is exposed and with which outcomes, within bounds of time and memory.
import type { ClickHouseClient } from '@clickhouse/client';
import { seriesSql, type SqlPart } from './event-filter-sql.ts';
import type { Series } from './guardrail.ts';
import { type ExposureQuestion, type Known, unknownPeopleSql } from './exposure-sql.ts';
import type { Observation } from './observation.ts';
import {
  isHit,
  isTally,
  type Occurrences,
  percentilesOf,
  SHOWN_LEVELS,
  TALLY_COLUMNS,
} from './outcome.ts';
import { answerSql, sumsSql } from './sums-sql.ts';

/** Bounds of one query: a rollout must not starve ingestion, and an answer that late is none. */
export const BOUNDS = {
  max_execution_time: 20,
  max_memory_usage: '1000000000',
  // From 300 MB on, grouping goes to disk instead of failing.
  max_bytes_before_external_group_by: '300000000',
  // Looking for chains of comparisons takes the engine longer than all the rest of such a question.
  optimize_and_compare_chain: 0,
  log_comment: 'rollout',
  // The embedded store keeps a lane free for decisions; ClickHouse itself serves lower numbers first.
  priority: '1',
} as const;

/** What is asked for people to read gives way to what decides. */
const PURPOSES = {
  rollout: BOUNDS,
  report: { ...BOUNDS, log_comment: 'report', priority: '5' },
} as const;

type Row = [
  asked: number,
  isTotal: number,
  bucket: number,
  counts: number[],
  /** Decimals as text: the engine's own way to doubles is not exact. */
  tallies: string[],
  spreads: Occurrences[],
  recent: number[],
];

/** What one look finds. @throws whatever the event store answers when it does not, or `signal`'s reason. */
export async function observe(
  clickhouse: ClickHouseClient,
  question: ExposureQuestion,
  signal: AbortSignal,
): Promise<Observation> {
  const sums = sumsSql(question);
  const { sql, params } = answerSql(question, `SELECT toUInt16(1) AS asked, * FROM (${sums.sql})`);
  const asked = { sql, params: { ...sums.params, ...params } };
  return toObservation(question, await ask<Row>(clickhouse, asked, signal));
}

/** The same for several questions at once, of sums that were made before. @param statement of all of them, in this order */
export async function readAnswers(
  clickhouse: ClickHouseClient,
  questions: readonly ExposureQuestion[],
  statement: SqlPart,
  signal: AbortSignal,
): Promise<Observation[]> {
  const answer = await ask<Row>(clickhouse, statement, signal);
  const byQuestion = Map.groupBy(answer, ([asked]) => asked);
  return questions.map((question, i) => toObservation(question, byQuestion.get(i + 1) ?? []));
}

function toObservation(question: ExposureQuestion, answer: readonly Row[]): Observation {
  const buckets = answer.filter(([, isTotal]) => !isTotal);
  const [, , , counts = [], tallies = [], spreads = [], recent = []] =
    answer.find(([, isTotal]) => isTotal) ?? [];
  const last = counts.slice(2 + 2 * question.outcomes.filter(isHit).length);
  const [splitT, splitC, multiExposed = 0, people = 0, disagreeing = 0] = last;
  return {
    people: arms(counts),
    rows: buckets.map(([, , , row]) => row),
    ...maturedRows(question, buckets),
    ...foundNumbers(question.outcomes, tallies, spreads),
    split: arms([splitT ?? 0, splitC ?? 0]),
    multiExposed,
    reported: { people, disagreeing },
    recent: arms(recent),
  };
}

const arms = ([treatment = 0, control = 0]: readonly number[]) => ({ treatment, control });

/** How many of the first buckets had time for each hit. */
function maturedRows(
  { maturesAfterMs, settledAtMs, bucketMs, watermarkMs }: ExposureQuestion,
  rows: readonly Row[],
): Pick<Observation, 'matured'> {
  if (!maturesAfterMs) return {};
  const endOf = ([, , bucket]: Row) => settledAtMs + (bucket + 1) * bucketMs;
  const matured = maturesAfterMs.map(
    (afterMs) => rows.filter((row) => endOf(row) + afterMs <= watermarkMs).length,
  );
  return { matured };
}

/** Sums and percentiles, where any were asked for. */
function foundNumbers(
  outcomes: ExposureQuestion['outcomes'],
  sums: readonly string[],
  occurrences: readonly Occurrences[],
): Pick<Observation, 'tallies' | 'spreads'> {
  const width = 2 * TALLY_COLUMNS;
  const tallies = outcomes
    .filter(isTally)
    .map((_, at) =>
      Array.from({ length: width }, (_column, i) => Number(sums[at * width + i] ?? 0)),
    );
  const spreads = outcomes
    .flatMap((outcome) => (outcome.kind === 'spread' ? [outcome] : []))
    .map(({ level }, at) =>
      [occurrences[2 * at], occurrences[2 * at + 1]].flatMap((found = []) =>
        percentilesOf(found, [...SHOWN_LEVELS, level]),
      ),
    );
  return {
    ...(tallies.length > 0 ? { tallies } : {}),
    ...(spreads.length > 0 ? { spreads } : {}),
  };
}

export type OutcomeQuestion = {
  readonly environmentId: number;
  /** Received from here on… */
  readonly fromMs: number;
  /** …and before this. */
  readonly toMs: number;
  readonly outcomes: readonly Series[];
};

/** How many events of each outcome (with a number, where one is asked for) arrived in a stretch of time. */
export async function countOutcomes(
  clickhouse: ClickHouseClient,
  { environmentId, fromMs, toMs, outcomes }: OutcomeQuestion,
  signal: AbortSignal,
): Promise<number[]> {
  const conditions = outcomes.map((one, index) => seriesSql(one, `outcome${index}`));
  const params = Object.assign(
    { environment: environmentId, from: fromMs, to: toMs, names: outcomes.map((one) => one.event) },
    ...conditions.map((condition) => condition.params),
  ) as SqlPart['params'];
  const sql = `SELECT ${conditions.map((condition) => `countIf(${condition.sql})`).join(', ')}
FROM events WHERE environment_id = {environment:UInt32} AND event IN {names:Array(String)}
  AND received_at >= fromUnixTimestamp64Milli({from:Int64})
  AND received_at < fromUnixTimestamp64Milli({to:Int64})`;
  const [counts] = await ask<(number | string)[]>(clickhouse, { sql, params }, signal);
  return (counts ?? []).map(Number);
}

/** Two weeks hold every hour of every weekday twice. */
const BUSY_MS = 14 * 86_400_000;
const BUSY_HOURS = 3;

/** The hours of the day (UTC) in which most events of the last two weeks arrived; null when there are none. */
export async function findBusyHours(
  clickhouse: ClickHouseClient,
  environmentId: number,
  nowMs: number,
): Promise<number[] | null> {
  const sql = `SELECT toHour(received_at, 'UTC') AS hour FROM events
WHERE environment_id = {environment:UInt32} AND received_at >= fromUnixTimestamp64Milli({from:Int64})
GROUP BY hour ORDER BY count() DESC, hour LIMIT ${BUSY_HOURS}`;
  const params = { environment: environmentId, from: nowMs - BUSY_MS };
  const rows = await ask<[number]>(clickhouse, { sql, params }, AbortSignal.timeout(20_000));
  return rows.length === 0 ? null : rows.map(([hour]) => hour).toSorted((a, b) => a - b);
}

export type ExposedPerson = { readonly personId: string; readonly distinctId: string };

/** Exposed people who have not been told apart yet, at most `limit`. */
export async function findUnknownPeople(
  clickhouse: ClickHouseClient,
  question: ExposureQuestion,
  limit: number,
  signal: AbortSignal,
  known?: Known,
): Promise<ExposedPerson[]> {
  const sql = unknownPeopleSql(question, limit, known);
  const rows = await ask<[string, string]>(clickhouse, sql, signal);
  return rows.map(([personId, distinctId]) => ({ personId, distinctId }));
}

/** Remembers who is targeted by name in a rollout and who is not. */
export async function saveToldApart(
  clickhouse: ClickHouseClient,
  rolloutId: string,
  people: readonly { readonly personId: string; readonly isTargeted: boolean }[],
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const saved = clickhouse.insert({
    abort_signal: signal,
    table: 'rollout_person',
    format: 'JSONEachRow',
    values: people.map(({ personId, isTargeted }) => ({
      rollout_id: rolloutId,
      person_id: personId,
      is_targeted: isTargeted,
      told_apart_at: new Date(nowMs).toISOString(),
    })),
  });
  await unlessAborted(saved, signal);
}

export function ask<Row>(
  clickhouse: ClickHouseClient,
  { sql, params }: SqlPart,
  signal: AbortSignal,
  purpose: keyof typeof PURPOSES = 'rollout',
): Promise<Row[]> {
  const answer = clickhouse.query({
    abort_signal: signal,
    query: sql,
    query_params: params,
    format: 'JSONCompactEachRow',
    clickhouse_settings: PURPOSES[purpose],
  });
  return unlessAborted(
    answer.then((result) => result.json<Row>()),
    signal,
  );
}

/** The client heeds the signal only until the answer begins; a store that hangs may never end one. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
