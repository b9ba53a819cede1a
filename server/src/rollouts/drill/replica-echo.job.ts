// Asks the other replicas whether a switch has reached them, and answers when asked. They hear each other through
// the same notices that carry every change of a flag.
import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { evaluateFlags, type FlagSnapshots } from '#flags';
import type { Ctx } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';

type Question = {
  readonly environmentId: number;
  readonly flagKey: string;
  readonly distinctId: string;
};

type Echo = {
  /** Other replicas that there are. */
  readonly asked: number;
  /** When each of them said that it answers off, by this process's clock of durations. */
  readonly answeredMs: readonly number[];
};

export type ReplicaEcho = {
  /** Resolves when all have answered, or after `patienceMs`. */
  ask(question: Question, patienceMs: number): Promise<Echo>;
  close(): void;
};

/** A replica that does not see the switch in this time does not answer. */
const LONGEST_WAIT_MS = 30_000;

export function openReplicaEcho(
  ctx: Ctx,
  snapshots: Pick<FlagSnapshots, 'get' | 'onChange'>,
  nodeId: string,
): ReplicaEcho {
  const stop = ctx.events.on('drill.asked', (question) => {
    answer(ctx, snapshots, nodeId, question).catch((err: unknown) => {
      ctx.log.warn({ err }, 'a drill of another replica could not be answered');
    });
  });
  return { ask: (question, patienceMs) => ask(ctx, question, patienceMs), close: stop };
}

async function ask(ctx: Ctx, question: Question, patienceMs: number): Promise<Echo> {
  const asked = await countOthers(ctx);
  if (asked === 0) return { asked, answeredMs: [] };
  const answeredMs: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = ctx.events.on('drill.answered', ({ distinctId }) => {
    if (distinctId !== question.distinctId) return;
    answeredMs.push(performance.now());
    if (answeredMs.length >= asked) resolve();
  });
  const timer = setTimeout(resolve, patienceMs);
  try {
    await notify(ctx.db, 'drill.asked', question);
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
  question: Question,
): Promise<void> {
  const isOff = (): boolean => {
    const { set, groupTypes } = snapshots.get(question.environmentId);
    const subject = { distinctId: question.distinctId, personProperties: {} };
    const context = { nowMs: ctx.clock.now(), groupTypes };
    const [found] = evaluateFlags(set, subject, context, { keys: [question.flagKey] });
    return found?.enabled !== true;
  };
  if (!isOff()) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stop = snapshots.onChange(() => isOff() && resolve());
    const timer = setTimeout(() => reject(new Error('the switch did not arrive')), LONGEST_WAIT_MS);
    await promise.finally(() => {
      clearTimeout(timer);
      stop();
    });
  }
  await notify(ctx.db, 'drill.answered', { distinctId: question.distinctId, nodeId });
}

/** Every replica keeps one connection for notices; one of them is this process's own. */
async function countOthers(ctx: Ctx): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from pg_stat_activity
    where application_name = 'serin notices' and datname = current_database()`.execute(ctx.db);
  return Math.max(0, Number(rows[0]?.count ?? 0) - 1);
}
