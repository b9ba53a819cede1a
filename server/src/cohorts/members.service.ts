// Who is in a cohort: listing people in static ones, and finding those that dynamic ones match.
import { recordAudit } from '#audit';
import { type PersonWithIds, announcePeople, findPersonsById } from '#identity';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { compileRe2 } from '#properties';
import { type CompiledCohort, compileCohorts } from './compile-cohort.ts';
import { type CohortRecord, findCohort, lockCohort, readCohorts } from './cohorts.store.ts';
import { getCohort } from './cohorts.service.ts';
import { MAX_MEMBERS, csvIds, usableIds } from './members.ts';
import {
  type MemberList,
  countKnown,
  countListedIds,
  countMembers,
  deleteMembers,
  insertMembers,
  listMembers,
} from './members.store.ts';
import { extrapolate, scanPeople } from './people-scan.service.ts';

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

async function listIds(
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

/** How many are in a cohort. */
export type CohortCount = { readonly count: number | null; readonly isEstimate: boolean };

/** Of several cohorts at once: of dynamic ones it is not known, it would take a look at everybody. */
export async function countListed(
  ctx: ProjectCtx,
  cohorts: readonly CohortRecord[],
): Promise<ReadonlyMap<number, CohortCount>> {
  const listed = cohorts.filter(({ isStatic }) => isStatic).map(({ id }) => id);
  const counts = await countMembers(ctx.db, ctx.environment.id, listed);
  return new Map(
    cohorts.map(({ id, isStatic }) => [
      id,
      { count: isStatic ? (counts.get(id) ?? 0) : null, isEstimate: false },
    ]),
  );
}

export async function countCohort(ctx: ProjectCtx, cohort: CohortRecord): Promise<CohortCount> {
  if (cohort.isStatic) {
    return (await countListed(ctx, [cohort])).get(cohort.id) ?? { count: 0, isEstimate: false };
  }
  const { count, isEstimate } = await match(ctx, cohort, { offset: 0, limit: 0 });
  return { count, isEstimate };
}

/** Someone in a cohort. */
export type Member = {
  readonly distinctId: string;
  /** Undefined for a listed id that has not been seen yet. */
  readonly person: PersonWithIds | undefined;
};

export type MemberPage = {
  readonly search?: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

/**
 * One page of who is in a cohort.
 * @throws not_found
 */
export async function listCohortMembers(
  ctx: ProjectCtx,
  id: number,
  page: MemberPage,
): Promise<{ count: number; isEstimate: boolean; members: Member[] }> {
  const cohort = await getCohort(ctx, id);
  const list = { environmentId: ctx.environment.id, cohortId: id };
  const found = cohort.isStatic
    ? { ...(await listMembers(ctx.db, list, page)), isEstimate: false }
    : await match(ctx, cohort, page);
  const ids = found.members.flatMap(({ personId }) => (personId === undefined ? [] : [personId]));
  const people = await findPersonsById(ctx.db, ctx.environment.id, ids);
  const byId = new Map(people.map((person) => [person.id, person]));
  const members = found.members.map(({ distinctId, personId }) => {
    const person = personId === undefined ? undefined : byId.get(personId);
    return { distinctId: distinctId || (person?.distinctIds[0] ?? ''), person };
  });
  return { count: found.count, isEstimate: found.isEstimate, members };
}

async function match(ctx: ProjectCtx, cohort: CohortRecord, page: MemberPage) {
  const compiled = await compiledCohort(ctx, cohort);
  const members: { distinctId: string; personId: string }[] = [];
  let count = 0;
  if (!compiled) return { count, isEstimate: false, members };
  const at = { nowMs: ctx.clock.now() };
  const needs = { ...compiled, withDistinctId: compiled.usesDistinctId, search: page.search };
  const scan = await scanPeople(ctx, ctx.environment.id, needs, (person) => {
    if (!compiled.test(person, at)) return;
    const isOnPage = count >= page.offset && members.length < page.limit;
    if (isOnPage) members.push({ distinctId: person.distinctId, personId: person.personId });
    count += 1;
  });
  return { count: extrapolate(count, scan), isEstimate: !scan.isComplete, members };
}

/** Undefined for one that is deleted or cannot be evaluated: nobody is in it. */
async function compiledCohort(
  ctx: ProjectCtx,
  { id, projectId }: CohortRecord,
): Promise<CompiledCohort | undefined> {
  const cohorts = (await readCohorts(ctx.db, [projectId])).get(projectId) ?? [];
  return compileCohorts(cohorts, compileRe2).compiled.get(id);
}
