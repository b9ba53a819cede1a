// What people said in the stages of a rollout, read from the events that their answers are.
import { fail } from '#kernel/errors';
import { type Answer, countAnswers, listAnswers } from '#metrics';
import type { ProjectCtx } from '#platform/ctx';
import { getRollout } from '../rollouts.service.ts';
import { questionId, stageOfQuestion } from './question.ts';

const PATIENCE_MS = 20_000;

type StageFeedback = {
  readonly index: number;
  readonly name: string;
  readonly channel: string | null;
  readonly question: string | null;
  readonly shown: number;
  readonly answered: number;
};

export type Feedback = {
  readonly stages: readonly StageFeedback[];
  readonly answers: readonly (Omit<Answer, 'questionId'> & { readonly stageIndex: number })[];
};

type Wanted = {
  /** Undefined: of every stage. */
  readonly stageIndex: number | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** @throws not_found; unavailable when the event store does not answer */
export async function readFeedback(
  ctx: ProjectCtx,
  rolloutId: string,
  { stageIndex, limit, offset }: Wanted,
): Promise<Feedback> {
  const { plan, environmentId, startedAt } = await getRollout(ctx, rolloutId);
  const idOf = (index: number) => questionId(rolloutId, index);
  const asking = plan.stages.flatMap(({ feedback }, index) => (feedback?.question ? [index] : []));
  const about = {
    environmentId,
    questionIds: asking.map(idOf),
    sinceMs: startedAt?.getTime() ?? ctx.clock.now(),
  };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const wanted = asking.filter((index) => stageIndex === undefined || index === stageIndex);
  const [counts, answers] = await Promise.all([
    asking.length === 0 ? [] : countAnswers(ctx.clickhouse, about, signal),
    wanted.length === 0
      ? []
      : listAnswers(
          ctx.clickhouse,
          { ...about, questionIds: wanted.map(idOf) },
          { limit, offset },
          signal,
        ),
  ]).catch((cause: unknown) =>
    fail('unavailable', { detail: 'The event store does not answer.', cause }),
  );
  return {
    stages: plan.stages.flatMap(({ name, feedback }, index) => {
      if (feedback === null) return [];
      const found = counts.find((one) => one.questionId === idOf(index));
      const { shown = 0, answered = 0 } = found ?? {};
      return [{ index, name, ...feedback, shown, answered }];
    }),
    answers: answers.map(({ questionId: id, ...answer }) => ({
      ...answer,
      stageIndex: stageOfQuestion(rolloutId, id) ?? 0,
    })),
  };
}
