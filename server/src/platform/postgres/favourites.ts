// What somebody has marked as a favourite of theirs: it stands first in their lists, and nobody else's.
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/ctx';

type FavouriteKind = 'insight' | 'dashboard';

/** Whether the row at hand is one. @param userId null: of nobody. @param id the column of its number */
export function isFavouriteSql(
  userId: string | null,
  kind: FavouriteKind,
  id: string,
): RawBuilder<boolean> {
  if (userId === null) return sql<boolean>`false`;
  return sql<boolean>`exists (select 1 from favourite
    where user_id = ${userId} and kind = ${kind} and item_id = ${sql.ref(id)})`;
}

export async function setFavourite(
  db: Db,
  favourite: { readonly userId: string; readonly kind: FavouriteKind; readonly id: number },
  isFavourite: boolean,
  at: Date,
): Promise<void> {
  const { userId: user_id, kind, id: item_id } = favourite;
  if (isFavourite) {
    await db
      .insertInto('favourite')
      .values({ user_id, kind, item_id, created_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return;
  }
  await db
    .deleteFrom('favourite')
    .where('user_id', '=', user_id)
    .where('kind', '=', kind)
    .where('item_id', '=', item_id)
    .execute();
}
