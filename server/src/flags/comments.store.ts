// Rows of comments on flags.
import type { Selectable } from 'kysely';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';

export type CommentRow = Selectable<Database['flag_comment']>;

export async function insertComment(db: Db, row: CommentRow): Promise<void> {
  await db.insertInto('flag_comment').values(row).execute();
}

export async function countComments(db: Db, flagId: number): Promise<number> {
  const { count } = await db
    .selectFrom('flag_comment')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('flag_id', '=', flagId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Newest first. */
export async function listComments(
  db: Db,
  flagId: number,
  page: { readonly limit: number; readonly offset: number },
): Promise<CommentRow[]> {
  return db
    .selectFrom('flag_comment')
    .selectAll()
    .where('flag_id', '=', flagId)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
}

/** One comment; other changes of it wait until the transaction ends. */
export async function lockComment(
  db: Db,
  flagId: number,
  id: string,
): Promise<CommentRow | undefined> {
  return db
    .selectFrom('flag_comment')
    .selectAll()
    .where('flag_id', '=', flagId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateComment(db: Db, id: string, body: string, at: Date): Promise<void> {
  await db.updateTable('flag_comment').set({ body, edited_at: at }).where('id', '=', id).execute();
}

export async function deleteComment(db: Db, id: string): Promise<void> {
  await db.deleteFrom('flag_comment').where('id', '=', id).execute();
}
