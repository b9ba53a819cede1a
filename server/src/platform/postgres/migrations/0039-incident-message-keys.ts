// A message to the people of an incident goes out once, however often the request is sent.
import { type Kysely, sql } from 'kysely';

const STATEMENTS = `
alter table incident_message add column request_key text;
create unique index incident_message_incident_id_request_key_idx on incident_message (incident_id, request_key)`;

export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) await sql.raw(statement).execute(db);
}
