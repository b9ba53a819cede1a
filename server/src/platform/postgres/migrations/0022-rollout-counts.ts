// Which pieces of counted events (rollout_piece in ClickHouse) stand for the past of a stage. A cache: without its row,
// or when it is of no use, the stage is counted anew.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table rollout_count (
        key text primary key,
        version integer not null,
        pieces jsonb not null,
        row_count bigint not null,
        block bigint not null,
        watermark timestamptz not null,
        mutation bigint not null,
        begun_at timestamptz not null default now(),
        used_at timestamptz not null default now()
      );
      create index rollout_count_used_at_idx on rollout_count (used_at);`,
    )
    .execute(db);
}
