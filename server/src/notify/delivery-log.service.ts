// What came of a channel's messages, in wire form.
import type { ProjectCtx } from '#platform/ctx';
import { getChannel } from './channels.service.ts';
import { type DeliveryState, listDeliveries } from './delivery.store.ts';
import type { NotificationMessage } from './message.ts';

/** @throws not_found */
export async function listChannelDeliveries(
  ctx: ProjectCtx,
  channelId: string,
  at: { readonly limit: number; readonly offset: number },
) {
  await getChannel(ctx, channelId);
  const { count, rows } = await listDeliveries(ctx.db, channelId, at);
  const deliveries = rows.map((row) => {
    const message = row.message as unknown as NotificationMessage;
    const isPending = row.state === 'pending';
    return {
      notification_id: row.notification_id,
      type: message.type,
      title: message.title,
      severity: message.severity,
      source: message.source,
      state: row.state as DeliveryState,
      attempts: row.attempts,
      created_at: row.created_at.toISOString(),
      finished_at: row.finished_at?.toISOString() ?? null,
      next_attempt_at: isPending ? row.next_attempt_at.toISOString() : null,
      status: row.status,
      error: row.error,
      answer: row.answer,
      fallback_of: row.fallback_of,
    };
  });
  return { count, deliveries };
}
