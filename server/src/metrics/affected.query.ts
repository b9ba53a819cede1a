// Asks the event store who had a change and what happened to them: for reports, after everything that decides.
import type { ClickHouseClient } from '@clickhouse/client';
import {
  activePeopleSql,
  affectedCountsSql,
  affectedPeopleSql,
  type AffectedQuestion,
  affectedSessionsSql,
  missingSessionsSql,
} from './affected-sql.ts';
import { ask } from './metrics.query.ts';

/** People of one arm, and to how many of them each incidence happened, the first of them when. */
type ArmAffected = {
  readonly people: number;
  readonly incidences: readonly { readonly people: number; readonly firstAtMs: number | null }[];
};

export type Affected = { readonly treatment: ArmAffected; readonly control: ArmAffected };

export async function countAffected(
  clickhouse: ClickHouseClient,
  question: AffectedQuestion,
  signal: AbortSignal,
): Promise<Affected> {
  const rows = await ask<number[]>(clickhouse, affectedCountsSql(question), signal, 'report');
  const arm = (isTreated: 0 | 1): ArmAffected => {
    const [, people = 0, ...found] = rows.find(([one]) => Number(one) === isTreated) ?? [];
    const incidences = question.incidences.map((_, i) => {
      const count = Number(found[2 * i] ?? 0);
      return { people: count, firstAtMs: count === 0 ? null : Number(found[2 * i + 1]) };
    });
    return { people: Number(people), incidences };
  };
  return { treatment: arm(1), control: arm(0) };
}

export type AffectedPerson = {
  readonly personId: string;
  readonly distinctId: string;
  readonly sinceMs: number;
  /** When an incidence first happened to them after they got the change. */
  readonly hurtAtMs: number | null;
};

/** Those who had the change, the hurt first. */
export async function listAffected(
  clickhouse: ClickHouseClient,
  question: AffectedQuestion,
  page: { readonly limit: number; readonly offset: number },
  signal: AbortSignal,
): Promise<AffectedPerson[]> {
  type Row = readonly [string, string, number, number];
  const rows = await ask<Row>(clickhouse, affectedPeopleSql(question, page), signal, 'report');
  return rows.map(([personId, distinctId, since, hurtAt]) => ({
    personId,
    distinctId,
    sinceMs: Number(since),
    hurtAtMs: Number(hurtAt) === 0 ? null : Number(hurtAt),
  }));
}

/** Everybody who did anything in the question's stretch of time. */
export async function countActive(
  clickhouse: ClickHouseClient,
  question: AffectedQuestion,
  signal: AbortSignal,
): Promise<number> {
  const [row] = await ask<[number]>(clickhouse, activePeopleSql(question), signal, 'report');
  return Number(row?.[0] ?? 0);
}

export type AffectedSession = {
  readonly arm: 'treatment' | 'control';
  /** Number of the incidence. */
  readonly incidence: number;
  readonly sessionId: string;
  readonly personId: string;
  readonly atMs: number;
};

/** The latest sessions of each arm in which each incidence happened. */
export async function findSessions(
  clickhouse: ClickHouseClient,
  question: AffectedQuestion,
  perArm: number,
  signal: AbortSignal,
): Promise<AffectedSession[]> {
  if (question.incidences.length === 0) return [];
  type Row = readonly [number, number, string, string, number];
  const rows = await ask<Row>(clickhouse, affectedSessionsSql(question, perArm), signal, 'report');
  return rows.map(([isTreated, incidence, sessionId, personId, at]) => ({
    arm: Number(isTreated) === 1 ? ('treatment' as const) : ('control' as const),
    incidence: Number(incidence),
    sessionId,
    personId,
    atMs: Number(at),
  }));
}

/** The latest sessions of those who had the change and to whom incidence `index` did not happen. */
export async function findSessionsWithout(
  clickhouse: ClickHouseClient,
  question: AffectedQuestion,
  index: number,
  limit: number,
  signal: AbortSignal,
): Promise<AffectedSession[]> {
  type Row = readonly [string, string, number];
  const sql = missingSessionsSql(question, index, limit);
  const rows = await ask<Row>(clickhouse, sql, signal, 'report');
  return rows.map(([sessionId, personId, at]) => ({
    arm: 'treatment' as const,
    incidence: index,
    sessionId,
    personId,
    atMs: Number(at),
  }));
}
