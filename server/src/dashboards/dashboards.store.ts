// Rows of dashboards.
import type { Db } from '#platform/ctx';
import { isFavouriteSql } from '#platform/postgres/favourites';
import { containing } from '#platform/postgres/like';
import type { DashboardFilters, Tile } from './dashboard.ts';

type DashboardUser = { readonly id: string; readonly name: string; readonly email: string };

/** What people write. */
export type DashboardFields = {
  readonly name: string;
  readonly description: string;
  /** Stands first in lists. */
  readonly pinned: boolean;
  readonly filters: DashboardFilters;
  readonly tiles: readonly Tile[];
  readonly deleted: boolean;
};

export type Dashboard = DashboardFields & {
  readonly id: number;
  /** Of whoever asks. */
  readonly favorited: boolean;
  readonly version: number;
  readonly createdBy: DashboardUser | null;
  readonly createdAt: Date;
  readonly updatedBy: DashboardUser | null;
  readonly updatedAt: Date;
};

export type DashboardFilter = {
  /** Part of the name or the description. */
  readonly search: string | undefined;
  readonly pinned: boolean | undefined;
  readonly favorited: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
};

type Stamp = { readonly by: string | null; readonly at: Date };

function selectRows(db: Db, projectId: number) {
  return db
    .selectFrom('dashboard')
    .leftJoin('app_user as creator', 'creator.id', 'dashboard.created_by')
    .leftJoin('app_user as editor', 'editor.id', 'dashboard.updated_by')
    .where('dashboard.project_id', '=', projectId);
}

const favouriteOf = (userId: string | null) => isFavouriteSql(userId, 'dashboard', 'dashboard.id');

function selectDashboards(db: Db, projectId: number, userId: string | null) {
  return selectRows(db, projectId)
    .selectAll('dashboard')
    .select([
      favouriteOf(userId).as('is_favourite'),
      'creator.name as creator_name',
      'creator.email as creator_email',
      'editor.name as editor_name',
      'editor.email as editor_email',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectDashboards>['executeTakeFirstOrThrow']>>;

/** By number, deleted ones too. @param userId whose favourites are told */
export async function findDashboard(
  db: Db,
  projectId: number,
  id: number,
  userId: string | null,
): Promise<Dashboard | undefined> {
  const row = await selectDashboards(db, projectId, userId)
    .where('dashboard.id', '=', id)
    .executeTakeFirst();
  return row && toDashboard(row);
}

/** One page, favourites first, then pinned ones, then the last changed, and how many there are in all. */
export async function listDashboardRows(
  db: Db,
  projectId: number,
  { search, pinned, favorited, limit, offset }: DashboardFilter,
  userId: string | null,
): Promise<{ count: number; dashboards: Dashboard[] }> {
  const narrowed = <Q extends ReturnType<typeof selectRows>>(query: Q): Q => {
    let all = query.where('dashboard.deleted', '=', false);
    if (pinned !== undefined) all = all.where('dashboard.pinned', '=', pinned);
    if (favorited !== undefined) all = all.where(favouriteOf(userId), '=', favorited);
    if (search !== undefined) {
      const pattern = containing(search);
      all = all.where((eb) =>
        eb.or([
          eb('dashboard.name', 'ilike', pattern),
          eb('dashboard.description', 'ilike', pattern),
        ]),
      );
    }
    return all as Q;
  };
  const { count } = await narrowed(selectRows(db, projectId))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await narrowed(selectDashboards(db, projectId, userId))
    .orderBy('is_favourite', 'desc')
    .orderBy('dashboard.pinned', 'desc')
    .orderBy('dashboard.updated_at', 'desc')
    .orderBy('dashboard.id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return { count: Number(count), dashboards: rows.map(toDashboard) };
}

export async function insertDashboard(
  db: Db,
  dashboard: DashboardFields & Stamp & { readonly projectId: number },
): Promise<number> {
  const { id } = await db
    .insertInto('dashboard')
    .values({
      ...columnsOf(dashboard),
      project_id: dashboard.projectId,
      version: 1,
      created_by: dashboard.by,
      created_at: dashboard.at,
      updated_by: dashboard.by,
      updated_at: dashboard.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Holds the row until the end of the transaction. */
export async function lockDashboard(db: Db, projectId: number, id: number): Promise<void> {
  await db
    .selectFrom('dashboard')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
}

export async function updateDashboardRow(
  db: Db,
  id: number,
  dashboard: DashboardFields & Stamp & { readonly version: number },
): Promise<void> {
  await db
    .updateTable('dashboard')
    .set({
      ...columnsOf(dashboard),
      version: dashboard.version,
      updated_by: dashboard.by,
      updated_at: dashboard.at,
    })
    .where('id', '=', id)
    .execute();
}

const columnsOf = (dashboard: DashboardFields) => ({
  name: dashboard.name,
  description: dashboard.description,
  pinned: dashboard.pinned,
  filters: JSON.stringify(dashboard.filters),
  tiles: JSON.stringify(dashboard.tiles),
  deleted: dashboard.deleted,
});

function toDashboard(row: Row): Dashboard {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    pinned: row.pinned,
    favorited: row.is_favourite,
    filters: row.filters as DashboardFilters,
    tiles: row.tiles as Tile[],
    deleted: row.deleted,
    version: row.version,
    createdBy: userOf(row.created_by, row.creator_name, row.creator_email),
    createdAt: row.created_at,
    updatedBy: userOf(row.updated_by, row.editor_name, row.editor_email),
    updatedAt: row.updated_at,
  };
}

function userOf(
  id: string | null,
  name: string | null,
  email: string | null,
): DashboardUser | null {
  return id === null ? null : { id, name: name ?? '', email: email ?? '' };
}
