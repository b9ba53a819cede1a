// What a rollout went through in a stretch of time: for those who look back at it.
import { sql } from 'kysely';
import type { Verdict } from '#metrics/verdict';
import type { Db } from '#platform/ctx';
import { type Evaluation, type Findings, type RolloutEvent, toEvent } from './history.store.ts';

/** When a rollout last began, or began again, before a moment. */
export async function findLastStart(
  db: Db,
  rolloutId: string,
  before: Date,
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('rollout_event')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('rollout_id', '=', rolloutId)
    .where('type', 'in', ['started', 'retried'])
    .where('at', '<=', before)
    .executeTakeFirst();
  return (row?.at as Date | null | undefined) ?? undefined;
}

/** How often a rollout was escalated since it was last held for something else. */
export async function countEscalations(db: Db, rolloutId: string): Promise<number> {
  const held = db
    .selectFrom('rollout_event')
    .select((eb) => eb.fn.coalesce(eb.fn.max('seq'), sql<string>`0`).as('seq'))
    .where('rollout_id', '=', rolloutId)
    .where('type', '=', 'held');
  const { count } = await db
    .selectFrom('rollout_event')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('rollout_id', '=', rolloutId)
    .where('type', '=', 'escalated')
    .where('seq', '>', held)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What happened in a stretch of time, in its order. */
export async function listEventsBetween(
  db: Db,
  rolloutId: string,
  within: { readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<RolloutEvent[]> {
  const rows = await db
    .selectFrom('rollout_event')
    .selectAll()
    .where('rollout_id', '=', rolloutId)
    .where('at', '>=', within.from)
    .where('at', '<=', within.to)
    .orderBy('seq')
    .limit(within.limit)
    .execute();
  return rows.map(toEvent);
}

/** Looks at one run of a stage, oldest first: at most about `points` of them, evenly spread, with the last. */
export async function listLooks(
  db: Db,
  run: { readonly rolloutId: string; readonly stageIndex: number; readonly attempt: number },
  points: number,
): Promise<Pick<Evaluation, 'id' | 'at' | 'verdict'>[]> {
  const { rows } = await sql<{
    id: string;
    at: Date;
    verdict: Verdict['level'];
    per_guardrail: Findings;
  }>`
    select id, at, verdict, per_guardrail from (
      select *, row_number() over (order by id) as number, count(*) over () as total
      from rollout_evaluation where rollout_id = ${run.rolloutId}
        and stage_index = ${run.stageIndex} and attempt = ${run.attempt}) as look
    where number = total or number % greatest(1, total / ${points}::int) = 0
    order by id`.execute(db);
  return rows.map((row) => {
    const { health: _health, ...verdict } = row.per_guardrail;
    return { id: row.id, at: row.at, verdict: { ...verdict, level: row.verdict } };
  });
}
