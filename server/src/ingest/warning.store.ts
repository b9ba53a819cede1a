// What went wrong with single events, counted per environment and kind, with the latest example.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { CountedWarning } from './warning.ts';

/** Adds to the counts. Each (environment, kind) may occur once in `warnings`. */
export async function addWarnings(db: Db, warnings: readonly CountedWarning[]): Promise<void> {
  if (warnings.length === 0) return;
  const times = warnings.map((warning) => new Date(warning.atMs).toISOString());
  await sql`
    insert into ingestion_warning (environment_id, kind, count, example, first_at, last_at)
    select environment_id, kind, count, example, at, at from unnest(
      ${warnings.map((warning) => warning.environmentId)}::int[],
      ${warnings.map((warning) => warning.kind)}::text[],
      ${warnings.map((warning) => warning.count)}::bigint[],
      ${warnings.map((warning) => JSON.stringify(warning.example))}::jsonb[],
      ${times}::timestamptz[]
    ) as w(environment_id, kind, count, example, at)
    on conflict (environment_id, kind) do update set
      count = ingestion_warning.count + excluded.count,
      example = excluded.example,
      last_at = greatest(ingestion_warning.last_at, excluded.last_at)
  `.execute(db);
}

/** The warnings of an environment, the latest first. */
export async function listWarnings(db: Db, environmentId: number) {
  const rows = await db
    .selectFrom('ingestion_warning')
    .select(['kind', 'count', 'example', 'first_at', 'last_at'])
    .where('environment_id', '=', environmentId)
    .orderBy('last_at', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
