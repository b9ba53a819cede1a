// Messages to people who had a change, and what became of each.
import type { Db } from '#platform/ctx';

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
