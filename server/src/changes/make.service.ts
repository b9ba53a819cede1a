// Making one thing that is due. The caller holds the flags of the project and the row locked.
import { listProjectMemberIds } from '#accounts';
import { findFlag, reasonOr, updateFlag } from '#flags';
import { fail } from '#kernel/errors';
import type { Ctx } from '#platform/ctx';
import { applyLocked } from './apply.service.ts';
import { inEnvironmentOf } from './environment.service.ts';
import { lookAt } from './look.service.ts';
import { asSchedule, finishSchedule } from './refuse.service.ts';
import type { ChangeRequest } from './requests.store.ts';
import { baseAfter, outcomeOf } from './schedule.ts';
import { type ScheduledChange, listPendingOf, updateSchedule } from './schedules.store.ts';

export type MakeDeps = {
  /** The rollouts that flags belong to in an environment. */
  readonly findRollouts: (
    ctx: Ctx,
    environmentId: number,
  ) => Promise<readonly { readonly flagId: number }[]>;
};

/** @throws SerinError saying why it may not be made (any more). */
export async function makeSchedule(
  tx: Ctx,
  change: ScheduledChange,
  deps: MakeDeps,
): Promise<void> {
  const { flagId, environmentId, authorLabel } = change;
  await refuseLeft(tx, change);
  const own = await inEnvironmentOf(asSchedule(tx), change);
  const flag = await findFlag(tx, flagId, environmentId);
  if (!flag || flag.archived || flag.deleted) {
    fail('conflict', { detail: 'The flag is archived or deleted.' });
  }
  const outcome = outcomeOf(change.setting, { filters: change.base }, flag);
  if ('obstacle' in outcome) fail('conflict', { detail: outcome.obstacle });
  await refuseUnderRollout(tx, change, deps);
  const by = `Scheduled by ${authorLabel}.`;
  const after = await updateFlag(own, String(flagId), {
    ...outcome,
    reason: await reasonOr(own, change.reason && `${change.reason} ${by}`, by),
  });
  for (const later of await listPendingOf(tx.db, { flagId, environmentId })) {
    if (later.id === change.id) continue;
    await updateSchedule(tx.db, later, { base: baseAfter(later.base, flag, after) });
  }
  const isSame = after.version === flag.version;
  await finishSchedule(tx, change, 'applied', isSame ? 'It was so already.' : 'Made.');
}

/** @throws SerinError saying why it may not be applied (any more). */
export async function makeRequest(tx: Ctx, request: ChangeRequest): Promise<void> {
  await refuseLeft(tx, request);
  const as = asSchedule(tx);
  await applyLocked(as, await lookAt(as, request));
}

async function refuseUnderRollout(
  tx: Ctx,
  { setting, flagId, environmentId }: ScheduledChange,
  { findRollouts }: MakeDeps,
): Promise<void> {
  const isOnlyOff = setting.active === false && Object.keys(setting).length === 1;
  if (isOnlyOff) return;
  const rollouts = await findRollouts(tx, environmentId);
  if (!rollouts.some((rollout) => rollout.flagId === flagId)) return;
  fail('conflict', { detail: 'The flag belongs to a running rollout, which this would disturb.' });
}

async function refuseLeft(
  tx: Ctx,
  { projectId, authorId, authorLabel }: ScheduledChange | ChangeRequest,
): Promise<void> {
  const members = await listProjectMemberIds(tx.db, projectId);
  if (members.includes(authorId)) return;
  fail('permission_denied', { detail: `${authorLabel} has left the organisation.` });
}
