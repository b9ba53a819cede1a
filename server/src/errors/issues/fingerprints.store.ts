// Which fingerprints are whose. Joining and splitting issues moves fingerprints; exceptions stay as they are.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';

export type Key = { readonly environmentId: number; readonly fingerprint: string };

/** `environment:fingerprint` → issue, of those that are known. */
export async function findIssueIds(
  db: Db,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('error_fingerprint')
    .selectAll()
    .where(
      sql<boolean>`(environment_id, fingerprint) in (
        select * from unnest(${keys.map((key) => key.environmentId)}::integer[],
          ${keys.map((key) => key.fingerprint)}::uuid[]))`,
    )
    .execute();
  return new Map(rows.map((row) => [keyText(row.environment_id, row.fingerprint), row.issue_id]));
}

export const keyText = (environmentId: number, fingerprint: string): string =>
  `${environmentId}:${fingerprint}`;

/** Gives an issue that has one fingerprint another; false when it has several, or another issue has that one. */
export async function addFirstMapped(
  db: Db,
  issueId: string,
  { environmentId, fingerprint }: Key,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into error_fingerprint (environment_id, fingerprint, issue_id)
    select ${environmentId}::integer, ${fingerprint}::uuid, ${issueId}::text
    where (select count(*) from error_fingerprint where issue_id = ${issueId}::text) = 1
    on conflict do nothing`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** Of one issue, at most a thousand. */
export async function listFingerprints(db: Db, issueId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('error_fingerprint')
    .select('fingerprint')
    .where('issue_id', '=', issueId)
    .orderBy('fingerprint')
    .limit(1000)
    .execute();
  return rows.map((row) => row.fingerprint);
}

/** All fingerprints of the issues that have one of some, without the issue whose own is `except`. */
export async function listIssueFingerprints(
  db: Db,
  environmentId: number,
  some: readonly string[],
  except: string,
): Promise<readonly { readonly issueId: string; readonly fingerprint: string }[]> {
  if (some.length === 0) return [];
  const rows = await db
    .selectFrom('error_fingerprint as f')
    .innerJoin('error_issue as issue', 'issue.id', 'f.issue_id')
    .select(['f.issue_id', 'f.fingerprint'])
    .where('f.environment_id', '=', environmentId)
    .where('issue.fingerprint', '!=', except)
    .where('f.issue_id', 'in', (eb) =>
      eb
        .selectFrom('error_fingerprint')
        .select('issue_id')
        .where('environment_id', '=', environmentId)
        .where(sql<boolean>`fingerprint = any(${some}::uuid[])`),
    )
    .execute();
  return rows.map((row) => ({ issueId: row.issue_id, fingerprint: row.fingerprint }));
}

/** Fingerprints that count for another: of issues that were joined. */
export async function listJoined(
  db: Db,
  environmentId: number,
): Promise<readonly { readonly fingerprint: string; readonly into: string }[]> {
  return db
    .selectFrom('error_fingerprint as f')
    .innerJoin('error_issue as issue', 'issue.id', 'f.issue_id')
    .select(['f.fingerprint', 'issue.fingerprint as into'])
    .where('f.environment_id', '=', environmentId)
    .whereRef('f.fingerprint', '!=', 'issue.fingerprint')
    .limit(20_000)
    .execute();
}

/** Gives all fingerprints of some issues to another one, and removes those issues. */
export async function joinInto(db: Db, issueId: string, others: readonly string[]): Promise<void> {
  await db
    .updateTable('error_fingerprint')
    .set({ issue_id: issueId })
    .where('issue_id', 'in', others)
    .execute();
  await db.deleteFrom('error_issue').where('id', 'in', others).execute();
}

/** Takes a fingerprint from its issue, so that another one can have it. */
export async function freeFingerprint(db: Db, { environmentId, fingerprint }: Key): Promise<void> {
  await db
    .deleteFrom('error_fingerprint')
    .where('environment_id', '=', environmentId)
    .where('fingerprint', '=', fingerprint)
    .execute();
}
