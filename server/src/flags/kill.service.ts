// Killing a flag: nobody has it any more, at once. Nothing may stand in the way, so that what is needed least is done: its
// kill switch is switched on where it was made to take the flag from everyone, else the flag itself is switched off; both
// pass without approvals, as switching off does.
import { type Ctx, type ProjectCtx, inTransaction } from '#platform/ctx';
import { DIRECT, reasonOr } from './clearance.service.ts';
import { isForEveryone } from './everyone.ts';
import { getFlag } from './flag-writes.service.ts';
import { type FlagRecord, findFlag, updateFlag, writeFlagFilters } from './flags.service.ts';
import { findKilled, type Kill, tellPulled, tellSwitchedOff } from './kill-switch.service.ts';

export type Killed = {
  readonly flag: FlagRecord;
  /** Key of the kill switch that does it; null: the flag is switched off. */
  readonly killSwitch: string | null;
  readonly killed: readonly string[];
};

/**
 * Takes a flag from everyone in the environment of the ctx; of one that is killed nothing changes.
 * @throws not_found; required where the environment wants a reason
 */
export async function killFlag(
  ctx: ProjectCtx,
  idOrKey: string,
  reason: string | null | undefined,
): Promise<Killed> {
  return inTransaction(ctx, async (tx) => {
    const flag = await getFlag(tx, idOrKey);
    const why = await reasonOr(tx, reason, 'Killed.');
    const kill = flag.active ? await findUsableSwitch(tx, flag) : null;
    if (kill) {
      const change = { active: true, reason: why, overRollout: true };
      const pulled = await updateFlag(tx, String(kill.id), change, DIRECT);
      const killed = await findKilled(tx, pulled);
      return { flag: await getFlag(tx, String(flag.id)), killSwitch: kill.key, killed };
    }
    // Flags that need this one go with it: that is what is asked for.
    const change = { active: false, reason: why, overRollout: true, force: true };
    const off = flag.active
      ? await updateFlag(tx, String(flag.id), change, DIRECT, 'killed')
      : flag;
    if (flag.active) await tellSwitchedOff(tx, off, reason);
    return { flag: off, killSwitch: null, killed: [flag.key] };
  });
}

/** The kill switch of a flag, where it takes it from everyone. */
export async function findUsableSwitch(ctx: Ctx, flag: FlagRecord): Promise<FlagRecord | null> {
  if (flag.killSwitchId === null) return null;
  const kill = await findFlag(ctx, flag.killSwitchId, flag.environmentId);
  const isUsable = kill && !kill.archived && !kill.deleted && isForEveryone(kill.filters);
  return isUsable ? kill : null;
}

/** Pulls the kill switch of a flag for a rollout that takes it back; nothing where there is none to pull, or it is on. */
export async function pullKillSwitch(
  ctx: Ctx,
  flag: FlagRecord,
  environment: Kill['environment'],
  reason: string | null,
): Promise<void> {
  const kill = await findUsableSwitch(ctx, flag);
  if (kill === null || kill.active) return;
  await writeFlagFilters(ctx, {
    flagId: kill.id,
    environmentId: kill.environmentId,
    expectedVersion: kill.version,
    filters: kill.filters,
    active: true,
    action: 'switched_on',
    reason,
    clearance: { kind: 'rollout' },
  });
  await tellPulled(ctx, { ...kill, active: true }, environment, reason);
}
