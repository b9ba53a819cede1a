// At which stage of which rollout every flag is, in memory: what flags tell about themselves to OpenFeature SDKs, and
// what people are asked there.
import type { Ctx } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import { questionId, type StageQuestion } from '../feedback/question.ts';
import { listRunningStages } from '../kept/rollouts.store.ts';

/** 10 s: how long a change may go unseen should its notice be lost. */
const READ_EVERY_MS = 10_000;

type RunningStage = {
  readonly rolloutId: string;
  /** From 1. */
  readonly stage: number;
};

/** The rollouts of one environment; the same object until something in it changes. */
export type StagesOfEnvironment = {
  /** Differs whenever the content does. */
  readonly version: string;
  readonly byFlagId: ReadonlyMap<number, RunningStage>;
};

const NO_QUESTIONS: readonly StageQuestion[] = [];
const NONE: StagesOfEnvironment = { version: '', byFlagId: new Map() };

/** Reads at once, then on every `rollout.changed`. Until the first read has ended no flag has a rollout. */
export class RunningStages {
  readonly #loop: Loop;
  readonly #stopListening: () => void;
  #byEnvironment: ReadonlyMap<number, StagesOfEnvironment> = new Map();
  #questions: ReadonlyMap<number, readonly StageQuestion[]> = new Map();

  constructor(ctx: Ctx) {
    this.#loop = runEvery({
      name: 'stages of running rollouts',
      intervalMs: READ_EVERY_MS,
      job: () => this.#read(ctx),
      log: ctx.log,
      clock: ctx.clock,
    });
    this.#stopListening = ctx.events.on('rollout.changed', () => this.#loop.wake());
  }

  of(environmentId: number): StagesOfEnvironment {
    return this.#byEnvironment.get(environmentId) ?? NONE;
  }

  /** What is asked in an environment at the moment; the same list until the next read. */
  questionsOf(environmentId: number): readonly StageQuestion[] {
    return this.#questions.get(environmentId) ?? NO_QUESTIONS;
  }

  async stop(): Promise<void> {
    this.#stopListening();
    await this.#loop.stop();
  }

  async #read(ctx: Ctx): Promise<void> {
    const stages = new Map<number, Map<number, RunningStage>>();
    const running = await listRunningStages(ctx.db);
    for (const { id, environmentId, flagId, stageIndex } of running) {
      const own = stages.get(environmentId) ?? new Map<number, RunningStage>();
      stages.set(environmentId, own);
      own.set(flagId, { rolloutId: id, stage: stageIndex + 1 });
    }
    const next = new Map<number, StagesOfEnvironment>();
    for (const [environmentId, byFlagId] of stages) {
      const version = JSON.stringify([...byFlagId]);
      const known = this.#byEnvironment.get(environmentId);
      next.set(environmentId, known?.version === version ? known : { version, byFlagId });
    }
    this.#byEnvironment = next;
    this.#questions = questionsOf(running);
  }
}

function questionsOf(
  running: Awaited<ReturnType<typeof listRunningStages>>,
): ReadonlyMap<number, readonly StageQuestion[]> {
  const asking = running.filter(({ question }) => question !== null);
  const byEnvironment = Map.groupBy(asking, ({ environmentId }) => environmentId);
  return new Map(
    [...byEnvironment].map(([environmentId, stages]) => [
      environmentId,
      stages.map(({ id, flagKey, stageIndex, treatment, question, enteredAt }) => ({
        id: questionId(id, stageIndex),
        rolloutId: id,
        flagKey,
        treatment,
        text: question ?? '',
        sinceMs: enteredAt?.getTime() ?? 0,
      })),
    ]),
  );
}
