// Makes what is due: scheduled changes, and requests with a time. The flags of the project and the row itself
// stay locked until what it asks for is committed with it, so each is made exactly once, in the order of times,
// whatever dies meanwhile. What was missed while nobody ran is made at the next look, if it still may be.
import { lockFlagsOf } from '#flags';
import { SerinError } from '#kernel/errors';
import { type Ctx, inTransaction } from '#platform/ctx';
import { type DueRow, findDue } from './due.store.ts';
import { type MakeDeps, makeRequest, makeSchedule } from './make.service.ts';
import { putOffRequest, putOffSchedule, refuseRequest, refuseSchedule } from './refuse.service.ts';
import { type ChangeRequest, findRequest } from './requests.store.ts';
import { type ScheduledChange, findSchedule } from './schedules.store.ts';

/** A store that is away is asked again after 1, 2, 4 … s, at most 5 min, ten times. */
const MAX_ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 300_000;
/** In one run; the next one is a moment later. */
const AT_ONCE = 100;

export type RunDeps = MakeDeps & {
  /** False when the process stops, or another replica has taken over. */
  readonly mayGoOn: () => Promise<boolean>;
};

/** Makes everything that is due, in the order of the times; returns how many there were. */
export async function runDue(ctx: Ctx, deps: RunDeps): Promise<number> {
  let done = 0;
  for (let looks = 0; looks < AT_ONCE && (await deps.mayGoOn()); looks += 1) {
    const due = await findDue(ctx.db, new Date(ctx.clock.now()));
    if (!due) break;
    if (await settle(ctx, due, deps)) done += 1;
  }
  return done;
}

/** What is due, locked; undefined when somebody else has made or changed it meanwhile. */
type Locked =
  | { readonly kind: 'schedule'; readonly row: ScheduledChange }
  | { readonly kind: 'request'; readonly row: ChangeRequest };

/** Makes one; or, in a second transaction, says why not. */
async function settle(ctx: Ctx, due: DueRow, deps: RunDeps): Promise<boolean> {
  try {
    return await inTransaction(ctx, async (tx) => {
      const locked = await lock(tx, due);
      if (locked?.kind === 'schedule') await makeSchedule(tx, locked.row, deps);
      if (locked?.kind === 'request') await makeRequest(tx, locked.row);
      return locked !== undefined;
    });
  } catch (error) {
    return inTransaction(ctx, async (tx) => {
      const locked = await lock(tx, due);
      if (locked) await writeFailure(tx, locked, error);
      return locked !== undefined;
    });
  }
}

async function lock(tx: Ctx, { kind, projectId, id, number }: DueRow): Promise<Locked | undefined> {
  await lockFlagsOf(tx.db, projectId);
  if (kind === 'schedule') {
    const row = await findSchedule(tx.db, { projectId, id }, true);
    return row?.state === 'pending' && isDue(tx, row) ? { kind, row } : undefined;
  }
  const row = await findRequest(tx.db, { projectId, number }, true);
  return row?.state === 'open' && isDue(tx, row) ? { kind, row } : undefined;
}

function isDue(
  { clock }: Ctx,
  { due, retryAt }: Pick<ScheduledChange, 'retryAt'> & Pick<ChangeRequest, 'due'>,
): boolean {
  const nowMs = clock.now();
  return due !== null && due.atMs <= nowMs && (retryAt === null || retryAt.getTime() <= nowMs);
}

async function writeFailure(tx: Ctx, { kind, row }: Locked, error: unknown): Promise<void> {
  const isAnswer = error instanceof SerinError && error.code !== 'unavailable';
  const isGivenUp = row.attempts + 1 >= MAX_ATTEMPTS;
  if (!isAnswer) tx.log.error({ err: error, id: row.id }, 'a change that was due was not made');
  if (isAnswer || isGivenUp) {
    const why = isAnswer ? error.message : 'Serin could not write it; its log says why.';
    return kind === 'schedule' ? refuseSchedule(tx, row, why) : refuseRequest(tx, row, why);
  }
  const pauseMs = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** row.attempts);
  const at = new Date(tx.clock.now() + pauseMs);
  return kind === 'schedule' ? putOffSchedule(tx, row, at) : putOffRequest(tx, row, at);
}
