// Rows of rollouts: found, listed, saved. Every time here is the injected clock's, handed in, so that all
// replicas and tests judge by one clock.
import { sql, type Updateable } from 'kysely';
import type { Db, EnvironmentRef } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type { Database } from '#platform/postgres/schema';
import type { PlanWire } from '../plan/plan.contract.ts';
import type { Position } from '../gate/rollout.ts';
import {
  CLOSED,
  positionColumns,
  type Rollout,
  selectRollouts,
  toRollout,
} from './rollout-row.store.ts';

export type { Rollout } from './rollout-row.store.ts';

export async function insertRollout(
  db: Db,
  row: {
    readonly id: string;
    readonly projectId: number;
    readonly environmentId: number;
    readonly flagId: number;
    readonly wire: PlanWire;
    readonly position: Position;
    readonly createdBy: string | null;
    readonly createdByUser: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('rollout')
    .values({
      id: row.id,
      project_id: row.projectId,
      environment_id: row.environmentId,
      flag_id: row.flagId,
      flag_key: row.wire.flag_key,
      plan: JSON.stringify(row.wire),
      plan_version: 1,
      version: 1,
      created_by: row.createdBy,
      created_by_user: row.createdByUser,
      created_at: row.at,
      ...positionColumns(row.position),
    })
    .execute();
}

/** One rollout; with `isLocked` other changes of it wait until the transaction ends. */
export async function findRollout(
  db: Db,
  id: string,
  options: { readonly projectId?: number; readonly isLocked?: boolean } = {},
): Promise<Rollout | undefined> {
  let query = selectRollouts(db).where('rollout.id', '=', id);
  if (options.projectId !== undefined) {
    query = query.where('rollout.project_id', '=', options.projectId);
  }
  if (options.isLocked) query = query.forUpdate('rollout');
  const row = await query.executeTakeFirst();
  return row && toRollout(row);
}

const selectOfFlag = (db: Db, flagId: number, environmentId: number) =>
  selectRollouts(db)
    .where('rollout.flag_id', '=', flagId)
    .where('rollout.environment_id', '=', environmentId);

/** The rollout that a flag belongs to at the moment in an environment. */
export async function findOpenRollout(
  db: Db,
  flagId: number,
  environmentId: number,
): Promise<Rollout | undefined> {
  const row = await selectOfFlag(db, flagId, environmentId)
    .where('rollout.state', 'not in', CLOSED)
    .executeTakeFirst();
  return row && toRollout(row);
}

export type RolloutFilter = {
  readonly projectId: number;
  readonly environmentId: number;
  readonly flagKey: string | undefined;
  /** Part of the flag's key. */
  readonly search?: string | undefined;
  readonly status?: 'open' | 'over' | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** What is not over first, then the newest. */
export async function listRollouts(
  db: Db,
  filter: RolloutFilter,
): Promise<{ count: number; rollouts: Rollout[] }> {
  let query = selectRollouts(db)
    .where('rollout.project_id', '=', filter.projectId)
    .where('rollout.environment_id', '=', filter.environmentId);
  if (filter.flagKey !== undefined) query = query.where('rollout.flag_key', '=', filter.flagKey);
  if (filter.search) {
    query = query.where('rollout.flag_key', 'ilike', containing(filter.search));
  }
  if (filter.status !== undefined) {
    query = query.where('rollout.finished_at', filter.status === 'open' ? 'is' : 'is not', null);
  }
  const { count } = await query
    .clearSelect()
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .orderBy(sql`rollout.finished_at is not null`)
    .orderBy('rollout.created_at', 'desc')
    .orderBy('rollout.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute();
  return { count: Number(count), rollouts: rows.map(toRollout) };
}

/** The plans of these rollouts, by id. */
export async function listPlans(
  db: Db,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Rollout['plan']>> {
  if (ids.length === 0) return new Map();
  const rows = await selectRollouts(db)
    .where('rollout.id', 'in', [...ids])
    .execute();
  return new Map(rows.map((row) => [row.id, toRollout(row).plan]));
}

/** The rollout of a flag that was rolled back last and that nobody has looked at since. */
export async function findUnseenRollback(
  db: Db,
  flagId: number,
  environmentId: number,
): Promise<Rollout | undefined> {
  const row = await selectOfFlag(db, flagId, environmentId)
    .where('rollout.state', '=', 'rolled_back')
    .where('rollout.acknowledged_at', 'is', null)
    .orderBy('rollout.finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRollout(row);
}

/** The environment that a rollout runs in, for verbs that work in one. */
export async function environmentRef(db: Db, id: number): Promise<EnvironmentRef> {
  const { project_id: projectId, ...environment } = await db
    .selectFrom('environment')
    .select(['id', 'key', 'name', 'token', 'project_id'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { ...environment, projectId };
}

/** How people call the environment that a rollout runs in. */
export async function environmentOf(db: Db, id: number): Promise<{ key: string; name: string }> {
  return db
    .selectFrom('environment')
    .select(['key', 'name'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Every rollout that a flag belongs to at the moment. */
export async function listOpenRollouts(db: Db): Promise<Rollout[]> {
  const rows = await selectRollouts(db).where('rollout.state', 'not in', CLOSED).execute();
  return rows.map(toRollout);
}

/** The rollouts that flags belong to at the moment in an environment. */
export async function listRunning(
  db: Db,
  environmentId: number,
): Promise<{ id: string; flagId: number; flagKey: string }[]> {
  return db
    .selectFrom('rollout')
    .select(['id', 'flag_id as flagId', 'flag_key as flagKey'])
    .where('environment_id', '=', environmentId)
    .where('state', 'not in', CLOSED)
    .execute();
}

/** The flag of a running rollout that asks the environment's Prometheus. */
export async function findAskingSource(db: Db, environmentId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('rollout')
    .select('flag_key')
    .where('environment_id', '=', environmentId)
    .where('state', 'not in', CLOSED)
    .where(sql<boolean>`plan->'guardrails' @> '[{"kind": "prometheus"}]'`)
    .executeTakeFirst();
  return row?.flag_key;
}

type RunningStage = {
  readonly id: string;
  readonly environmentId: number;
  readonly flagId: number;
  readonly flagKey: string;
  readonly stageIndex: number;
  readonly enteredAt: Date | null;
  readonly treatment: string | null;
  /** What is asked of its people. */
  readonly question: string | null;
};

/** Where the rollouts that flags belong to stand, in every environment, in a stable order. */
export async function listRunningStages(db: Db): Promise<RunningStage[]> {
  return db
    .selectFrom('rollout')
    .select([
      'id',
      'environment_id as environmentId',
      'flag_id as flagId',
      'flag_key as flagKey',
      'stage_index as stageIndex',
      'stage_entered_at as enteredAt',
      sql<string | null>`plan->>'treatment'`.as('treatment'),
      sql<string | null>`plan->'stages'->stage_index->'feedback'->>'question'`.as('question'),
    ])
    .where('state', 'not in', CLOSED)
    .orderBy('flag_id')
    .execute();
}

/** What a transition or a look changes besides the position. */
export type RolloutChange = Updateable<
  Pick<
    Database['rollout'],
    | 'hold_detail'
    | 'snapshot_before'
    | 'applied_flag_version'
    | 'version'
    | 'outcome'
    | 'outcome_reason'
    | 'started_at'
    | 'finished_at'
    | 'peak_hours'
    | 'baselines'
    | 'acknowledged_at'
    | 'acknowledged_by'
    | 'plan'
    | 'plan_version'
    | 'created_by_user'
  >
>;

/** Writes where a rollout stands and gives its claim back. The caller holds the row's lock. */
export async function saveRollout(
  db: Db,
  id: string,
  position: Position,
  change: RolloutChange,
): Promise<void> {
  await db
    .updateTable('rollout')
    .set({ ...positionColumns(position), ...change, claimed_until: null })
    .where('id', '=', id)
    .execute();
}

/** The rollout that has a flag of a project in an environment at the moment. */
export async function findRunningOf(
  db: Db,
  of: { readonly projectId: number; readonly environment: string; readonly flagKey: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('rollout')
    .innerJoin('environment', 'environment.id', 'rollout.environment_id')
    .select('rollout.id')
    .where('rollout.project_id', '=', of.projectId)
    .where('environment.key', '=', of.environment)
    .where('rollout.flag_key', '=', of.flagKey)
    .where('rollout.state', 'not in', CLOSED)
    .executeTakeFirst();
  return row?.id;
}
