// What people do with notification channels. Every change is audited; keys and addresses are sealed, and the
// audit log sees only their hint.
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { seal, unseal } from '#platform/seal';
import { type Channel, type ChannelConfig, hintOf } from './channel.ts';
import {
  type StoredChannel,
  deleteChannel,
  findChannel,
  insertChannel,
  listChannels,
  updateChannel,
} from './channel.store.ts';
import { isRetiredTeamsUrl } from './formats/teams.ts';
import type { NotificationType, Severity } from './message.ts';
import { webhookSecret } from './signing.client.ts';

/** Channels of one project; more would be a mistake or an attack. */
const MAX_CHANNELS = 50;

export type ChannelChange = {
  readonly name?: string | undefined;
  /** A webhook's secrets are kept. */
  readonly config?: ChannelConfig | undefined;
  readonly types?: readonly NotificationType[] | undefined;
  readonly leastSeverity?: Severity | undefined;
  readonly isEnabled?: boolean | undefined;
  readonly level?: number | undefined;
};

/** The key of this installation under which settings are sealed. */
export type SealKey = string;

export async function listProjectChannels(ctx: ProjectCtx): Promise<Channel[]> {
  return listChannels(ctx.db, ctx.projectId);
}

/**
 * A new channel; a webhook gets its signing secret here, and only here is it shown.
 * @throws invalid_input for addresses that cannot work or when there are too many channels.
 */
export async function addChannel(
  ctx: ProjectCtx,
  key: SealKey,
  input: Required<{ [F in keyof ChannelChange]: NonNullable<ChannelChange[F]> }>,
): Promise<{ channel: Channel; secret: string | null }> {
  return inTransaction(ctx, async (tx) => {
    if ((await listChannels(tx.db, tx.projectId)).length >= MAX_CHANNELS)
      fail('invalid_input', { detail: `A project has at most ${MAX_CHANNELS} channels.` });
    const secret = input.config.kind === 'webhook' ? webhookSecret() : null;
    const config = checkedConfig(
      input.config.kind === 'webhook' && secret !== null
        ? { ...input.config, secrets: [secret] }
        : input.config,
    );
    const channel = {
      id: v7(),
      projectId: tx.projectId,
      name: input.name,
      kind: config.kind,
      types: input.types,
      leastSeverity: input.leastSeverity,
      isEnabled: input.isEnabled,
      level: input.level,
      testedAt: null,
      disabledReason: null,
      hint: hintOf(config),
      configBox: seal(key, JSON.stringify(config)),
    };
    const at = new Date(tx.clock.now());
    await insertChannel(tx.db, channel, at);
    await audit(tx, 'created', undefined, channel);
    return { channel: { ...channel, createdAt: at }, secret };
  });
}

/** @throws not_found; invalid_input when the kind would change. */
export async function changeChannel(
  ctx: ProjectCtx,
  key: SealKey,
  id: string,
  change: ChannelChange,
): Promise<Channel> {
  return inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id);
    const config = change.config && keptSecrets(configOf(before, key), change.config);
    const isEnabled = change.isEnabled ?? before.isEnabled;
    const after: StoredChannel = {
      ...before,
      name: change.name ?? before.name,
      types: change.types ?? before.types,
      leastSeverity: change.leastSeverity ?? before.leastSeverity,
      isEnabled,
      level: change.level ?? before.level,
      disabledReason: isEnabled ? null : before.disabledReason,
      ...(config ? { hint: hintOf(config), configBox: seal(key, JSON.stringify(config)) } : {}),
    };
    await updateChannel(tx.db, after, new Date(tx.clock.now()));
    await audit(tx, 'updated', before, after);
    return after;
  });
}

/** @throws not_found */
export async function removeChannel(ctx: ProjectCtx, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id);
    await deleteChannel(tx.db, id);
    await audit(tx, 'deleted', before, undefined);
  });
}

/**
 * A webhook's new secret. The one before keeps signing beside it, so that receivers can change over.
 * @throws not_found; invalid_input for other kinds.
 */
export async function rotateSecret(
  ctx: ProjectCtx,
  key: SealKey,
  id: string,
): Promise<{ channel: Channel; secret: string }> {
  return inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id);
    const config = configOf(before, key);
    if (config.kind !== 'webhook')
      fail('invalid_input', { detail: 'Only webhooks have a signing secret.' });
    const secret = webhookSecret();
    const secrets = [secret, ...config.secrets.slice(0, 1)];
    const after = { ...before, configBox: seal(key, JSON.stringify({ ...config, secrets })) };
    await updateChannel(tx.db, after, new Date(tx.clock.now()));
    await audit(tx, 'secret_rotated', before, after);
    return { channel: after, secret };
  });
}

/** A test message has arrived. */
export async function noteTested(ctx: ProjectCtx, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id);
    const at = new Date(tx.clock.now());
    const after = { ...before, testedAt: at };
    await updateChannel(tx.db, after, at);
    await audit(tx, 'tested', before, after);
  });
}

/** @throws not_found */
export async function getChannel(ctx: ProjectCtx, id: string): Promise<StoredChannel> {
  return mustFind(ctx, id);
}

export function configOf(channel: StoredChannel, key: SealKey): ChannelConfig {
  return JSON.parse(unseal(key, channel.configBox)) as ChannelConfig;
}

function keptSecrets(before: ChannelConfig, after: ChannelConfig): ChannelConfig {
  if (before.kind !== after.kind) {
    fail('invalid_input', {
      attr: 'config.kind',
      detail: 'The kind of a channel stays; add another channel instead.',
    });
  }
  const isWebhook = before.kind === 'webhook' && after.kind === 'webhook';
  return checkedConfig(isWebhook ? { ...after, secrets: before.secrets } : after);
}

function checkedConfig(config: ChannelConfig): ChannelConfig {
  if (config.kind === 'teams' && isRetiredTeamsUrl(config.url)) {
    fail('invalid_input', {
      attr: 'config.url',
      detail:
        'Office 365 connectors were switched off. In Teams, add the workflow "when a Teams webhook request is received" and use its address.',
    });
  }
  return config;
}

async function mustFind(ctx: ProjectCtx, id: string): Promise<StoredChannel> {
  const channel = await findChannel(ctx.db, id);
  if (channel?.projectId === ctx.projectId) return channel;
  fail('not_found', { detail: 'There is no such channel.' });
}

async function audit(
  ctx: ProjectCtx,
  action: string,
  before: StoredOrNew | undefined,
  after: StoredOrNew | undefined,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: ctx.projectId,
    action,
    resourceKind: 'notification_channel',
    resourceId: (after ?? before)?.id ?? '',
    before: before && auditView(before),
    after: after && auditView(after),
  });
}

type StoredOrNew = Omit<StoredChannel, 'createdAt'>;

const auditView = (channel: StoredOrNew) => ({
  name: channel.name,
  kind: channel.kind,
  hint: channel.hint,
  types: channel.types,
  least_severity: channel.leastSeverity,
  enabled: channel.isEnabled,
  level: channel.level,
});
