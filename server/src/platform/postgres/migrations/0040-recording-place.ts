// Where recordings of sessions lie whose ids tell no time: whoever stores the first block decides it for all.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table recording_place (
        environment_id integer not null,
        session_id text not null,
        day date not null,
        retention_days integer not null,
        primary key (environment_id, session_id)
      );
      create index recording_place_day_idx on recording_place (day);`,
    )
    .execute(db);
}
