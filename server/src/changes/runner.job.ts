// Looks for what is due every second, and at once after a change of plans. A lease lets one replica make it at
// a time, so that the order of times is kept; the others find nothing left.
import type { Ctx } from '#platform/ctx';
import { acquireLease, type Loop, releaseLease, renewLease, runEvery } from '#platform/scheduler';
import { findDue } from './due.store.ts';
import type { MakeDeps } from './make.service.ts';
import { runDue } from './run-due.job.ts';

const LOOK_EVERY_MS = 1_000;
/** Renewed with every change that is made; after a crash another replica takes over when it has run out. */
const LEASE = { name: 'due changes', ttlMs: 15_000 };

export type RunnerOptions = MakeDeps & {
  /** Unique among the replicas. */
  readonly nodeId: string;
};

/** Runs until stopped. */
export class Runner {
  readonly #ctx: Ctx;
  readonly #options: RunnerOptions;
  readonly #loop: Loop;
  readonly #off: () => void;

  constructor(ctx: Ctx, options: RunnerOptions) {
    this.#ctx = ctx;
    this.#options = options;
    const job = (signal: AbortSignal) => this.#run(signal);
    const { log, clock } = ctx;
    this.#loop = runEvery({ name: 'due changes', intervalMs: LOOK_EVERY_MS, job, log, clock });
    this.#off = ctx.events.on('change.changed', () => this.#loop.wake());
  }

  async stop(): Promise<void> {
    this.#off();
    await this.#loop.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { db, clock } = this.#ctx;
    if (!(await findDue(db, new Date(clock.now())))) return;
    const request = { ...LEASE, holder: this.#options.nodeId };
    const token = await acquireLease(db, request);
    if (token === undefined) return;
    const lease = { ...request, token };
    try {
      const { findRollouts } = this.#options;
      const mayGoOn = async () => !signal.aborted && (await renewLease(db, lease));
      await runDue(this.#ctx, { findRollouts, mayGoOn });
    } finally {
      await releaseLease(db, lease);
    }
  }
}
