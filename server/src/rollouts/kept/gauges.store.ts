// Numbers about rollouts, for whoever watches Serin itself.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { RolloutEventType, RolloutState } from '../gate/rollout.ts';
import { listOpenRollouts } from './rollouts.store.ts';

type Counted = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

export type RolloutGauges = {
  readonly rollouts: readonly {
    readonly labels: Counted['labels'];
    readonly state: RolloutState;
    readonly percent: number;
    /** Null before the first look. */
    readonly lookSeconds: number | null;
    readonly lagSeconds: number | null;
    readonly sourceErrors: number;
  }[];
  /** ln E of each guardrail. */
  readonly evidence: readonly Counted[];
  readonly holds: readonly Counted[];
  readonly rollbacks: readonly Counted[];
};

/** Of the rollouts that run; holds and rollbacks are of all that ever ran. */
export async function readRolloutGauges(db: Db, nowMs: number): Promise<RolloutGauges> {
  const open = await listOpenRollouts(db);
  const looks = await lastLooks(
    db,
    open.map(({ id }) => id),
  );
  const known = open.map((rollout) => ({
    rollout,
    look: looks.get(rollout.id),
    labels: {
      project: String(rollout.projectId),
      env: rollout.environmentKey,
      flag: rollout.flagKey,
    },
  }));
  return {
    rollouts: known.map(({ rollout: { plan, position }, look, labels }) => ({
      labels,
      state: position.state,
      percent: plan.stages[position.stageIndex]?.percent ?? 0,
      lookSeconds: look ? look.durationMs / 1000 : null,
      lagSeconds: position.lastEvalAtMs === null ? null : (nowMs - position.lastEvalAtMs) / 1000,
      sourceErrors: position.sourceErrors,
    })),
    evidence: known.flatMap(({ look, labels }) =>
      (look?.assessments ?? []).map(({ id, lnEMixed }) => ({
        labels: { ...labels, guardrail: id },
        value: lnEMixed,
      })),
    ),
    holds: await countEvents(db, 'held', sql`coalesce(payload ->> 'hold_reason', 'unknown')`),
    rollbacks: await countEvents(
      db,
      'rollback_started',
      sql`case when actor_kind = 'system' then 'harm' else 'asked' end`,
    ),
  };
}

type Look = {
  readonly rolloutId: string;
  readonly durationMs: number;
  readonly assessments: readonly { readonly id: string; readonly lnEMixed: number }[];
};

async function lastLooks(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Look>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('rollout_evaluation')
    .distinctOn('rollout_id')
    .select(['rollout_id as rolloutId', 'duration_ms as durationMs'])
    .select(sql<Look['assessments']>`per_guardrail -> 'assessments'`.as('assessments'))
    .where('rollout_id', 'in', ids)
    .orderBy('rollout_id')
    .orderBy('id', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.rolloutId, row]));
}

async function countEvents(
  db: Db,
  type: RolloutEventType,
  reason: RawBuilder<unknown>,
): Promise<Counted[]> {
  const rows = await db
    .selectFrom('rollout_event')
    .select(sql<string>`${reason}`.as('reason'))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('type', '=', type)
    .groupBy(sql`1`)
    .orderBy(sql`1`)
    .execute();
  return rows.map((row) => ({ labels: { reason: row.reason }, value: Number(row.count) }));
}
