// Whether a flag is killed: whether the flag that is its kill switch is on for anybody. People are told when one is.
import { listProjectEnvironments } from '#accounts';
import { queueNotification } from '#notify';
import type { NotificationMessage } from '#notify/message';
import type { Ctx, ProjectCtx } from '#platform/ctx';
import { isForNobody } from './flag-parts.ts';
import { listFlagRecordsOf } from './flag-list.store.ts';
import { type FlagRecord, findFlagRecord, listFlagsNaming } from './flags.store.ts';

const isOn = ({ active, archived, deleted }: FlagRecord): boolean =>
  active && !archived && !deleted;

/** True while a kill switch takes its flags from some or all people. */
const isPulled = (flag: FlagRecord): boolean => isOn(flag) && !isForNobody(flag.filters);

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
 * Tells people, in the transaction of the change, that flags are killed by it: once, when a kill switch comes into force, or
 * a flag gets one that is. Nobody is told of one that takes away nothing.
 */
export async function tellKilled(
  ctx: ProjectCtx,
  before: FlagRecord,
  after: FlagRecord,
  reason: string | null | undefined,
): Promise<void> {
  const isKill = after.kind === 'kill_switch';
  if (isKill && !isPulled(before) && isPulled(after))
    await tellPulled(ctx, after, ctx.environment, reason);
  if (before.killSwitchId === after.killSwitchId || after.killSwitchId === null) return;
  const environments = await listProjectEnvironments(ctx.db, ctx.projectId);
  for (const flag of await listFlagRecordsOf(ctx.db, after.id)) {
    const environment = environments.find(({ id }) => id === flag.environmentId);
    const kill = isOn(flag) ? await findKillInForce(ctx, flag) : undefined;
    if (environment && kill) await tell(ctx, kill, { killed: [flag.key], environment, reason });
  }
}

/** Keys of the flags that are off while their kill switch is on. */
export async function findKilled(ctx: Ctx, kill: FlagRecord): Promise<string[]> {
  const { projectId, environmentId } = kill;
  const naming = await listFlagsNaming(ctx.db, { projectId, environmentId }, kill);
  return naming
    .filter(({ killSwitchId, active }) => killSwitchId === kill.id && active)
    .map(({ key }) => key);
}

export async function tellPulled(
  ctx: Ctx,
  kill: FlagRecord,
  environment: Kill['environment'],
  reason: string | null | undefined,
): Promise<void> {
  const killed = await findKilled(ctx, kill);
  if (killed.length > 0) await tell(ctx, kill, { killed, environment, reason });
}

export type Kill = {
  readonly killed: readonly string[];
  readonly environment: { readonly key: string; readonly name: string };
  readonly reason: string | null | undefined;
};

async function tell(ctx: Ctx, kill: FlagRecord, about: Kill): Promise<void> {
  const message = killedMessage(kill, about, ctx.actor.label);
  const { projectId } = kill;
  await queueNotification(ctx, { projectId, subject: `flag:${kill.id}`, message });
}

/** Tells people that a flag without a kill switch for everyone was switched off instead. */
export async function tellSwitchedOff(
  ctx: ProjectCtx,
  { id, key }: FlagRecord,
  reason: string | null | undefined,
): Promise<void> {
  const { environment, projectId } = ctx;
  const url = `/feature-flags/${key}?environment=${environment.key}`;
  const message: Omit<NotificationMessage, 'id' | 'at'> = {
    type: 'flag.killed',
    severity: 'error',
    title: `${key} in ${environment.name}: killed, it is switched off`,
    summary: reason?.trim() || 'Nobody has it any more; a rollout of it is taken back.',
    facts: [
      { name: 'Flags', value: key },
      { name: 'By', value: ctx.actor.label },
    ],
    links: [{ text: `Open ${key}`, url }],
    source: `${key}/${environment.key}`,
    incident: null,
    data: {
      kill_switch: null,
      flag_keys: [key],
      environment: environment.key,
      reason: reason?.trim() || null,
    },
  };
  await queueNotification(ctx, { projectId, subject: `flag:${id}`, message });
}

function killedMessage(
  { key }: FlagRecord,
  { killed, environment, ...why }: Kill,
  by: string,
): Omit<NotificationMessage, 'id' | 'at'> {
  const reason = why.reason?.trim() || null;
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
