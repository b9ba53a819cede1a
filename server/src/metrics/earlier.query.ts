// Asks the event store what people did earlier, where a stage has nobody else to hold them against.
import type { ClickHouseClient } from '@clickhouse/client';
import type { ExposureQuestion } from './exposure-sql.ts';
import type { Guardrail } from './guardrail.ts';
import { ask } from './metrics.query.ts';
import { PAIR_COLUMNS } from './outcome.ts';
import { pairsSql, weeksSql, type WeeksQuestion } from './rate-sql.ts';

/** People with the change against themselves before the rollout: a row per guardrail. */
export async function observePairs(
  clickhouse: ClickHouseClient,
  question: ExposureQuestion,
  about: { readonly guardrails: readonly Guardrail[]; readonly startedAtMs: number },
  signal: AbortSignal,
): Promise<number[][]> {
  const { guardrails, startedAtMs } = about;
  const sql = pairsSql(question, guardrails, startedAtMs);
  const [row = []] = await ask<(number | string)[]>(clickhouse, sql, signal);
  const numbers = row.map(Number);
  return guardrails.map((_, k) => numbers.slice(k * PAIR_COLUMNS, (k + 1) * PAIR_COLUMNS));
}

/** Everybody at the same hours of several weeks: rows as {@link weeksSql} says. */
export async function observeWeeks(
  clickhouse: ClickHouseClient,
  question: WeeksQuestion,
  guardrails: readonly Guardrail[],
  signal: AbortSignal,
): Promise<number[][]> {
  const rows = await ask<(number | string)[]>(clickhouse, weeksSql(question, guardrails), signal);
  return rows.map((row) => row.map(Number));
}
