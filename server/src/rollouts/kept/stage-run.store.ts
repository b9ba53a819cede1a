// Runs of stages: when each was entered, settled and left, with which evidence, at which flag version.
import { sql } from 'kysely';
import type { Verdict } from '#metrics/verdict';
import type { Db } from '#platform/ctx';
import type { RolloutEventType } from '../gate/rollout.ts';

export type StageRunRef = {
  readonly rolloutId: string;
  readonly stageIndex: number;
  readonly attempt: number;
};

export type StageRun = {
  readonly stageIndex: number;
  readonly attempt: number;
  readonly enteredAt: Date;
  readonly settledAt: Date | null;
  readonly exitedAt: Date | null;
  /** The decision that ended it. */
  readonly exitKind: RolloutEventType | null;
  /** Counted at the look that ended it. */
  readonly people: { readonly treatment: number; readonly control: number } | null;
};

export async function enterStage(
  db: Db,
  run: StageRunRef & { readonly at: Date; readonly flagVersion: number; readonly carry: object },
): Promise<void> {
  await db
    .insertInto('rollout_stage_run')
    .values({
      rollout_id: run.rolloutId,
      stage_index: run.stageIndex,
      attempt: run.attempt,
      entered_at: run.at,
      flag_version: run.flagVersion,
      carry_in: JSON.stringify(run.carry),
    })
    .execute();
}

export async function settleStage(db: Db, run: StageRunRef & { readonly at: Date }): Promise<void> {
  await updateRun(db, run).set({ settled_at: run.at }).execute();
}

export async function exitStage(
  db: Db,
  run: StageRunRef & { readonly at: Date; readonly exitKind: string; readonly evidence: unknown },
): Promise<void> {
  await updateRun(db, run)
    .set({
      exited_at: run.at,
      exit_kind: run.exitKind,
      final_evidence: run.evidence === null ? null : JSON.stringify(run.evidence),
    })
    .execute();
}

function updateRun(db: Db, run: StageRunRef) {
  return db
    .updateTable('rollout_stage_run')
    .where('rollout_id', '=', run.rolloutId)
    .where('stage_index', '=', run.stageIndex)
    .where('attempt', '=', run.attempt);
}

type Counts = Verdict['assessments'][number]['counts'];

/** Every run, in the order in which they were entered. */
export async function listStageRuns(db: Db, rolloutId: string): Promise<StageRun[]> {
  const rows = await db
    .selectFrom('rollout_stage_run')
    .select(['stage_index', 'attempt', 'entered_at', 'settled_at', 'exited_at', 'exit_kind'])
    // Every guardrail counts the same people; the rest of the evidence is large.
    .select(sql<Counts | null>`final_evidence #> '{assessments,0,counts}'`.as('counts'))
    .where('rollout_id', '=', rolloutId)
    .orderBy('entered_at')
    .orderBy('stage_index')
    .orderBy('attempt')
    .execute();
  return rows.map((row) => ({
    stageIndex: row.stage_index,
    attempt: row.attempt,
    enteredAt: row.entered_at,
    settledAt: row.settled_at,
    exitedAt: row.exited_at,
    exitKind: row.exit_kind as RolloutEventType | null,
    people: row.counts && { treatment: row.counts.nT, control: row.counts.nC },
  }));
}
