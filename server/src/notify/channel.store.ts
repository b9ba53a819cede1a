// Rows of notification channels. Their settings are sealed before they come here.
import type { Db } from '#platform/ctx';
import type { Channel, ChannelKind } from './channel.ts';
import type { NotificationType, Severity } from './message.ts';

/** A channel with its sealed settings. */
export type StoredChannel = Channel & { readonly configBox: string };

export type NewChannel = Omit<StoredChannel, 'createdAt' | 'disabledReason' | 'testedAt'>;

export async function insertChannel(db: Db, channel: NewChannel, at: Date): Promise<void> {
  await db
    .insertInto('notification_channel')
    .values({
      id: channel.id,
      project_id: channel.projectId,
      kind: channel.kind,
      ...columnsOf(channel),
      created_at: at,
      updated_at: at,
    })
    .execute();
}

export async function updateChannel(
  db: Db,
  channel: Omit<StoredChannel, 'createdAt'>,
  at: Date,
): Promise<void> {
  await db
    .updateTable('notification_channel')
    .set({
      ...columnsOf(channel),
      disabled_reason: channel.disabledReason,
      tested_at: channel.testedAt,
      updated_at: at,
    })
    .where('id', '=', channel.id)
    .execute();
}

const columnsOf = (channel: NewChannel) => ({
  name: channel.name,
  hint: channel.hint,
  config_box: channel.configBox,
  types: JSON.stringify(channel.types),
  least_severity: channel.leastSeverity,
  enabled: channel.isEnabled,
  level: channel.level,
});

export async function deleteChannel(db: Db, id: string): Promise<void> {
  await db.deleteFrom('notification_channel').where('id', '=', id).execute();
}

export async function listChannels(db: Db, projectId: number): Promise<StoredChannel[]> {
  const rows = await db
    .selectFrom('notification_channel')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('level')
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map(toChannel);
}

export async function findChannel(db: Db, id: string): Promise<StoredChannel | undefined> {
  const row = await db
    .selectFrom('notification_channel')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toChannel(row);
}

type ChannelRow = {
  readonly id: string;
  readonly project_id: number;
  readonly name: string;
  readonly kind: string;
  readonly hint: string;
  readonly config_box: string;
  readonly types: readonly string[];
  readonly least_severity: string;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly level: number;
  readonly tested_at: Date | null;
  readonly created_at: Date;
};

const toChannel = (row: ChannelRow): StoredChannel => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  kind: row.kind as ChannelKind,
  hint: row.hint,
  configBox: row.config_box,
  types: row.types as readonly NotificationType[],
  leastSeverity: row.least_severity as Severity,
  isEnabled: row.enabled,
  disabledReason: row.disabled_reason,
  level: row.level,
  testedAt: row.tested_at,
  createdAt: row.created_at,
});
