// Looks without their inputs, which are large: the last of each rollout, and those of one run of a stage over time.
import { sql } from 'kysely';
import type { Verdict } from '#metrics/verdict';
import type { Db } from '#platform/ctx';
import type { StageRunRef } from './stage-run.store.ts';

/** The verdicts of the last looks at where rollouts stand, by their ids. */
export async function findLastVerdicts(
  db: Db,
  rolloutIds: readonly string[],
): Promise<ReadonlyMap<string, Verdict>> {
  if (rolloutIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('rollout')
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('rollout_evaluation as look')
          .whereRef('look.rollout_id', '=', 'rollout.id')
          .whereRef('look.stage_index', '=', 'rollout.stage_index')
          .whereRef('look.attempt', '=', 'rollout.attempt')
          .select(['look.verdict', 'look.per_guardrail'])
          .orderBy('look.id', 'desc')
          .limit(1)
          .as('last'),
      (join) => join.onTrue(),
    )
    .where('rollout.id', 'in', rolloutIds)
    .select(['rollout.id', 'last.verdict', 'last.per_guardrail'])
    .execute();
  return new Map(rows.map((row) => [row.id, verdictOf(row)]));
}

export type SeriesLook = { readonly id: string; readonly at: Date; readonly verdict: Verdict };

/** Looks at one run of a stage, oldest first: at most `points`, evenly chosen, the last one among them. */
export async function listSeries(
  db: Db,
  { rolloutId, stageIndex, attempt }: StageRunRef,
  points: number,
): Promise<{ count: number; looks: SeriesLook[] }> {
  const { rows } = await sql<{
    id: string;
    at: Date;
    verdict: string;
    per_guardrail: object;
    count: string;
  }>`
    with numbered as (
      select id, row_number() over (order by id desc) - 1 as n, count(*) over () as count
      from rollout_evaluation
      where rollout_id = ${rolloutId} and stage_index = ${stageIndex} and attempt = ${attempt}
    )
    select look.id, look.at, look.verdict, look.per_guardrail, numbered.count
    from numbered join rollout_evaluation look on look.id = numbered.id
    where n % greatest(1, ceil(numbered.count / ${points}::numeric)::bigint) = 0
    order by look.id
  `.execute(db);
  return {
    count: Number(rows[0]?.count ?? 0),
    looks: rows.map((row) => ({ id: row.id, at: row.at, verdict: verdictOf(row) })),
  };
}

function verdictOf(row: { readonly verdict: string; readonly per_guardrail: object }): Verdict {
  const findings = row.per_guardrail as Omit<Verdict, 'level'>;
  return { ...findings, level: row.verdict as Verdict['level'] };
}
