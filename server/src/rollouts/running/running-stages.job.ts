// At which stage of which rollout every flag is, in memory: what flags tell about themselves to OpenFeature SDKs.
import type { Ctx } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
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

const NONE: StagesOfEnvironment = { version: '', byFlagId: new Map() };

/** Reads at once, then on every `rollout.changed`. Until the first read has ended no flag has a rollout. */
export class RunningStages {
  readonly #loop: Loop;
  readonly #stopListening: () => void;
  #byEnvironment: ReadonlyMap<number, StagesOfEnvironment> = new Map();

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

  async stop(): Promise<void> {
    this.#stopListening();
    await this.#loop.stop();
  }

  async #read(ctx: Ctx): Promise<void> {
    const stages = new Map<number, Map<number, RunningStage>>();
    for (const { id, environmentId, flagId, stageIndex } of await listRunningStages(ctx.db)) {
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
  }
}
