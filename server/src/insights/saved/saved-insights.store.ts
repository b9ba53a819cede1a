// Rows of saved insights.
import type { Db } from '#platform/ctx';
import { isFavouriteSql } from '#platform/postgres/favourites';
import { containing } from '#platform/postgres/like';

type SavedUser = { readonly id: string; readonly name: string; readonly email: string };

/** What people write. */
export type InsightFields = {
  readonly name: string;
  readonly description: string;
  readonly query: object;
  readonly tags: readonly string[];
  readonly deleted: boolean;
};

export type SavedInsight = InsightFields & {
  readonly id: number;
  /** Of addresses that people pass on. */
  readonly shortId: string;
  /** Of whoever asks. */
  readonly favorited: boolean;
  readonly version: number;
  readonly createdBy: SavedUser | null;
  readonly createdAt: Date;
  readonly updatedBy: SavedUser | null;
  readonly updatedAt: Date;
};

export type InsightFilter = {
  /** Part of the name or the description. */
  readonly search: string | undefined;
  readonly shortId: string | undefined;
  readonly favorited: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
};

type Stamp = { readonly by: string | null; readonly at: Date };

function selectInsights(db: Db, projectId: number) {
  return db
    .selectFrom('insight')
    .leftJoin('app_user as creator', 'creator.id', 'insight.created_by')
    .leftJoin('app_user as editor', 'editor.id', 'insight.updated_by')
    .where('insight.project_id', '=', projectId);
}

function selectRecords(db: Db, projectId: number, userId: string | null) {
  return selectInsights(db, projectId)
    .selectAll('insight')
    .select([
      favouriteOf(userId).as('is_favourite'),
      'creator.name as creator_name',
      'creator.email as creator_email',
      'editor.name as editor_name',
      'editor.email as editor_email',
    ]);
}

const favouriteOf = (userId: string | null) => isFavouriteSql(userId, 'insight', 'insight.id');

type Row = Awaited<ReturnType<ReturnType<typeof selectRecords>['executeTakeFirstOrThrow']>>;

/** By number, deleted ones too. @param userId whose favourites are told */
export async function findInsight(
  db: Db,
  projectId: number,
  id: number,
  userId: string | null,
): Promise<SavedInsight | undefined> {
  const row = await selectRecords(db, projectId, userId)
    .where('insight.id', '=', id)
    .executeTakeFirst();
  return row && toInsight(row);
}

/** Those with one of these numbers, deleted ones too. */
export async function findInsightRows(
  db: Db,
  projectId: number,
  ids: readonly number[],
  userId: string | null,
): Promise<SavedInsight[]> {
  const rows = await selectRecords(db, projectId, userId).where('insight.id', 'in', ids).execute();
  return rows.map(toInsight);
}

/** One page, favourites first, then the last changed, and how many there are in all. */
export async function listInsights(
  db: Db,
  projectId: number,
  { search, shortId, favorited, limit, offset }: InsightFilter,
  userId: string | null,
): Promise<{ count: number; insights: SavedInsight[] }> {
  const pattern = search === undefined ? undefined : containing(search);
  const narrowed = <Q extends ReturnType<typeof selectInsights>>(query: Q): Q => {
    let all = query.where('insight.deleted', '=', false);
    if (shortId !== undefined) all = all.where('insight.short_id', '=', shortId);
    if (favorited !== undefined) all = all.where(favouriteOf(userId), '=', favorited);
    if (pattern !== undefined) {
      all = all.where((eb) =>
        eb.or([eb('insight.name', 'ilike', pattern), eb('insight.description', 'ilike', pattern)]),
      );
    }
    return all as Q;
  };
  const { count } = await narrowed(selectInsights(db, projectId))
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await narrowed(selectRecords(db, projectId, userId))
    .orderBy('is_favourite', 'desc')
    .orderBy('insight.updated_at', 'desc')
    .orderBy('insight.id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute();
  return { count: Number(count), insights: rows.map(toInsight) };
}

export async function insertInsight(
  db: Db,
  insight: InsightFields & Stamp & { readonly projectId: number; readonly shortId: string },
): Promise<number> {
  const { id } = await db
    .insertInto('insight')
    .values({
      ...columnsOf(insight),
      project_id: insight.projectId,
      short_id: insight.shortId,
      version: 1,
      created_by: insight.by,
      created_at: insight.at,
      updated_by: insight.by,
      updated_at: insight.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Holds the row until the end of the transaction. */
export async function lockInsight(db: Db, projectId: number, id: number): Promise<void> {
  await db
    .selectFrom('insight')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
}

export async function updateInsightRow(
  db: Db,
  id: number,
  insight: InsightFields & Stamp & { readonly version: number },
): Promise<void> {
  await db
    .updateTable('insight')
    .set({
      ...columnsOf(insight),
      version: insight.version,
      updated_by: insight.by,
      updated_at: insight.at,
    })
    .where('id', '=', id)
    .execute();
}

const columnsOf = (insight: InsightFields) => ({
  name: insight.name,
  description: insight.description,
  query: JSON.stringify(insight.query),
  tags: JSON.stringify(insight.tags),
  deleted: insight.deleted,
});

function toInsight(row: Row): SavedInsight {
  return {
    id: row.id,
    shortId: row.short_id,
    name: row.name,
    description: row.description,
    query: row.query,
    tags: row.tags,
    favorited: row.is_favourite,
    deleted: row.deleted,
    version: row.version,
    createdBy: userOf(row.created_by, row.creator_name, row.creator_email),
    createdAt: row.created_at,
    updatedBy: userOf(row.updated_by, row.editor_name, row.editor_email),
    updatedAt: row.updated_at,
  };
}

function userOf(id: string | null, name: string | null, email: string | null): SavedUser | null {
  return id === null ? null : { id, name: name ?? '', email: email ?? '' };
}
