// Who is listed in static cohorts.
import { recordAudit } from '#audit';
import { announcePeople, findPersonsById } from '#identity';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { findCohort, lockCohort } from './cohorts.store.ts';
import { MAX_MEMBERS, csvIds, usableIds } from './members.ts';
import {
  type MemberList,
  countKnown,
  countListedIds,
  deleteMembers,
  insertMembers,
} from './members.store.ts';

/** What became of the ids given. */
export type Added = {
  /** Not listed before. */
  readonly added: number;
  /** Of all: those that a person is known by. */
  readonly known: number;
  readonly unseen: number;
  /** Without an id, repeated, or too long. */
  readonly ignored: number;
};

/**
 * Lists people in a static cohort, in the environment of the ctx.
 * @throws not_found for the cohort or a person; invalid_input for a dynamic cohort, or too many.
 */
export async function addMembers(
  ctx: ProjectCtx,
  id: number,
  given: { readonly personIds: readonly string[]; readonly distinctIds: readonly string[] },
): Promise<Added> {
  const named = await idsOfPersons(ctx, given.personIds);
  const { ids, ignored } = usableIds([...named, ...given.distinctIds]);
  if (ids.length === 0) {
    fail('required', { attr: 'distinct_ids', detail: 'Give person_ids or distinct_ids.' });
  }
  return { ...(await listIds(ctx, id, ids)), ignored };
}

/**
 * Lists the ids of a CSV file.
 * @throws not_found; invalid_input for a file that cannot be read so, a dynamic cohort, or too many.
 */
export async function importMembers(ctx: ProjectCtx, id: number, csv: string): Promise<Added> {
  const read = csvIds(csv);
  if ('problem' in read) fail('invalid_input', { detail: read.problem });
  return { ...(await listIds(ctx, id, read.ids)), ignored: read.ignored };
}

/**
 * Takes someone off a static cohort; returns how many ids were listed.
 * @throws not_found for the cohort or the person; invalid_input for a dynamic cohort.
 */
export async function removeMember(
  ctx: ProjectCtx,
  id: number,
  given: { readonly personId: string | undefined; readonly distinctId: string | undefined },
): Promise<number> {
  const ids = [...(await idsOfPersons(ctx, given.personId === undefined ? [] : [given.personId]))];
  if (given.distinctId !== undefined) ids.push(given.distinctId);
  if (ids.length === 0) {
    fail('required', { attr: 'person_id', detail: 'Give person_id or distinct_id.' });
  }
  return inTransaction(ctx, async (tx) => {
    const list = await lockStatic(tx, id);
    const removed = await deleteMembers(tx.db, list, ids);
    if (removed.length > 0) await noteChange(tx, list, 'members_removed', removed);
    return removed.length;
  });
}

/** Lists ids, each once and of usable length. */
export async function listIds(
  ctx: ProjectCtx,
  id: number,
  ids: readonly string[],
): Promise<Omit<Added, 'ignored'>> {
  return inTransaction(ctx, async (tx) => {
    const list = await lockStatic(tx, id);
    const added = await insertMembers(tx.db, list, ids, new Date(tx.clock.now()));
    if ((await countListedIds(tx.db, list)) > MAX_MEMBERS) {
      fail('invalid_input', { detail: `A cohort lists ${MAX_MEMBERS} ids at most.` });
    }
    if (added > 0) await noteChange(tx, list, 'members_added', ids);
    const known = await countKnown(tx.db, list.environmentId, ids);
    return { added, known, unseen: ids.length - known };
  });
}

async function lockStatic(tx: ProjectCtx, id: number): Promise<MemberList> {
  await lockCohort(tx.db, id);
  const cohort = await findCohort(tx.db, tx.projectId, id);
  if (!cohort || cohort.deleted) fail('not_found', { detail: 'There is no such cohort.' });
  if (!cohort.isStatic) {
    fail('invalid_input', { detail: 'A dynamic cohort lists nobody: its conditions decide.' });
  }
  return { environmentId: tx.environment.id, cohortId: id };
}

/** Ids that an audit entry repeats; beyond, their number must do. */
const AUDITED_IDS = 100;

async function noteChange(
  tx: ProjectCtx,
  { cohortId, environmentId }: MemberList,
  action: 'members_added' | 'members_removed',
  ids: readonly string[],
): Promise<void> {
  const said = { count: ids.length, distinct_ids: ids.slice(0, AUDITED_IDS) };
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId,
    action,
    resourceKind: 'cohort',
    resourceId: String(cohortId),
    ...(action === 'members_added' ? { after: said } : { before: said }),
  });
  await announcePeople(tx, environmentId, ids);
}

/** One id of each person: it stands for the person, whatever ids join it. */
async function idsOfPersons(ctx: ProjectCtx, personIds: readonly string[]): Promise<string[]> {
  const asked = [...new Set(personIds)];
  const people = await findPersonsById(ctx.db, ctx.environment.id, asked);
  const found = new Map(people.map((person) => [person.id, person.distinctIds[0]]));
  return asked.map(
    (id) => found.get(id) ?? fail('not_found', { detail: `There is no person ${id}.` }),
  );
}
