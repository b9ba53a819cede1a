// In which order the metrics of an experiment are shown.
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `alter table experiment add column primary_metrics_ordered_uuids jsonb,
        add column secondary_metrics_ordered_uuids jsonb`,
    )
    .execute(db);
}
