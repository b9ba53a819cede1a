// Rows of what people said and did about change requests. They are only ever added.
import type { Db } from '#platform/ctx';
import type { RequestEvent, RequestEventType } from './request.ts';

export async function insertRequestEvent(
  db: Db,
  event: {
    readonly requestId: string;
    readonly at: Date;
    readonly type: RequestEventType;
    readonly revision: number;
    readonly userId: string | null;
    readonly userLabel: string;
    readonly body: string;
  },
): Promise<void> {
  await db
    .insertInto('change_request_event')
    .values({
      request_id: event.requestId,
      at: event.at,
      type: event.type,
      revision: event.revision,
      user_id: event.userId,
      user_label: event.userLabel,
      body: event.body,
    })
    .execute();
}

/** The thread of a request, oldest first. */
export async function listRequestEvents(db: Db, requestId: string): Promise<RequestEvent[]> {
  const rows = await db
    .selectFrom('change_request_event')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    type: row.type as RequestEventType,
    revision: row.revision,
    userId: row.user_id,
    userLabel: row.user_label,
    body: row.body,
  }));
}
