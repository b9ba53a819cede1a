// What becomes of something that was due and could not be made, and of what was.
import { type Ctx, systemActor } from '#platform/ctx';
import { announceRequest, audit, tell } from './tell.service.ts';
import { type ChangeRequest, updateRequest } from './requests.store.ts';
import { announceSchedule, auditSchedule } from './schedules.service.ts';
import { type ScheduledChange, updateSchedule } from './schedules.store.ts';

/** Noticeably after its time: 1 min. */
const LATE_MS = 60_000;

/** The ctx of what happens by itself. */
export const asSchedule = <C extends Ctx>(ctx: C): C => ({
  ...ctx,
  actor: systemActor('schedule'),
});

/** Writes down what came of a scheduled change. */
export async function finishSchedule(
  tx: Ctx,
  change: ScheduledChange,
  state: 'applied' | 'failed',
  outcome: string,
): Promise<void> {
  const nowMs = tx.clock.now();
  const isLate = nowMs - change.due.atMs > LATE_MS;
  const finishedAt = new Date(nowMs);
  await updateSchedule(tx.db, change, { state, outcome, isLate, finishedAt });
  const about = { flag_key: change.flagKey, outcome, is_late: isLate };
  await auditSchedule(asSchedule(tx), change, state, about, null);
  await announceSchedule(tx, change);
}

export async function refuseSchedule(tx: Ctx, change: ScheduledChange, why: string): Promise<void> {
  await finishSchedule(tx, change, 'failed', why);
}

/** The request stays open, without a time: people can mend it. */
export async function refuseRequest(tx: Ctx, request: ChangeRequest, why: string): Promise<void> {
  const as = asSchedule(tx);
  await tell(as, request, 'not_applied', why);
  await audit(as, request, 'not_applied', {}, why);
  await updateRequest(tx.db, request, { due: null }, new Date(tx.clock.now()));
  await announceRequest(as, request);
}

/** Tries again later: the trouble was Serin's own. */
export async function putOffSchedule(tx: Ctx, change: ScheduledChange, at: Date): Promise<void> {
  await updateSchedule(tx.db, change, { attempts: change.attempts + 1, retryAt: at });
}

/** Tries again later: the trouble was Serin's own. */
export async function putOffRequest(tx: Ctx, request: ChangeRequest, at: Date): Promise<void> {
  const update = { attempts: request.attempts + 1, retryAt: at };
  await updateRequest(tx.db, request, update, new Date(tx.clock.now()));
}
