// Whether a flag is killed: whether the flag that is its kill switch is on for anybody.
import type { Ctx } from '#platform/ctx';
import { isForNobody } from './flag-parts.ts';
import { type FlagRecord, findFlagRecord } from './flags.store.ts';

/** The kill switch that takes the flag from some or all people now; undefined when none does. */
export async function findKillInForce(ctx: Ctx, flag: FlagRecord): Promise<FlagRecord | undefined> {
  if (flag.killSwitchId === null) return undefined;
  const place = { environmentId: flag.environmentId };
  const kill = await findFlagRecord(ctx.db, place, { id: flag.killSwitchId });
  const isInForce = kill?.active && !kill.archived && !kill.deleted && !isForNobody(kill.filters);
  return isInForce ? kill : undefined;
}
