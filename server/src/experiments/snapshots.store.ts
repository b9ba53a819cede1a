// What an experiment's numbers were at a moment: written once, so that history does not change.
import type { Db } from '#platform/ctx';

export type Snapshot = {
  readonly metricUuid: string;
  readonly asOf: Date;
  /** Of everything that the numbers depend on. */
  readonly settingsHash: string;
  /** Nothing comes after it. */
  readonly isFinal: boolean;
  readonly statistics: object;
};

/** All of an experiment, the oldest first. */
export async function listSnapshots(db: Db, experimentId: number): Promise<Snapshot[]> {
  const rows = await db
    .selectFrom('experiment_snapshot')
    .selectAll()
    .where('experiment_id', '=', experimentId)
    .orderBy('as_of')
    .orderBy('metric_uuid')
    .execute();
  return rows.map((row) => ({
    metricUuid: row.metric_uuid,
    asOf: row.as_of,
    settingsHash: row.settings_hash,
    isFinal: row.is_final,
    statistics: row.statistics,
  }));
}

/** Keeps what is not kept yet. */
export async function insertSnapshots(
  db: Db,
  experimentId: number,
  snapshots: readonly Snapshot[],
  at: Date,
): Promise<void> {
  if (snapshots.length === 0) return;
  await db
    .insertInto('experiment_snapshot')
    .values(
      snapshots.map((one) => ({
        experiment_id: experimentId,
        metric_uuid: one.metricUuid,
        as_of: one.asOf,
        settings_hash: one.settingsHash,
        is_final: one.isFinal,
        statistics: JSON.stringify(one.statistics),
        computed_at: at,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
