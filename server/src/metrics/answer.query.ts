// What people answered to short questions: ordinary events, as posthog-js and any other client send them for surveys
// (`survey shown`, `survey sent`, `survey dismissed` with `$survey_id`, the words in `$survey_response`).
import type { ClickHouseClient } from '@clickhouse/client';
import { ask } from './metrics.query.ts';

export type Answer = {
  readonly questionId: string;
  readonly atMs: number;
  readonly distinctId: string;
  readonly sessionId: string | null;
  readonly text: string;
};

export type AnswerCounts = {
  readonly questionId: string;
  /** People, each once. */
  readonly shown: number;
  readonly answered: number;
};

type About = {
  readonly environmentId: number;
  readonly questionIds: readonly string[];
  readonly sinceMs: number;
};

/** As much of an answer as is read. */
const MAX_TEXT = 5_000;

const QUESTION = `JSONExtractString(props['$survey_id'])`;

const OF_QUESTIONS = `FROM events
  WHERE environment_id = {environment:UInt32}
    AND timestamp >= fromUnixTimestamp64Milli({since:Int64})
    AND event IN ('survey shown', 'survey sent')
    AND has({questions:Array(String)}, ${QUESTION})`;

/** Newer clients name the question, which here is the survey itself. */
const TEXT = `JSONExtractString(if(props['$survey_response'] != '', props['$survey_response'],
  props[concat('$survey_response_', ${QUESTION})]))`;

const paramsOf = ({ environmentId, questionIds, sinceMs }: About) => ({
  environment: environmentId,
  questions: [...questionIds],
  since: sinceMs,
});

/** How many people saw each question, and answered it; questions that nobody has seen are absent. */
export async function countAnswers(
  clickhouse: ClickHouseClient,
  about: About,
  signal: AbortSignal,
): Promise<AnswerCounts[]> {
  const sql = `SELECT ${QUESTION} AS question, toFloat64(uniq(distinct_id)),
    toFloat64(uniqIf(distinct_id, event = 'survey sent'))
  ${OF_QUESTIONS} GROUP BY question`;
  const rows = await ask<[string, number, number]>(
    clickhouse,
    { sql, params: paramsOf(about) },
    signal,
    'report',
  );
  return rows.map(([questionId, shown, answered]) => ({ questionId, shown, answered }));
}

/** A page of answers, newest first. */
export async function listAnswers(
  clickhouse: ClickHouseClient,
  about: About,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  signal: AbortSignal,
): Promise<Answer[]> {
  const sql = `SELECT ${QUESTION}, toFloat64(toUnixTimestamp64Milli(timestamp)), distinct_id, session_id,
    substringUTF8(${TEXT}, 1, ${MAX_TEXT}) AS words
  ${OF_QUESTIONS} AND event = 'survey sent' AND words != ''
  ORDER BY timestamp DESC, uuid LIMIT {limit:UInt32} OFFSET {offset:UInt32}`;
  const params = { ...paramsOf(about), limit, offset };
  type Row = [string, number, string, string, string];
  const rows = await ask<Row>(clickhouse, { sql, params }, signal, 'report');
  return rows.map(([questionId, atMs, distinctId, sessionId, text]) => ({
    questionId,
    atMs,
    distinctId,
    sessionId: sessionId === '' ? null : sessionId,
    text,
  }));
}
