// Pieces of what looks have counted hold sums as well, which follow merges of people. A cache: what was kept before is
// of another form, and its rows are never asked for again.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `delete from rollout_count;
      alter table rollout_count alter column row_count set default 0,
        add column override_block bigint not null default 0;`,
    )
    .execute(db);
}
