// Rows of public links. A link that is revoked is gone.
import type { Db } from '#platform/ctx';

export type Link = {
  readonly id: string;
  readonly dashboardId: number;
  readonly environmentId: number;
  readonly createdBy: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly createdAt: Date;
};

/** Those of a dashboard, the newest first. */
export async function listLinkRows(db: Db, dashboardId: number): Promise<Link[]> {
  const rows = await db
    .selectFrom('dashboard_link as link')
    .leftJoin('app_user as creator', 'creator.id', 'link.created_by')
    .selectAll('link')
    .select(['creator.name', 'creator.email'])
    .where('link.dashboard_id', '=', dashboardId)
    .orderBy('link.created_at', 'desc')
    .orderBy('link.id', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    dashboardId: row.dashboard_id,
    environmentId: row.environment_id,
    createdBy:
      row.created_by === null
        ? null
        : { id: row.created_by, name: row.name ?? '', email: row.email ?? '' },
    createdAt: row.created_at,
  }));
}

export async function insertLink(
  db: Db,
  link: Omit<Link, 'createdBy'> & { readonly tokenHash: string; readonly by: string | null },
): Promise<void> {
  await db
    .insertInto('dashboard_link')
    .values({
      id: link.id,
      dashboard_id: link.dashboardId,
      environment_id: link.environmentId,
      token_hash: link.tokenHash,
      created_by: link.by,
      created_at: link.createdAt,
    })
    .execute();
}

/** Whether there was one. */
export async function deleteLink(db: Db, dashboardId: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('dashboard_link')
    .where('dashboard_id', '=', dashboardId)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function deleteLinksOf(db: Db, dashboardId: number): Promise<void> {
  await db.deleteFrom('dashboard_link').where('dashboard_id', '=', dashboardId).execute();
}

export type LinkTarget = {
  readonly linkId: string;
  readonly dashboardId: number;
  readonly environmentId: number;
  readonly projectId: number;
};

/** What a link shows; undefined when it is none, or its dashboard is deleted. */
export async function findLinkTarget(db: Db, tokenHash: string): Promise<LinkTarget | undefined> {
  return db
    .selectFrom('dashboard_link as link')
    .innerJoin('dashboard', 'dashboard.id', 'link.dashboard_id')
    .select([
      'link.id as linkId',
      'link.dashboard_id as dashboardId',
      'link.environment_id as environmentId',
      'dashboard.project_id as projectId',
    ])
    .where('link.token_hash', '=', tokenHash)
    .where('dashboard.deleted', '=', false)
    .executeTakeFirst();
}
