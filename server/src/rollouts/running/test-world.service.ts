// A world for tests of rollouts: real stores, a clock that tests move, a flag, and people who use it.
import { bootstrap, openDirectory } from '#accounts';
import { createFlag, type FlagRecord, getFlag } from '#flags';
import { rolloutHash } from '#flags/bucket';
import { compileFlag } from '#flags/evaluate';
import { ManualClock } from '#kernel/clock';
import { createEventBus } from '#kernel/events';
import { type Ctx, type ProjectCtx, systemActor } from '#platform/ctx';
import { createLog } from '#platform/log';
import { insertEvents, type TestEvent } from '#platform/test-events';
import { startTestStores, type TestStores } from '#platform/test-stores';
import { allowedCommands, type Command, type CommandName } from '../gate/command.ts';
import { createRollout } from '../plan/draft.service.ts';
import { type PlanInput, PlanWire } from '../plan/plan.contract.ts';
import { isTerminal } from '../gate/rollout.ts';
import { type CommandOptions, commandRollout, getRollout } from '../rollouts.service.ts';
import type { Rollout } from '../kept/rollouts.store.ts';
import { percentAt } from '../flag/stage-filters.ts';
import { tick, type TickDeps } from './tick.job.ts';

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 2, 9);

export type World = {
  readonly stores: TestStores;
  readonly ctx: ProjectCtx;
  readonly clock: ManualClock;
  /** How many flags it has: keys decide who gets a change, and are the same whatever ran before. */
  readonly flags: { made: number };
  close(): Promise<void>;
};

export async function startWorld(): Promise<World> {
  const stores = await startTestStores();
  const clock = new ManualClock(START);
  const ctx: Ctx = {
    db: stores.db,
    clickhouse: stores.clickhouse,
    events: createEventBus(),
    clock,
    log: createLog('silent'),
    actor: { kind: 'user', id: 'ada', label: 'ada@example.com' },
  };
  await bootstrap(ctx, {
    email: 'ada@example.com',
    name: 'Ada',
    password: 'correct horse battery',
    organizationName: 'Test',
    projectName: 'Test',
  });
  const directory = await openDirectory(ctx);
  const environment = directory.environments().find(({ key }) => key === 'production');
  await directory.close();
  if (!environment) throw new Error('bootstrap made no environment');
  const projectCtx = {
    ...ctx,
    actor: systemActor('test'),
    projectId: environment.projectId,
    environment,
  };
  return { stores, ctx: projectCtx, clock, flags: { made: 0 }, close: () => stores.close() };
}

/** 10 % → 50 % → everyone: ten minutes and some people each. */
function aWirePlan(flagKey: string, changes: Partial<PlanInput> = {}): PlanInput {
  const bake = { min_bake_seconds: 300, min_exposures: 50 };
  return {
    flag_key: flagKey,
    stages: [
      { name: '10 %', percent: 10, ...bake },
      { name: '50 %', percent: 50, ...bake },
      { name: 'everyone', percent: 100, min_bake_seconds: 0 },
    ],
    guardrails: [{ id: 'errors', kind: 'exception_users', allow_no_baseline: true }],
    ...changes,
  };
}

/** A rollout under test, with the people who use its flag. */
export class RolloutStory {
  readonly #world: World;
  readonly flag: FlagRecord;
  readonly id: string;
  #visitors = 0;
  /** A type of groups: visitors come in pairs, each pair of a group of its own. */
  unit: string | null = null;
  /** Chance of an error for people with the change, and without, as "every so many-th person". */
  errorEvery = { treatment: Infinity, control: Infinity };
  /** What else a person does, right after the call. */
  also: (
    isTreated: boolean,
    visitor: number,
  ) => readonly Pick<TestEvent, 'event' | 'properties'>[] = () => [];

  constructor(world: World, flag: FlagRecord, id: string) {
    this.#world = world;
    this.flag = flag;
    this.id = id;
  }

  rollout(): Promise<Rollout> {
    return getRollout(this.#world.ctx, this.id);
  }

  /** The flag as it is now. */
  flagNow(): Promise<FlagRecord> {
    return getFlag(this.#world.ctx, this.flag.key);
  }

  command(
    name: CommandName,
    more: Partial<Command> = {},
    options?: CommandOptions,
  ): Promise<Rollout> {
    return commandRollout(this.#world.ctx, this.id, { name, reason: null, ...more }, options);
  }

  /** Ends it, if it has not ended by itself. */
  async cancel(): Promise<void> {
    const { position } = await this.rollout();
    if (allowedCommands({ ...position, isAcknowledged: false }).includes('cancel'))
      await this.command('cancel');
  }

  isInTreatment(distinctId: string, percent: number): boolean {
    const { prefix } = compileFlag(this.flag, { compileRegex: () => undefined });
    return rolloutHash(prefix, distinctId) <= percent / 100;
  }

  /** A minute passes in which `people` new people use the flag. */
  async minute(people = 300): Promise<void> {
    const { clock, ctx } = this.#world;
    const { plan, position } = await this.rollout();
    const percent = percentAt(plan, position.stageIndex);
    const events: TestEvent[] = [];
    for (let i = 0; i < people; i += 1) {
      this.#visitors += 1;
      const distinctId = `visitor-${this.#visitors}`;
      const company = `company-${Math.ceil(this.#visitors / 2)}`;
      const isTreated = this.isInTreatment(this.unit === null ? distinctId : company, percent);
      const whose = this.unit === null ? {} : { groups: { [this.unit]: company } };
      const atMs = clock.now() + 1 + i;
      events.push({
        event: '$feature_flag_called',
        distinctId,
        ...whose,
        atMs,
        flag: this.flag.key,
        flagResponse: String(isTreated),
      });
      const every = this.errorEvery[isTreated ? 'treatment' : 'control'];
      if (this.#visitors % every === 0) {
        events.push({ event: '$exception', distinctId, ...whose, atMs: atMs + 1 });
      }
      for (const done of this.also(isTreated, this.#visitors)) {
        events.push({ ...done, distinctId, ...whose, atMs: atMs + 1 });
      }
    }
    await insertEvents(ctx.clickhouse, ctx.environment.id, events);
    clock.advance(MINUTE_MS);
  }

  /** Minutes pass, each with a look, until the rollout is over (or `minutes` are). */
  async live(minutes: number, holder = 'one'): Promise<Rollout> {
    for (let i = 0; i < minutes; i += 1) {
      await this.minute();
      await look(this.#world, holder);
      const rollout = await this.rollout();
      if (isTerminal(rollout.position.state)) return rollout;
    }
    return this.rollout();
  }
}

/** One round of the controller, as process `holder`. */
export async function look(
  world: World,
  holder = 'one',
  startedAtMs = START,
  more: Partial<TickDeps> = {},
): Promise<number> {
  const ctx = { ...world.ctx, actor: systemActor('rollout controller') };
  const claims = { clockMs: () => world.clock.now(), beatMs: 60_000 };
  const watermarkMs = () => world.clock.now();
  return tick(ctx, { watermarkMs, holder, startedAtMs, claims, ...more });
}

/** The same world, but its event store answers nothing until `release` is called. */
export function withSlowStore(world: World): {
  readonly slow: World;
  readonly release: () => void;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  const clickhouse = new Proxy(world.ctx.clickhouse, {
    get: (target, key) =>
      key === 'query'
        ? async (...args: Parameters<typeof target.query>) => {
            await promise;
            return target.query(...args);
          }
        : Reflect.get(target, key),
  });
  return { slow: { ...world, ctx: { ...world.ctx, clickhouse } }, release: resolve };
}

/** A new flag for nobody, and a draft of a rollout on it. */
export async function aStory(
  world: World,
  changes: Partial<PlanInput> = {},
): Promise<RolloutStory> {
  world.flags.made += 1;
  const flag = await createFlag(world.ctx, {
    key: `flag-${world.flags.made}`,
    filters: { groups: [{ properties: [], rollout_percentage: 0 }] },
    active: true,
  });
  const wire = PlanWire.parse(aWirePlan(flag.key, changes));
  const { id } = await createRollout(world.ctx, wire, 1);
  return new RolloutStory(world, flag, id);
}
