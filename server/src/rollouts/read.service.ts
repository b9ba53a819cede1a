// Reading rollouts: one with all that its page shows, its looks and its decisions.
import { fail } from '#kernel/errors';
import type { Verdict } from '#metrics/verdict';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import {
  type Evaluation,
  findEvaluation,
  findLastEvaluation,
  findLastPerson,
  listEvaluations,
  listEvents,
  type RolloutEvent,
} from './kept/history.store.ts';
import { findLastVerdicts, listSeries, type SeriesLook } from './kept/looks.store.ts';
import { getRollout } from './rollouts.service.ts';
import {
  findOpenRollout,
  listRollouts,
  type Rollout,
  type RolloutFilter,
} from './kept/rollouts.store.ts';
import { listStageRuns, type StageRun } from './kept/stage-run.store.ts';

export type { Evaluation, RolloutEvent } from './kept/history.store.ts';
export type { Rollout } from './kept/rollouts.store.ts';

/** One rollout with what its page shows. */
export type RolloutDetail = {
  readonly rollout: Rollout;
  readonly runs: readonly StageRun[];
  /** The last look at the current run of the stage. */
  readonly evaluation: Evaluation | null;
  /** The last person who decided something about it. */
  readonly lastPerson: Awaited<ReturnType<typeof findLastPerson>>;
  readonly nowMs: number;
};

/** A rollout in a list. */
export type ListedRollout = {
  readonly rollout: Rollout;
  /** Of the last look at where it stands. */
  readonly verdict: Verdict | null;
  readonly nowMs: number;
};

type ReadCtx = Ctx & { readonly projectId: number };
type PageAt = { readonly limit: number; readonly offset: number };

/** @throws not_found */
export async function describeRollout(ctx: ReadCtx, id: string): Promise<RolloutDetail> {
  return detailOf(ctx, await getRollout(ctx, id));
}

/** What the page of a rollout shows beside its row. */
export async function detailOf(ctx: Ctx, rollout: Rollout): Promise<RolloutDetail> {
  const { id } = rollout;
  const { stageIndex, attempt } = rollout.position;
  const evaluation = await findLastEvaluation(ctx.db, { rolloutId: id, stageIndex, attempt });
  return {
    rollout,
    runs: await listStageRuns(ctx.db, id),
    lastPerson: await findLastPerson(ctx.db, id),
    evaluation: evaluation ?? null,
    nowMs: ctx.clock.now(),
  };
}

/** A page of the environment's rollouts: those that are not over first, then the newest. */
export async function listEnvironmentRollouts(
  ctx: ProjectCtx,
  filter: Omit<RolloutFilter, 'projectId' | 'environmentId'>,
): Promise<{ count: number; listed: ListedRollout[] }> {
  const { projectId, environment } = ctx;
  const where = { ...filter, projectId, environmentId: environment.id };
  const { count, rollouts } = await listRollouts(ctx.db, where);
  const verdicts = await findLastVerdicts(
    ctx.db,
    rollouts.map(({ id }) => id),
  );
  const nowMs = ctx.clock.now();
  const listed = rollouts.map((rollout) => ({
    rollout,
    verdict: verdicts.get(rollout.id) ?? null,
    nowMs,
  }));
  return { count, listed };
}

type WantedSeries = {
  readonly stageIndex: number | undefined;
  readonly attempt: number | undefined;
  readonly points: number;
};

/** Looks over one run of a stage: the last of the stage that is asked for, or of the one it is at. @throws not_found */
export async function readSeries(
  ctx: ReadCtx,
  id: string,
  wanted: WantedSeries,
): Promise<{
  rollout: Rollout;
  stageIndex: number;
  attempt: number;
  count: number;
  looks: SeriesLook[];
}> {
  const rollout = await getRollout(ctx, id);
  const { position } = rollout;
  const stageIndex = wanted.stageIndex ?? position.stageIndex;
  const attempt = wanted.attempt ?? (await lastAttempt(ctx, rollout, stageIndex));
  const run = { rolloutId: id, stageIndex, attempt };
  return { rollout, stageIndex, attempt, ...(await listSeries(ctx.db, run, wanted.points)) };
}

async function lastAttempt(ctx: ReadCtx, { id, position }: Rollout, stageIndex: number) {
  if (stageIndex === position.stageIndex) return position.attempt;
  const runs = await listStageRuns(ctx.db, id);
  return runs.findLast((run) => run.stageIndex === stageIndex)?.attempt ?? position.attempt;
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
