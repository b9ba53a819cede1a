// Asks the other replicas whether a change of a flag has reached them, and answers when asked. They hear each other
// through the same notices that carry every change of a flag.
import { performance } from 'node:perf_hooks';
import { v7 } from 'uuid';
import { evaluateFlags, type FlagSnapshots } from '#flags';
import type { DomainEvents } from '#kernel/events';
import type { Ctx } from '#platform/ctx';
import { findListeners, notify } from '#platform/postgres/notices';

/** What a replica is to have seen before it answers. */
type Question = Omit<DomainEvents['echo.asked'], 'id'>;

/** Null while this process does not hear the others: nobody can answer it. */
type Echo = {
  /** Other replicas that are connected. One that has lost its connection goes on serving what it knows, and cannot be asked. */
  readonly asked: number;
  /** When each of them said that it has, by this process's clock of durations. */
  readonly answeredMs: readonly number[];
} | null;

export type ReplicaEcho = {
  /** Resolves when all who are connected have answered, or after `patienceMs`. */
  ask(question: Question, patienceMs: number): Promise<Echo>;
  /** Who does not say so in time, this process included, in words; null when everybody who is connected does. */
  findMissing(question: Question, patienceMs: number): Promise<string | null>;
  close(): void;
};

/** A replica that does not see the change in this time does not answer. */
const LONGEST_WAIT_MS = 30_000;
/** Whom this process misses while it does not hear them. */
const UNHEARD = 'the other processes, which this one does not hear at the moment,';

export function openReplicaEcho(
  ctx: Ctx,
  snapshots: Pick<FlagSnapshots, 'get' | 'onChange'>,
  nodeId: string,
): ReplicaEcho {
  const stop = ctx.events.on('echo.asked', (asked) => {
    answer(ctx, snapshots, nodeId, asked).catch((err: unknown) => {
      ctx.log.warn({ err }, 'a question of another replica could not be answered');
    });
  });
  return {
    ask: (question, patienceMs) => ask(ctx, nodeId, question, patienceMs),
    findMissing: async (question, patienceMs) => {
      if (!(await isSeen(ctx, snapshots, question, patienceMs))) return 'this process';
      const echo = await ask(ctx, nodeId, question, patienceMs);
      if (echo === null) return UNHEARD;
      const missing = echo.asked - echo.answeredMs.length;
      return missing > 0 ? `${missing} of ${echo.asked} other replicas` : null;
    },
    close: stop,
  };
}

async function ask(
  ctx: Ctx,
  nodeId: string,
  question: Question,
  patienceMs: number,
): Promise<Echo> {
  const silent = await findListeners(ctx.db);
  if (!silent.delete(nodeId)) return null;
  const asked = silent.size;
  if (asked === 0) return { asked, answeredMs: [] };
  const id = v7();
  const answeredMs: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = ctx.events.on('echo.answered', (answered) => {
    if (answered.id !== id || !silent.delete(answered.nodeId)) return;
    answeredMs.push(performance.now());
    if (silent.size === 0) resolve();
  });
  const timer = setTimeout(resolve, patienceMs);
  try {
    await notify(ctx.db, 'echo.asked', { ...question, id });
    await promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
  return { asked, answeredMs };
}

async function answer(
  ctx: Ctx,
  snapshots: Pick<FlagSnapshots, 'get' | 'onChange'>,
  nodeId: string,
  { id, ...question }: DomainEvents['echo.asked'],
): Promise<void> {
  if (!(await isSeen(ctx, snapshots, question, LONGEST_WAIT_MS))) {
    throw new Error('the change did not arrive');
  }
  await notify(ctx.db, 'echo.answered', { id, nodeId });
}

/** True as soon as this process serves what is asked about; false when it does not in time. */
async function isSeen(
  ctx: Ctx,
  snapshots: Pick<FlagSnapshots, 'get' | 'onChange'>,
  question: Question,
  patienceMs: number,
): Promise<boolean> {
  const isThere = () => isServed(ctx, snapshots, question);
  if (isThere()) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = snapshots.onChange(() => isThere() && resolve(true));
  const timer = setTimeout(() => resolve(false), patienceMs);
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

function isServed(
  ctx: Ctx,
  snapshots: Pick<FlagSnapshots, 'get'>,
  { environmentId, flagKey, until }: Question,
): boolean {
  const { set, groupTypes } = snapshots.get(environmentId);
  if ('version' in until) {
    // A flag that is gone is served to nobody.
    return (set.byKey.get(flagKey)?.definition.version ?? Infinity) >= until.version;
  }
  const subject = { distinctId: until.offFor, personProperties: {} };
  const context = { nowMs: ctx.clock.now(), groupTypes };
  const [found] = evaluateFlags(set, subject, context, { keys: [flagKey] });
  return found?.enabled !== true;
}
