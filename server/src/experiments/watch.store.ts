// What the last look at a running experiment found, and what people have been told of it.
import type { Db } from '#platform/ctx';
import type { Recommendation } from './recommendation.ts';

/** What lists show of an experiment without counting anew. */
export type Summary = {
  readonly status: Recommendation['status'];
  readonly headline: string;
  readonly people: number;
  /** Of the first goal: the variant that is advised, or the one that moved furthest. */
  readonly variant: string | null;
  readonly lift: number | null;
  readonly interval: readonly [number | null, number | null] | null;
  readonly isSignificant: boolean;
};

export type Watch = {
  readonly lookedAt: Date;
  readonly countedAt: Date;
  readonly summary: Summary;
  readonly told: readonly string[];
};

export async function findWatches(
  db: Db,
  experimentIds: readonly number[],
): Promise<ReadonlyMap<number, Watch>> {
  if (experimentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('experiment_watch')
    .selectAll()
    .where('experiment_id', 'in', experimentIds)
    .execute();
  return new Map(
    rows.map((row) => [
      row.experiment_id,
      {
        lookedAt: row.looked_at,
        countedAt: row.counted_at,
        summary: row.summary as Summary,
        told: row.told,
      },
    ]),
  );
}

export async function saveWatch(db: Db, experimentId: number, watch: Watch): Promise<void> {
  const values = {
    looked_at: watch.lookedAt,
    counted_at: watch.countedAt,
    summary: JSON.stringify(watch.summary),
    told: JSON.stringify(watch.told),
  };
  await db
    .insertInto('experiment_watch')
    .values({ experiment_id: experimentId, ...values })
    .onConflict((conflict) => conflict.column('experiment_id').doUpdateSet(values))
    .execute();
}

/** Guardrails were looked at and hold. */
export async function noteLook(db: Db, experimentId: number, at: Date): Promise<void> {
  await db
    .updateTable('experiment_watch')
    .set({ looked_at: at })
    .where('experiment_id', '=', experimentId)
    .execute();
}
