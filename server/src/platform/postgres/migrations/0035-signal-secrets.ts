// Secrets of senders of signals can be replaced while the one before still works; when each was last heard of.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `alter table signal_source
        add column previous_secret_box text,
        add column previous_valid_until timestamptz,
        add column last_received_at timestamptz;`,
    )
    .execute(db);
}
