// Rows of issues.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import type { Issue, IssueStatus } from './issue.ts';

/** Rows that one statement reads: more than an environment may have. */
const MAX_ROWS = 25_000;

const selectIssues = (db: Db) =>
  db
    .selectFrom('error_issue as issue')
    .leftJoin('app_user as owner', 'owner.id', 'issue.owner_id')
    .selectAll('issue')
    .select(['owner.name as owner_name', 'owner.email as owner_email']);

type Row = Awaited<ReturnType<ReturnType<typeof selectIssues>['executeTakeFirstOrThrow']>>;

function toIssue(row: Row): Issue {
  return {
    id: row.id,
    environmentId: row.environment_id,
    fingerprint: row.fingerprint,
    name: row.name,
    description: row.description,
    place: row.place,
    library: row.library,
    status: row.status as IssueStatus,
    owner:
      row.owner_id === null
        ? null
        : { id: row.owner_id, name: row.owner_name ?? '', email: row.owner_email ?? '' },
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    firstRelease: row.first_release,
    resolvedAt: row.resolved_at,
    resolvedReleases: (row.resolved_releases ?? []) as readonly string[],
    regressedAt: row.regressed_at,
    spikeAt: row.spike_at,
    version: row.version,
  };
}

export type IssueFilter = {
  readonly status?: IssueStatus | undefined;
  /** Part of what an issue says. */
  readonly pattern?: string | undefined;
  readonly ownerId?: string | undefined;
  /** Seen from here on. */
  readonly since?: Date | undefined;
};

export async function listIssues(
  db: Db,
  environmentId: number,
  { status, pattern, ownerId, since }: IssueFilter,
): Promise<Issue[]> {
  let query = selectIssues(db).where('issue.environment_id', '=', environmentId);
  if (status) query = query.where('issue.status', '=', status);
  if (ownerId) query = query.where('issue.owner_id', '=', ownerId);
  if (since) query = query.where('issue.last_seen', '>=', since);
  if (pattern !== undefined) {
    query = query.where((eb) =>
      eb.or(
        (['name', 'description', 'place'] as const).map((column) =>
          eb(`issue.${column}`, 'ilike', pattern),
        ),
      ),
    );
  }
  const rows = await query.orderBy('issue.last_seen', 'desc').limit(MAX_ROWS).execute();
  return rows.map(toIssue);
}

export async function findIssue(
  db: Db,
  environmentId: number,
  id: string,
): Promise<Issue | undefined> {
  const [issue] = await findIssues(db, environmentId, [id]);
  return issue;
}

/** Those of the environment among them. */
export async function findIssues(
  db: Db,
  environmentId: number,
  ids: readonly string[],
): Promise<Issue[]> {
  if (ids.length === 0) return [];
  const rows = await selectIssues(db)
    .where('issue.environment_id', '=', environmentId)
    .where('issue.id', 'in', ids)
    .execute();
  return rows.map(toIssue);
}

/** Holds the rows until the end of the transaction. */
export async function lockIssues(
  db: Db,
  environmentId: number,
  ids: readonly string[],
): Promise<void> {
  await db
    .selectFrom('error_issue')
    .select('id')
    .where('environment_id', '=', environmentId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function countIssues(db: Db, environmentId: number): Promise<number> {
  const { count } = await db
    .selectFrom('error_issue')
    .where('environment_id', '=', environmentId)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type NewIssue = Omit<
  Issue,
  'status' | 'owner' | 'resolvedAt' | 'resolvedReleases' | 'regressedAt' | 'spikeAt' | 'version'
>;

/** Adds an issue with its first fingerprint; false when another one has it already. */
export async function insertIssue(db: Db, issue: NewIssue): Promise<boolean> {
  const { id, environmentId, fingerprint } = issue;
  await db
    .insertInto('error_issue')
    .values({
      id,
      environment_id: environmentId,
      fingerprint,
      name: issue.name,
      description: issue.description,
      place: issue.place,
      library: issue.library,
      status: 'active',
      first_seen: issue.firstSeen,
      last_seen: issue.lastSeen,
      first_release: issue.firstRelease,
      updated_at: issue.lastSeen,
    })
    .execute();
  const added = await db
    .insertInto('error_fingerprint')
    .values({ environment_id: environmentId, fingerprint, issue_id: id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return true;
  await db.deleteFrom('error_issue').where('id', '=', id).execute();
  return false;
}

/** Widens when an issue was seen; news of exceptions only, so its version stays. */
export async function noteSeen(
  db: Db,
  id: string,
  seen: { readonly first: Date; readonly last: Date },
): Promise<void> {
  await db
    .updateTable('error_issue')
    .set({
      first_seen: sql`least(first_seen, ${seen.first})`,
      last_seen: sql`greatest(last_seen, ${seen.last})`,
    })
    .where('id', '=', id)
    .execute();
}

/** Quotes another exception; what is done about the issue stays, and so does its version. */
export async function describeIssue(db: Db, id: string, description: string): Promise<void> {
  await db.updateTable('error_issue').set({ description }).where('id', '=', id).execute();
}

export type IssueChange = {
  readonly status?: IssueStatus;
  readonly ownerId?: string | null;
  readonly resolvedAt?: Date | null;
  readonly resolvedReleases?: readonly string[] | null;
  readonly regressedAt?: Date | null;
};

/** Changes an issue whose row is held, and counts the change. */
export async function updateIssue(
  db: Db,
  id: string,
  change: IssueChange,
  at: Date,
): Promise<void> {
  const { status, ownerId, resolvedAt, resolvedReleases, regressedAt } = change;
  await db
    .updateTable('error_issue')
    .set({
      ...(status === undefined ? {} : { status }),
      ...(ownerId === undefined ? {} : { owner_id: ownerId }),
      ...(resolvedAt === undefined ? {} : { resolved_at: resolvedAt }),
      ...(resolvedReleases === undefined
        ? {}
        : { resolved_releases: resolvedReleases && JSON.stringify(resolvedReleases) }),
      ...(regressedAt === undefined ? {} : { regressed_at: regressedAt }),
      version: sql`version + 1`,
      updated_at: at,
    })
    .where('id', '=', id)
    .execute();
}

/** Notes that people are told of a spike; false when they were told after `since` already. */
export async function noteSpike(db: Db, id: string, at: Date, since: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('error_issue')
    .set({ spike_at: at })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('spike_at', 'is', null), eb('spike_at', '<', since)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Removes every issue of an environment with its fingerprints, and what was to be told. */
export async function deleteIssues(db: Db, environmentId: number): Promise<void> {
  await db.deleteFrom('error_issue').where('environment_id', '=', environmentId).execute();
  await db.deleteFrom('error_alert_rule').where('environment_id', '=', environmentId).execute();
}
