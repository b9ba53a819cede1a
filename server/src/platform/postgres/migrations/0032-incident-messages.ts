// Messages to people affected by an incident say how they reach them.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `alter table incident_message add column message_type text not null default 'inapp',
        add column subject text`,
    )
    .execute(db);
}
