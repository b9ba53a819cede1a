// Rows of dry runs; of each environment the newest are kept.
import type { Db } from '#platform/ctx';
import { PlanWire } from '../plan/plan.contract.ts';
import type { DryRunResult, DryRunWire } from './dry-run.contract.ts';

const MAX_KEPT = 100;

type Place = { readonly projectId: number; readonly environmentId: number };

function select(db: Db, { projectId, environmentId }: Place, rolloutId?: string) {
  const all = db
    .selectFrom('rollout_dry_run')
    .where('project_id', '=', projectId)
    .where('environment_id', '=', environmentId);
  return rolloutId === undefined ? all : all.where('rollout_id', '=', rolloutId);
}

export async function insertDryRun(
  db: Db,
  row: Place & {
    readonly id: string;
    readonly rolloutId: string | null;
    readonly plan: PlanWire;
    readonly result: DryRunResult;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('rollout_dry_run')
    .values({
      id: row.id,
      project_id: row.projectId,
      environment_id: row.environmentId,
      rollout_id: row.rolloutId,
      flag_key: row.plan.flag_key,
      plan: JSON.stringify(row.plan),
      result: JSON.stringify(row.result),
      created_by: row.createdBy,
      created_at: row.at,
    })
    .execute();
  const old = select(db, row).select('id').orderBy('created_at', 'desc').offset(MAX_KEPT);
  await db.deleteFrom('rollout_dry_run').where('id', 'in', old).execute();
}

type Row = {
  readonly id: string;
  readonly rollout_id: string | null;
  readonly flag_key: string;
  readonly created_at: Date;
  readonly plan: object;
  readonly result: object;
};

const toWire = (row: Row): DryRunWire => ({
  ...(row.result as DryRunResult),
  id: row.id,
  rollout_id: row.rollout_id,
  flag_key: row.flag_key,
  created_at: row.created_at.toISOString(),
  plan: PlanWire.parse(row.plan),
});

export async function findDryRun(
  db: Db,
  place: Place,
  id: string,
): Promise<DryRunWire | undefined> {
  const row = await select(db, place).selectAll().where('id', '=', id).executeTakeFirst();
  return row && toWire(row);
}

/** Newest first. */
export async function listDryRunRows(
  db: Db,
  place: Place,
  page: {
    readonly rolloutId: string | undefined;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<{ count: number; runs: DryRunWire[] }> {
  const wanted = select(db, place, page.rolloutId);
  const { count } = await wanted
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await wanted
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count: Number(count), runs: rows.map(toWire) };
}
