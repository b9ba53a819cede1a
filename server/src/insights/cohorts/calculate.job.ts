// Has cohorts by events calculated when they are due, one after the other, by whichever replica takes one on first.
import {
  addCalculations,
  claimCalculation,
  deleteCalculation,
  dropCalculations,
  findCalculationNumbers,
  findNeedless,
} from '#cohorts';
import type { Ctx } from '#platform/ctx';
import { runEvery } from '#platform/scheduler';
import { type CalculationDeps, calculate } from './calculate.service.ts';

/** 5 s: how soon what other replicas have asked for is taken on. */
const LOOK_EVERY_MS = 5_000;

/** Runs until it is closed. */
export function openCohortCalculation(deps: CalculationDeps): { close(): Promise<void> } {
  const { ctx } = deps;
  const loop = runEvery({
    name: 'cohorts',
    intervalMs: LOOK_EVERY_MS,
    job: (signal) => calculateDue(deps, signal),
    log: ctx.log,
    clock: ctx.clock,
  });
  const stopListening = ctx.events.on('cohort.due', () => loop.wake());
  return {
    close: () => {
      stopListening();
      return loop.stop();
    },
  };
}

async function calculateDue(deps: CalculationDeps, signal: AbortSignal): Promise<void> {
  const { ctx } = deps;
  await removeNeedless(ctx);
  await addCalculations(ctx.db, new Date(ctx.clock.now()));
  while (!signal.aborted) {
    const claim = await claimCalculation(ctx.db, new Date(ctx.clock.now()));
    if (!claim) return;
    await calculate(claim, deps, signal);
  }
}

/** Of cohorts that are deleted, or ask for no events any more. */
async function removeNeedless({ db, clickhouse }: Ctx): Promise<void> {
  for (const needless of await findNeedless(db)) {
    const numbers = await findCalculationNumbers(clickhouse, needless);
    await dropCalculations(clickhouse, needless, numbers);
    await deleteCalculation(db, needless);
  }
}
