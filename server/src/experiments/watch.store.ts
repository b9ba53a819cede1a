// What the last look at a running experiment found, and what people have been told of it.
import type { Db } from '#platform/ctx';
import type { MetricResult } from './analysis.ts';
import type { Recommendation } from './recommendation.ts';

/** What lists show of an experiment without counting anew. */
export type Summary = {
  readonly status: Recommendation['status'];
  readonly headline: string;
  /** Variants that it was stopped for. */
  readonly harmful?: readonly string[];
  readonly people: number;
  /** Of the first goal: the variant that is advised, or the one that moved furthest. */
  readonly variant: string | null;
  /** Which way is good. */
  readonly goal?: MetricResult['metric']['goal'] | null;
  readonly lift: number | null;
  readonly interval: readonly [number | null, number | null] | null;
  readonly isSignificant: boolean;
};

/** Of a fixed horizon: the goals at the one look that decides, and what was asked then. */
export type Answer = { readonly hash: string; readonly goals: readonly MetricResult[] };

export type Watch = {
  readonly lookedAt: Date;
  readonly countedAt: Date;
  readonly summary: Summary;
  readonly told: readonly string[];
  readonly answer: Answer | null;
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
        answer: row.answer as Answer | null,
      },
    ]),
  );
}

export async function findWatch(db: Db, experimentId: number): Promise<Watch | undefined> {
  return (await findWatches(db, [experimentId])).get(experimentId);
}

export async function saveWatch(db: Db, experimentId: number, watch: Watch): Promise<void> {
  const values = {
    looked_at: watch.lookedAt,
    counted_at: watch.countedAt,
    summary: JSON.stringify(watch.summary),
    told: JSON.stringify(watch.told),
    answer: watch.answer && JSON.stringify(watch.answer),
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
