// What PostgreSQL knows of a small world of recordings: people, an issue, what was seen and pinned.
import { sql } from 'kysely';
import type { Db } from '#platform/ctx';
import { insertPin, noteView } from '../recordings/pins-and-views.store.ts';
import { ISSUE, NOW_MS, ownerOf } from './test-list-world.ts';

type Marked = {
  readonly userId: string;
  readonly watched: readonly string[];
  readonly pinned: readonly string[];
};

/** Answers the ids of its issue and of ann. */
export async function storeAround(
  db: Db,
  environmentId: number,
  marked: Marked,
): Promise<{ readonly issue: string; readonly ann: string }> {
  const people = await storePeople(db, environmentId);
  await markSeenAndPinned(db, environmentId, marked);
  return { issue: await storeIssue(db, environmentId), ann: people.get('ann') ?? '' };
}

/** With ids of their own: those that events have in such worlds are no UUIDs of a version. */
async function storePeople(db: Db, environmentId: number): Promise<ReadonlyMap<string, string>> {
  const ids = new Map(['ann', 'bob', 'cy'].map((owner) => [owner, crypto.randomUUID()]));
  const of = { environment_id: environmentId, version: 1 };
  const rest = { properties: '{}', is_identified: true, created_at: new Date(NOW_MS) };
  for (const [owner, id] of ids) {
    await db
      .insertInto('person')
      .values({ ...of, ...rest, id })
      .execute();
    const distinctIds = ['ann', 'anon', 'bob', 'cy'].filter((one) => ownerOf(one) === owner);
    await db
      .insertInto('person_distinct_id')
      .values(distinctIds.map((distinct_id) => ({ ...of, distinct_id, person_id: id })))
      .execute();
  }
  return ids;
}

async function markSeenAndPinned(db: Db, environmentId: number, marked: Marked): Promise<void> {
  const when = new Date(NOW_MS);
  for (const sessionId of marked.watched) {
    await noteView(db, { userId: marked.userId, environmentId, sessionId, at: when });
  }
  const pin = { reason: 'evidence', pinnedBy: 'Ada', pinnedAt: when };
  for (const sessionId of marked.pinned) await insertPin(db, environmentId, sessionId, pin);
}

/** Answers its id. */
async function storeIssue(db: Db, environmentId: number): Promise<string> {
  const id = crypto.randomUUID();
  const { fingerprint } = ISSUE;
  await sql`
    insert into error_issue (id, environment_id, fingerprint, name, description, status, first_seen, last_seen, version, place, library, first_release)
    values (${id}, ${environmentId}, ${fingerprint}, 'TypeError', '', 'active', now(), now(), 1, '', '', '')
  `.execute(db);
  await db
    .insertInto('error_fingerprint')
    .values({ environment_id: environmentId, fingerprint, issue_id: id })
    .execute();
  return id;
}
