// Door of the rollouts feature: the running controller, the verbs and the routes. Pure parts are used
// inside; the contract has a door of its own (`#rollouts/contract`).
import { type Ctx, systemActor } from '#platform/ctx';
import type { Notifications } from '#notify';
import { startCollecting } from './incident/collect.job.ts';
import { startUserMessages } from './incident/user-messages.job.ts';
import type { DrillDeps } from './drill/drill.service.ts';
import type { StageQuestion } from './feedback/question.ts';
import { Controller, type ControllerOptions } from './running/controller.job.ts';
import type { RolloutsRuntime } from './rollouts.routes.ts';
import { listRunning } from './kept/rollouts.store.ts';
import { openReplicaEcho } from './running/replica-echo.job.ts';
import { RunningStages, type StagesOfEnvironment } from './running/running-stages.job.ts';

export { registerRolloutCare } from './care.routes.ts';
export { registerRollouts } from './rollouts.routes.ts';
export { registerSignals } from './signals/signals.routes.ts';
export { registerAdvice } from './advice/advice.routes.ts';
export { type RolloutGauges, readRolloutGauges } from './kept/gauges.store.ts';
export { findAskingSource } from './kept/rollouts.store.ts';
export type { StageQuestion } from './feedback/question.ts';
export { findRolloutOf } from './read.service.ts';
export type { StagesOfEnvironment } from './running/running-stages.job.ts';

/** The rollouts that flags belong to at the moment in an environment. */
export const findRunningRollouts = (ctx: Ctx, environmentId: number) =>
  listRunning(ctx.db, environmentId);

export type Rollouts = RolloutsRuntime & {
  readonly drills: DrillDeps;
  /** At which stage of which rollout the environment's flags are, from memory. */
  stagesIn(environmentId: number): StagesOfEnvironment;
  /** What people with a change are asked in the environment at the moment, from memory. */
  questionsIn(environmentId: number): readonly StageQuestion[];
  close(): Promise<void>;
};

export type RolloutsOptions = {
  /** Flags as this process serves them. */
  readonly snapshots: DrillDeps['snapshots'];
  /** Everything received before this instant is in the event store. */
  readonly watermarkMs: () => number;
  /** What other programs count. */
  readonly sources: ControllerOptions['sources'];
  /** The ways out to users. */
  readonly notifications: Pick<Notifications, 'sealKey' | 'transport'>;
  /** Divides the smallest allowed durations of plans. */
  readonly timeScale: number;
  /** Unique among the replicas. */
  readonly nodeId: string;
};

/** Starts the controller; it looks at what is due until closed. */
export function openRollouts(ctx: Ctx, options: RolloutsOptions): Rollouts {
  const { watermarkMs, timeScale, nodeId, sources } = options;
  const replicas = openReplicaEcho(ctx, options.snapshots, nodeId);
  const control: ControllerOptions = { watermarkMs, timeScale, holder: nodeId, sources, replicas };
  const controller = new Controller({ ...ctx, actor: systemActor('rollout controller') }, control);
  const stages = new RunningStages(ctx);
  const collecting = startCollecting(ctx);
  const telling = startUserMessages(ctx, options.notifications);
  return {
    timeScale,
    sources,
    settled: () => options.snapshots.settled(),
    drills: { snapshots: options.snapshots, replicas },
    stagesIn: (environmentId) => stages.of(environmentId),
    questionsIn: (environmentId) => stages.questionsOf(environmentId),
    close: async () => {
      replicas.close();
      await Promise.all([controller.stop(), stages.stop(), collecting.stop(), telling.stop()]);
    },
  };
}
