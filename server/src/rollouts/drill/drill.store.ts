// Drills of the way back, with the time of each step.
import type { Db } from '#platform/ctx';

export type DrillStep = {
  /** What was waited for. */
  readonly name: string;
  /** Since the flag was switched back; null: it did not happen in time. */
  readonly tookMs: number | null;
  readonly detail: string | null;
};

export type Drill = {
  readonly id: string;
  readonly flagId: number;
  readonly rolloutId: string | null;
  readonly state: 'passed' | 'failed';
  readonly problem: string | null;
  readonly steps: readonly DrillStep[];
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
};

export async function insertDrill(
  db: Db,
  drill: Drill & { readonly projectId: number; readonly environmentId: number },
): Promise<void> {
  await db
    .insertInto('flag_drill')
    .values({
      id: drill.id,
      project_id: drill.projectId,
      environment_id: drill.environmentId,
      flag_id: drill.flagId,
      rollout_id: drill.rolloutId,
      state: drill.state,
      problem: drill.problem,
      steps: JSON.stringify(drill.steps),
      started_by: drill.startedBy,
      started_at: drill.startedAt,
      finished_at: drill.finishedAt,
    })
    .execute();
}

function selectDrills(db: Db, flagId: number, environmentId: number) {
  return db
    .selectFrom('flag_drill')
    .selectAll()
    .where('flag_id', '=', flagId)
    .where('environment_id', '=', environmentId)
    .orderBy('started_at', 'desc');
}

type Row = Awaited<ReturnType<ReturnType<typeof selectDrills>['executeTakeFirstOrThrow']>>;

const toDrill = (row: Row): Drill => ({
  id: row.id,
  flagId: row.flag_id,
  rolloutId: row.rollout_id,
  state: row.state as Drill['state'],
  problem: row.problem,
  steps: row.steps as readonly DrillStep[],
  startedBy: row.started_by,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

/** The last one that passed. */
export async function findLastDrill(
  db: Db,
  flagId: number,
  environmentId: number,
): Promise<Drill | undefined> {
  const row = await selectDrills(db, flagId, environmentId)
    .where('state', '=', 'passed')
    .limit(1)
    .executeTakeFirst();
  return row && toDrill(row);
}

/** Newest first. */
export async function listDrills(
  db: Db,
  flagId: number,
  environmentId: number,
  limit: number,
): Promise<Drill[]> {
  return (await selectDrills(db, flagId, environmentId).limit(limit).execute()).map(toDrill);
}
