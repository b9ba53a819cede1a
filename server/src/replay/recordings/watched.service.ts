// How many recordings of people with a change were watched: for features that ask people to look.
import type { Ctx } from '#platform/ctx';
import { seenSince } from './pins-and-views.store.ts';
import { countWithFlag } from './recordings.query.ts';

/** Of more than these nobody asks. */
const MOST_WATCHED = 1000;

/** Of sessions with that value of a flag, those that anybody has watched since. */
export async function countWatched(
  { db, clickhouse }: Pick<Ctx, 'db' | 'clickhouse'>,
  environmentId: number,
  about: { readonly flag: string; readonly value: string; readonly since: Date },
): Promise<number> {
  const seen = await seenSince(db, environmentId, about.since, MOST_WATCHED);
  return seen.length === 0 ? 0 : countWithFlag(clickhouse, environmentId, seen, about);
}
