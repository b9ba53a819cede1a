// Keeps the controller running: a look at what is due every so often, at once when something happens that
// matters to a rollout (an event of one of its guardrails, a change of its flag, a command).
import { canRollBack, type Guardrail } from '#metrics/guardrail';
import type { Ctx } from '#platform/ctx';
import { type Loop, runEvery } from '#platform/scheduler';
import { bringForward } from './claim.store.ts';
import { LateRollbacks } from './late-rollback.service.ts';
import { isMonitored } from '../gate/rollout.ts';
import { listOpenRollouts } from '../kept/rollouts.store.ts';
import { tick, type TickDeps } from './tick.job.ts';

/** Between looks for due rollouts, and between two looks at one rollout that arrivals wake. */
const POLL_MS = 1000;
/** With a time scale everything shrinks, but not below what a machine can follow. */
const MIN_POLL_MS = 200;
/** Of the time at most a tenth goes into looks that arrivals wake. */
const WAKE_REST = 10;

export type ControllerOptions = Pick<
  TickDeps,
  'watermarkMs' | 'holder' | 'sources' | 'replicas'
> & {
  readonly timeScale: number;
};

type Watched = {
  readonly rolloutId: string;
  readonly environmentId: number;
  /** Whose arrival asks for a look; none before the stage has settled. */
  readonly events: ReadonlySet<string>;
};

/** Durations and sums arrive all the time, and one more of them decides nothing. */
const urgentEvents = (guardrail: Guardrail): string[] =>
  guardrail.measure.kind === 'share' && canRollBack(guardrail) ? [guardrail.event] : [];

/** Runs until stopped. */
export class Controller {
  readonly #ctx: Ctx;
  readonly #deps: TickDeps;
  readonly #pollMs: number;
  readonly #loop: Loop;
  readonly #unsubscribe: readonly (() => void)[];
  readonly #lookMs = new Map<string, number>();
  readonly #restUntilMs = new Map<string, number>();
  readonly #awake = new Set<string>();
  /** Environments whose flags have changed since the last run; null means all. */
  readonly #changedFlagsOf = new Set<number | null>();
  #watched: readonly Watched[] = [];
  #isStale = true;

  constructor(ctx: Ctx, options: ControllerOptions) {
    this.#ctx = ctx;
    this.#pollMs = Math.max(MIN_POLL_MS, POLL_MS / options.timeScale);
    this.#deps = {
      watermarkMs: options.watermarkMs,
      sources: options.sources,
      replicas: options.replicas,
      late: new LateRollbacks(),
      holder: options.holder,
      startedAtMs: ctx.clock.now(),
      onLooked: (rolloutId, durationMs) => this.#lookMs.set(rolloutId, durationMs),
    };
    const { events, log, clock } = ctx;
    this.#unsubscribe = [
      events.on('events.stored', ({ environmentId, names }) =>
        this.#onStored(environmentId, names),
      ),
      events.on('flag.changed', ({ environmentId }) => this.#onFlagChanged(environmentId)),
      events.on('rollout.changed', () => {
        this.#isStale = true;
      }),
    ];
    const job = (signal: AbortSignal) => this.#run(signal);
    this.#loop = runEvery({ name: 'rollouts', intervalMs: this.#pollMs, job, log, clock });
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#loop.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    await this.#refresh();
    this.#wakeForFlags();
    await this.#wakeRested();
    const deps = { ...this.#deps, signal };
    while (!signal.aborted && (await tick(this.#ctx, deps)) > 0 && this.#isStale) {
      await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    if (!this.#isStale) return;
    this.#isStale = false;
    const open = await listOpenRollouts(this.#ctx.db);
    this.#watched = open.map(({ id, environmentId, plan, position }) => ({
      rolloutId: id,
      environmentId,
      events: new Set(isMonitored(position) ? plan.guardrails.flatMap(urgentEvents) : []),
    }));
    const ids = new Set(open.map((rollout) => rollout.id));
    for (const map of [this.#lookMs, this.#restUntilMs]) {
      for (const id of map.keys()) if (!ids.has(id)) map.delete(id);
    }
  }

  #onStored(environmentId: number, names: readonly string[]): void {
    const nowMs = this.#ctx.clock.now();
    for (const { rolloutId, environmentId: place, events } of this.#watched) {
      if (place !== environmentId || !names.some((name) => events.has(name))) continue;
      this.#awake.add(rolloutId);
      if (nowMs >= (this.#restUntilMs.get(rolloutId) ?? 0)) this.#loop.wake();
    }
  }

  /** Makes looks due that arrivals asked for, where the last one lies far enough back. */
  async #wakeRested(): Promise<void> {
    const nowMs = this.#ctx.clock.now();
    const rested = [...this.#awake].filter((id) => nowMs >= (this.#restUntilMs.get(id) ?? 0));
    for (const id of rested) {
      this.#awake.delete(id);
      const restMs = Math.max(this.#pollMs, WAKE_REST * (this.#lookMs.get(id) ?? 0));
      this.#restUntilMs.set(id, nowMs + restMs);
    }
    await bringForward(this.#ctx.db, rested, nowMs);
  }

  /** Which rollouts that concerns is said at the next run: one that has just begun is known by then. */
  #onFlagChanged(environmentId: number | null): void {
    this.#changedFlagsOf.add(environmentId);
    this.#loop.wake();
  }

  #wakeForFlags(): void {
    const places = this.#changedFlagsOf;
    if (places.size === 0) return;
    for (const { rolloutId, environmentId } of this.#watched) {
      if (!places.has(environmentId) && !places.has(null)) continue;
      this.#awake.add(rolloutId);
      this.#restUntilMs.delete(rolloutId);
    }
    places.clear();
  }
}
