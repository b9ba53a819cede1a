// Messages to people who had a change, and what became of each.
import { sql } from 'kysely';
import type { UserMessage } from '#notify';
import type { Db } from '#platform/ctx';

export type IncidentMessage = {
  readonly id: string;
  readonly incidentId: string;
  readonly channelId: string;
  readonly message: UserMessage;
  readonly confirmedBy: string;
  readonly confirmedAt: Date;
};

/** What tells a request that is sent again: one message of an incident at most is made by it. */
type RequestKey = { readonly requestKey: string };

export type SentMessage = IncidentMessage & {
  readonly people: { readonly pending: number; readonly sent: number; readonly failed: number };
};

type MessageRow = {
  readonly id: string;
  readonly incident_id: string;
  readonly channel_id: string;
  readonly message_type: string;
  readonly subject: string | null;
  readonly body: string;
  readonly confirmed_by: string;
  readonly confirmed_at: Date;
};

const toMessage = (row: MessageRow): UserMessage =>
  row.message_type === 'email'
    ? { type: 'email', subject: row.subject ?? '', body: row.body }
    : { type: 'inapp', body: row.body };

/** Writes a message with everybody it is for; they are sent to one by one. False when its request has made one before. */
export async function insertMessage(
  db: Db,
  row: IncidentMessage & RequestKey,
  distinctIds: readonly string[],
): Promise<boolean> {
  const { id, incidentId, channelId, message, confirmedBy, confirmedAt, requestKey } = row;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('incident_message')
    .values({
      id,
      incident_id: incidentId,
      channel_id: channelId,
      message_type: message.type,
      subject: message.type === 'email' ? message.subject : null,
      body: message.body,
      confirmed_by: confirmedBy,
      confirmed_at: confirmedAt,
      request_key: requestKey,
    })
    .onConflict((conflict) => conflict.columns(['incident_id', 'request_key']).doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  await sql`
    insert into incident_message_recipient (message_id, distinct_id, state, next_attempt_at)
    select ${id}, distinct_id, 'pending', ${confirmedAt}
    from unnest(${[...distinctIds]}::text[]) as distinct_id`.execute(db);
  return true;
}

/** What an earlier request of the same name has sent. */
export async function findByRequest(
  db: Db,
  incidentId: string,
  { requestKey }: RequestKey,
): Promise<Pick<IncidentMessage, 'channelId' | 'message'> | undefined> {
  const row = await db
    .selectFrom('incident_message')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst();
  return row && { channelId: row.channel_id, message: toMessage(row) };
}

/** The messages of an incident, newest first, with to how many they got. */
export async function listMessages(
  db: Db,
  incidentId: string,
  limit: number,
): Promise<SentMessage[]> {
  const rows = await db
    .selectFrom('incident_message as message')
    .selectAll('message')
    .select(({ selectFrom }) =>
      ['pending', 'sent', 'failed'].map((state) =>
        selectFrom('incident_message_recipient as recipient')
          .select(({ fn }) => fn.countAll<string>().as('count'))
          .whereRef('recipient.message_id', '=', 'message.id')
          .where('recipient.state', '=', state)
          .as(state),
      ),
    )
    .where('message.incident_id', '=', incidentId)
    .orderBy('message.confirmed_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const { pending, sent, failed } = row as unknown as Record<string, string>;
    return {
      id: row.id,
      incidentId: row.incident_id,
      channelId: row.channel_id,
      message: toMessage(row),
      confirmedBy: row.confirmed_by,
      confirmedAt: row.confirmed_at,
      people: { pending: Number(pending), sent: Number(sent), failed: Number(failed) },
    };
  });
}

export type DueRecipient = {
  readonly messageId: string;
  readonly distinctId: string;
  readonly attempts: number;
  readonly channelId: string;
  readonly message: UserMessage;
};

/** Takes people whose turn it is; whoever dies while sending leaves them to the next after `until`. */
export async function claimRecipients(
  db: Db,
  { now, until, limit }: { readonly now: Date; readonly until: Date; readonly limit: number },
): Promise<DueRecipient[]> {
  const { rows } = await sql<MessageRow & { distinct_id: string; attempts: number }>`
    with due as (
      select message_id, distinct_id from incident_message_recipient
      where state = 'pending' and next_attempt_at <= ${now}
      order by next_attempt_at, distinct_id limit ${limit} for update skip locked
    ), claimed as (
      update incident_message_recipient as recipient set next_attempt_at = ${until}
      from due where recipient.message_id = due.message_id and recipient.distinct_id = due.distinct_id
      returning recipient.message_id, recipient.distinct_id, recipient.attempts
    )
    select claimed.distinct_id, claimed.attempts, message.* from claimed
    join incident_message as message on message.id = claimed.message_id`.execute(db);
  return rows.map((row) => ({
    messageId: row.id,
    distinctId: row.distinct_id,
    attempts: row.attempts,
    channelId: row.channel_id,
    message: toMessage(row),
  }));
}

/** What became of one try. */
export async function settleRecipient(
  db: Db,
  { messageId, distinctId, attempts }: DueRecipient,
  change: {
    readonly state: string;
    readonly nextAttemptAt: Date;
    readonly finishedAt: Date | null;
    readonly status: number | null;
    readonly error: string | null;
  },
): Promise<void> {
  await db
    .updateTable('incident_message_recipient')
    .set({
      state: change.state,
      attempts: attempts + 1,
      next_attempt_at: change.nextAttemptAt,
      finished_at: change.finishedAt,
      status: change.status,
      error: change.error,
    })
    .where('message_id', '=', messageId)
    .where('distinct_id', '=', distinctId)
    .execute();
}

/** To how many people the messages of these incidents got. */
export async function countRecipients(db: Db, incidentIds: readonly string[]): Promise<number> {
  if (incidentIds.length === 0) return 0;
  const { count } = await db
    .selectFrom('incident_message_recipient as recipient')
    .innerJoin('incident_message as message', 'message.id', 'recipient.message_id')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('message.incident_id', 'in', [...incidentIds])
    .where('recipient.state', '=', 'sent')
    .executeTakeFirstOrThrow();
  return Number(count);
}
