// Tells whoever remembers people that something about some of them changed outside of their events.
import { type Ctx, afterCommit } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { MAX_NOTED_IDS } from './person.ts';
import { idsOfSamePeople } from './identity.store.ts';

/** Announces a change to the people behind these ids, inside the transaction that makes it. */
export async function announcePeople(
  ctx: Ctx,
  environmentId: number,
  asked: readonly string[],
): Promise<void> {
  if (asked.length === 0) return;
  const distinctIds = await idsOfSamePeople(ctx.db, environmentId, asked, MAX_NOTED_IDS);
  await notify(ctx.db, 'person.changed', { environmentId, distinctIds });
  afterCommit(ctx, () => ctx.events.emit('person.changed', { environmentId, distinctIds }));
}
