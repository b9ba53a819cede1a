// Whose recordings are to be erased: every session in which one of the ids was seen, whole.
import { lockPeople } from '#identity';
import { type Ctx, inTransaction } from '#platform/ctx';
import { sessionsOfIds } from './store/blocks.query.ts';
import { findForgettable, forgetSessions, markSessionsErased } from './store/erased.store.ts';
import { dropSessions, storedAmong } from './store/leftovers.query.ts';

type Asked = {
  /** Of the deletion. */
  readonly id: string;
  readonly environmentId: number;
  readonly distinctIds: readonly string[];
  /** Sessions of which nothing was received until then stay. */
  readonly beforeMs: number;
};

/** Finds the recordings of people as far as they are stored by now; from now on nothing of them is shown or kept. */
export async function markRecordingsErased(ctx: Ctx, asked: Asked): Promise<void> {
  const { id, environmentId } = asked;
  const sessionIds = await sessionsOfIds(ctx.clickhouse, asked);
  if (sessionIds.length === 0) return;
  await inTransaction(ctx, async ({ db, clock }) => {
    // Whoever stores holds it while looking for what is erased.
    await lockPeople(db, environmentId);
    await markSessionsErased(db, environmentId, sessionIds, id, new Date(clock.now()));
  });
}

/** Sessions in one look: their ids are named in SQL. */
const FORGOTTEN_AT_ONCE = 500;

/** Forgets some that were erased long ago; of what is nevertheless still stored it starts erasing instead. */
export async function forgetErasedSessions({
  db,
  clickhouse,
}: Pick<Ctx, 'db' | 'clickhouse'>): Promise<void> {
  const old = await findForgettable(db, FORGOTTEN_AT_ONCE);
  if (!old) return;
  const { environmentId, sessionIds } = old;
  const stored = await storedAmong(clickhouse, environmentId, sessionIds);
  const left = sessionIds.filter((id) => stored.has(id));
  if (left.length > 0) await dropSessions(clickhouse, environmentId, left);
  const gone = sessionIds.filter((id) => !stored.has(id));
  await forgetSessions(db, environmentId, gone);
}
