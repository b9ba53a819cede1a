// Reading rollouts: one with all that its page shows, its looks and its decisions.
import { fail } from '#kernel/errors';
import type { Ctx } from '#platform/ctx';
import {
  type Evaluation,
  findEvaluation,
  findLastEvaluation,
  listEvaluations,
  listEvents,
  type RolloutEvent,
} from './kept/history.store.ts';
import { getRollout } from './rollouts.service.ts';
import { type Rollout, findOpenRollout } from './kept/rollouts.store.ts';
import { listStageRuns, type StageRun } from './kept/stage-run.store.ts';

export type { Evaluation, RolloutEvent } from './kept/history.store.ts';
export type { Rollout } from './kept/rollouts.store.ts';

/** One rollout with what its page shows. */
export type RolloutDetail = {
  readonly rollout: Rollout;
  readonly runs: readonly StageRun[];
  /** The last look at the current run of the stage. */
  readonly evaluation: Evaluation | null;
  readonly nowMs: number;
};

type ReadCtx = Ctx & { readonly projectId: number };
type PageAt = { readonly limit: number; readonly offset: number };

/** @throws not_found */
export async function describeRollout(ctx: ReadCtx, id: string): Promise<RolloutDetail> {
  const rollout = await getRollout(ctx, id);
  const { stageIndex, attempt } = rollout.position;
  const evaluation = await findLastEvaluation(ctx.db, { rolloutId: id, stageIndex, attempt });
  return {
    rollout,
    runs: await listStageRuns(ctx.db, id),
    evaluation: evaluation ?? null,
    nowMs: ctx.clock.now(),
  };
}

/** The rollout that works on a flag at the moment in an environment. */
export async function findRolloutOf(
  ctx: Ctx,
  flagId: number,
  environmentId: number,
): Promise<Rollout | undefined> {
  return findOpenRollout(ctx.db, flagId, environmentId);
}

/** A page of looks, newest first. @throws not_found */
export async function listRolloutEvaluations(
  ctx: ReadCtx,
  id: string,
  page: PageAt,
): Promise<{ rollout: Rollout; count: number; evaluations: Evaluation[] }> {
  const rollout = await getRollout(ctx, id);
  return { rollout, ...(await listEvaluations(ctx.db, id, page)) };
}

/** One look with every input of its decision. @throws not_found */
export async function getRolloutEvaluation(
  ctx: ReadCtx,
  id: string,
  evaluationId: string,
): Promise<{ rollout: Rollout; evaluation: Evaluation }> {
  const rollout = await getRollout(ctx, id);
  const evaluation = await findEvaluation(ctx.db, id, evaluationId);
  if (!evaluation) fail('not_found', { detail: 'There is no such evaluation.' });
  return { rollout, evaluation };
}

/** A page of decisions, newest first. @throws not_found */
export async function listRolloutEvents(
  ctx: ReadCtx,
  id: string,
  page: PageAt,
): Promise<{ count: number; events: RolloutEvent[] }> {
  await getRollout(ctx, id);
  return listEvents(ctx.db, id, page);
}
