// Whose recordings are to be erased: every session in which one of the ids was seen, whole.
import type { Ctx } from '#platform/ctx';
import { sessionsOfIds } from './store/blocks.query.ts';
import { markSessionsErased } from './store/erased.store.ts';

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
  await markSessionsErased(ctx.db, environmentId, sessionIds, id, new Date(ctx.clock.now()));
}
