// What went wrong with single events, counted per environment and kind: in all with the latest example, and by
// the hour for as long as a list may look back.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { CountedWarning } from './warning.ts';

/** Hours are kept for as many days. */
const WARNING_DAYS = 30;

/** Adds to the counts. Each (environment, kind) may occur once in `warnings`. */
export async function addWarnings(db: Db, warnings: readonly CountedWarning[]): Promise<void> {
  if (warnings.length === 0) return;
  const times = warnings.map((warning) => new Date(warning.atMs).toISOString());
  const noted = sql`unnest(
    ${warnings.map((warning) => warning.environmentId)}::int[],
    ${warnings.map((warning) => warning.kind)}::text[],
    ${warnings.map((warning) => warning.count)}::bigint[],
    ${warnings.map((warning) => JSON.stringify(warning.example))}::jsonb[],
    ${times}::timestamptz[]
  ) as w(environment_id, kind, count, example, at)`;
  await sql`
    insert into ingestion_warning (environment_id, kind, count, example, first_at, last_at)
    select environment_id, kind, count, example, at, at from ${noted}
    on conflict (environment_id, kind) do update set
      count = ingestion_warning.count + excluded.count,
      example = excluded.example,
      last_at = greatest(ingestion_warning.last_at, excluded.last_at)
  `.execute(db);
  await sql`
    insert into ingestion_warning_hour (environment_id, kind, hour, count)
    select environment_id, kind, date_trunc('hour', at, 'UTC'), count from ${noted}
    on conflict (environment_id, kind, hour) do update set
      count = ingestion_warning_hour.count + excluded.count
  `.execute(db);
  // Only of what is counted now, so that it is cheap: of a kind that stays away, as much stays as a month has.
  await sql`
    delete from ingestion_warning_hour as old using ${noted}
    where old.environment_id = w.environment_id and old.kind = w.kind
      and old.hour < w.at - ${WARNING_DAYS + 1} * interval '1 day'
  `.execute(db);
}

/** Counts of one kind. */
export type WarningCounts = {
  readonly kind: string;
  /** How often since `sinceMs`, counted by whole hours. */
  readonly count: number;
  readonly total: number;
  readonly example: Readonly<Record<string, string>>;
  readonly firstAt: Date;
  readonly lastAt: Date;
};

/** What went wrong in an environment since `sinceMs`, the latest first; one row for each kind. */
export async function listWarnings(
  db: Db,
  environmentId: number,
  sinceMs: number,
): Promise<WarningCounts[]> {
  const { rows } = await sql<{
    kind: string;
    count: string;
    total: string;
    example: Record<string, string>;
    first_at: Date;
    last_at: Date;
  }>`
    select w.kind, sum(h.count) as count, w.count as total, w.example, w.first_at, w.last_at
    from ingestion_warning w join ingestion_warning_hour h using (environment_id, kind)
    where w.environment_id = ${environmentId}
      and h.hour >= date_trunc('hour', ${new Date(sinceMs).toISOString()}::timestamptz, 'UTC')
    group by w.environment_id, w.kind
    order by w.last_at desc, w.kind
  `.execute(db);
  return rows.map(({ kind, count, total, example, first_at: firstAt, last_at: lastAt }) => ({
    kind,
    count: Number(count),
    total: Number(total),
    example,
    firstAt,
    lastAt,
  }));
}

/** Forgets the warnings of an environment. */
export async function clearWarnings(db: Db, environmentId: number): Promise<void> {
  await db.deleteFrom('ingestion_warning').where('environment_id', '=', environmentId).execute();
  await db
    .deleteFrom('ingestion_warning_hour')
    .where('environment_id', '=', environmentId)
    .execute();
}

/** Forgets the examples that tell of these ids. */
export async function forgetExamples(
  db: Db,
  environmentId: number,
  distinctIds: readonly string[],
): Promise<void> {
  await sql`
    update ingestion_warning set example = '{}' where environment_id = ${environmentId}
      and example ->> 'distinctId' = any(${distinctIds}::text[])
  `.execute(db);
}
