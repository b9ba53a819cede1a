// Asking for people to be erased. In one transaction they are gone from PostgreSQL, what is on its way to the
// event store is marked to be left out, and the job is written down that erases there and proves it.
import { v7 as uuidv7 } from 'uuid';
import { recordAudit } from '#audit';
import { deleteListedIds } from '#cohorts';
import {
  announcePeople,
  distinctIdsOfPeople,
  erasePeople,
  findPersonIds,
  lockPeople,
} from '#identity';
import { findStoredSession, markSessionsErased } from '#replay';
import { forgetExamples, forgetLettersOf, markErased } from '#ingest';
import { fail } from '#kernel/errors';
import { storableText } from '#kernel/json';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import type { Deletion } from './deletion.ts';
import { findDeletion, insertDeletion, nextCopyVersion, readDeletions } from './deletions.store.ts';

export type Asked = {
  readonly personIds: readonly string[];
  readonly distinctIds: readonly string[];
  readonly deletesEvents: boolean;
  /** Left out: with the person, and with their events. */
  readonly deletesRecordings?: boolean | undefined;
  readonly keepsPeople: boolean;
};

/**
 * Erases people with their recordings and, when asked to, their events that were received until now. An id without a person stands
 * for its events.
 * @throws required, invalid_input for a request that asks for nothing
 */
export async function deletePeople(ctx: ProjectCtx, asked: Asked): Promise<Deletion> {
  const { deletesEvents, keepsPeople } = asked;
  const deletesRecordings = asked.deletesRecordings ?? (!keepsPeople || deletesEvents);
  if (asked.personIds.length + asked.distinctIds.length === 0) {
    fail('required', { attr: 'ids', detail: 'Give ids or distinct_ids.' });
  }
  if (keepsPeople && !deletesEvents && !deletesRecordings) {
    const detail = 'This deletes nothing; set delete_events or delete_recordings.';
    fail('invalid_input', { attr: 'keep_person', detail });
  }
  return inTransaction(ctx, async (tx) =>
    getDeletion(tx, await eraseIn(tx, { ...asked, deletesRecordings })),
  );
}

type Decided = Asked & { readonly deletesRecordings: boolean };

async function eraseIn(tx: ProjectCtx, asked: Decided): Promise<string> {
  const environmentId = tx.environment.id;
  await lockPeople(tx.db, environmentId);
  const given = [...new Set(asked.distinctIds.map(storableText))];
  const named = await findPersonIds(tx.db, environmentId, given);
  const strangers = given.filter((distinctId) => !named.has(distinctId));
  const wanted = [...new Set([...asked.personIds, ...named.values()])];
  const known = asked.keepsPeople
    ? await distinctIdsOfPeople(tx.db, environmentId, wanted)
    : await erasePeople(tx.db, environmentId, wanted, strangers);
  const distinctIds = [...known.distinctIds, ...strangers];
  const nowMs = tx.clock.now();
  if (!asked.keepsPeople) await deleteListedIds(tx.db, environmentId, distinctIds);
  if (asked.deletesEvents) {
    await markErased(tx.db, environmentId, distinctIds, { beforeMs: nowMs, what: 'everything' });
    await forgetLettersOf(tx.db, environmentId, distinctIds);
  } else if (asked.deletesRecordings) {
    await markErased(tx.db, environmentId, distinctIds, { beforeMs: nowMs, what: 'recordings' });
  }
  await forgetExamples(tx.db, environmentId, distinctIds);
  const deletion = {
    id: uuidv7(),
    projectId: tx.projectId,
    environmentId,
    kind: 'people' as const,
    people: known.personIds.length,
    personIds: known.personIds,
    distinctIds,
    deletesEvents: asked.deletesEvents,
    deletesRecordings: asked.deletesRecordings,
    deletesPeople: !asked.keepsPeople,
    beforeMs: nowMs,
    copyVersion: await nextCopyVersion(tx.db),
    requestedBy: tx.actor.label,
  };
  await insertDeletion(tx.db, deletion, new Date(nowMs));
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId,
    action: 'deletion_requested',
    resourceKind: 'person',
    resourceId: deletion.id,
    before: { people: deletion.people, person_ids: known.personIds.slice(0, 100) },
    after: whatGoes(asked),
  });
  await announcePeople(tx, environmentId, distinctIds);
  return deletion.id;
}

const whatGoes = ({ deletesEvents, deletesRecordings, keepsPeople }: Decided) => ({
  delete_events: deletesEvents,
  delete_recordings: deletesRecordings,
  keep_person: keepsPeople,
});

/** @throws not_found when there is no such person */
export async function deletePerson(
  ctx: ProjectCtx,
  personId: string,
  how: Pick<Asked, 'deletesEvents' | 'deletesRecordings' | 'keepsPeople'>,
): Promise<Deletion> {
  return inTransaction(ctx, async (tx) => {
    const deletion = await deletePeople(tx, { ...how, personIds: [personId], distinctIds: [] });
    if (deletion.people === 0) fail('not_found', { detail: 'There is no such person.' });
    return deletion;
  });
}

/**
 * Takes the recording of a session away at once, and has it erased.
 * @throws not_found
 */
export async function deleteRecording(ctx: ProjectCtx, sessionId: string): Promise<Deletion> {
  await findStoredSession(ctx, sessionId);
  return inTransaction(ctx, async (tx) => {
    const environmentId = tx.environment.id;
    const nowMs = tx.clock.now();
    const deletion = {
      id: uuidv7(),
      projectId: tx.projectId,
      environmentId,
      kind: 'recording' as const,
      people: 0,
      personIds: [],
      distinctIds: [],
      deletesEvents: false,
      deletesRecordings: true,
      deletesPeople: false,
      beforeMs: nowMs,
      copyVersion: await nextCopyVersion(tx.db),
      requestedBy: tx.actor.label,
    };
    await lockPeople(tx.db, environmentId);
    await insertDeletion(tx.db, deletion, new Date(nowMs));
    await markSessionsErased(tx.db, environmentId, [sessionId], deletion.id, new Date(nowMs));
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId,
      action: 'deletion_requested',
      resourceKind: 'recording',
      resourceId: sessionId,
      after: { deletion: deletion.id },
    });
    return getDeletion(tx, deletion.id);
  });
}

/** @throws not_found */
export async function getDeletion(ctx: ProjectCtx, id: string): Promise<Deletion> {
  const deletion = await findDeletion(ctx.db, ctx.environment.id, id);
  return deletion ?? fail('not_found', { detail: 'There is no such deletion.' });
}

/** One page of the environment's deletions, the newest first. */
export function listDeletions(
  ctx: ProjectCtx,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; deletions: Deletion[] }> {
  return readDeletions(
    ctx.db,
    { environmentId: ctx.environment.id, projectId: ctx.projectId },
    page,
  );
}
