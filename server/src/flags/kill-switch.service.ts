// Whether a flag is killed: whether the flag that is its kill switch is on for anybody. Pulling one is told to people.
import { queueNotification } from '#notify';
import type { NotificationMessage } from '#notify/message';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { isForNobody } from './flag-parts.ts';
import { type FlagRecord, findFlagRecord, listFlagsNaming } from './flags.store.ts';

type Switch = Pick<FlagRecord, 'active' | 'archived' | 'deleted' | 'filters'>;

/** True while a kill switch takes its flags from some or all people. */
const isPulled = ({ active, archived, deleted, filters }: Switch): boolean =>
  active && !archived && !deleted && !isForNobody(filters);

/** The kill switch that takes the flag from some or all people now; undefined when none does. */
export async function findKillInForce(ctx: Ctx, flag: FlagRecord): Promise<FlagRecord | undefined> {
  if (flag.killSwitchId === null) return undefined;
  const place = { environmentId: flag.environmentId };
  const kill = await findFlagRecord(ctx.db, place, { id: flag.killSwitchId });
  return kill && isPulled(kill) ? kill : undefined;
}

/** Flags that a message names; the others are counted. */
const NAMED = 10;

/**
 * Tells people, in the transaction of the change, that a kill switch was pulled: once, when it comes into force. Nobody is told of
 * one that takes away nothing.
 */
export async function tellPulled(
  ctx: ProjectCtx,
  before: FlagRecord,
  after: FlagRecord,
  reason: string | null | undefined,
): Promise<void> {
  if (after.kind !== 'kill_switch' || isPulled(before) || !isPulled(after)) return;
  const { projectId, environmentId } = after;
  const naming = await listFlagsNaming(ctx.db, { projectId, environmentId }, after);
  const killed = naming.filter(({ killSwitchId, active }) => killSwitchId === after.id && active);
  if (killed.length === 0) return;
  const keys = killed.map(({ key }) => key);
  const message = pulledMessage(after, keys, {
    environment: ctx.environment,
    reason: reason?.trim() || null,
    by: ctx.actor.label,
  });
  await queueNotification(ctx, { projectId, subject: `flag:${after.id}`, message });
}

type Pull = {
  readonly environment: { readonly key: string; readonly name: string };
  readonly reason: string | null;
  readonly by: string;
};

function pulledMessage(
  { key }: FlagRecord,
  killed: readonly string[],
  { environment, reason, by }: Pull,
): Omit<NotificationMessage, 'id' | 'at'> {
  const more = killed.length - NAMED;
  const named = `${killed.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const urlOf = (flag: string) => `/feature-flags/${flag}?environment=${environment.key}`;
  return {
    type: 'flag.killed',
    severity: 'error',
    title: `${named} in ${environment.name}: kill switch ${key} is on`,
    summary:
      reason ?? 'Whoever the kill switch is on for has these flags off, whatever rollouts say.',
    facts: [
      { name: 'Flags', value: named },
      { name: 'By', value: by },
    ],
    links: [
      { text: 'Open the kill switch', url: urlOf(key) },
      ...killed.slice(0, 1).map((one) => ({ text: `Open ${one}`, url: urlOf(one) })),
    ],
    source: `${key}/${environment.key}`,
    incident: null,
    data: { kill_switch: key, flag_keys: [...killed], environment: environment.key, reason },
  };
}
