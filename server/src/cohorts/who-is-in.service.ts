// Who is in a cohort: of static ones who is listed, of those by properties who matches now, of those by events who
// did when they were last calculated.
import { type PersonWithIds, findPersonsById } from '#identity';
import { fail } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { compileRe2 } from '#properties';
import {
  type PublishedCalculation,
  findCalculatedPeople,
  readCalculatedPeople,
} from './calculated-people.query.ts';
import { type Calculation, findCalculations } from './calculations.store.ts';
import { type CompiledCohort, compileCohorts } from './compile-cohort.ts';
import { getCohort } from './cohorts.service.ts';
import { type CohortRecord, readCohorts } from './cohorts.store.ts';
import { countMembers, listMembers } from './members.store.ts';
import { extrapolate, scanPeople } from './people-scan.service.ts';

/** How many are in a cohort, and how far that is known. */
export type CohortCount = {
  readonly count: number | null;
  readonly isEstimate: boolean;
  /** Of cohorts by events. */
  readonly calculation: Calculation | undefined;
  /** True while its people are counted, or are about to be. */
  readonly isCalculating: boolean;
};

const UNCALCULATED = { calculation: undefined, isCalculating: false } as const;

/** Of several cohorts at once: of those by properties it is not known, it would take a look at everybody. */
export async function countListed(
  ctx: ProjectCtx,
  cohorts: readonly CohortRecord[],
): Promise<ReadonlyMap<number, CohortCount>> {
  const environmentId = ctx.environment.id;
  const idsOf = (some: readonly CohortRecord[]) => some.map(({ id }) => id);
  const listed = idsOf(cohorts.filter(({ isStatic }) => isStatic));
  const counts = await countMembers(ctx.db, environmentId, listed);
  const byEvents = idsOf(cohorts.filter((cohort) => cohort.byEvents));
  const calculations = await findCalculations(ctx.db, environmentId, byEvents);
  return new Map(
    cohorts.map(({ id, isStatic, byEvents: isCalculated }) => {
      const calculation = calculations.get(id);
      const count = isStatic ? (counts.get(id) ?? 0) : (calculation?.people ?? null);
      const isCalculating =
        isCalculated &&
        (calculation?.startedAt !== undefined ||
          (calculation?.dueAt.getTime() ?? 0) <= ctx.clock.now());
      return [id, { count, isEstimate: false, calculation, isCalculating }];
    }),
  );
}

export async function countCohort(ctx: ProjectCtx, cohort: CohortRecord): Promise<CohortCount> {
  if (cohort.isStatic || cohort.byEvents) {
    const known = (await countListed(ctx, [cohort])).get(cohort.id);
    return known ?? { ...UNCALCULATED, count: null, isEstimate: false };
  }
  const { count, isEstimate } = await match(ctx, cohort, { offset: 0, limit: 0 });
  return { ...UNCALCULATED, count, isEstimate };
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
  const found = await findMembers(ctx, cohort, page);
  const ids = found.members.flatMap(({ personId }) => (personId === undefined ? [] : [personId]));
  const people = await findPersonsById(ctx.db, ctx.environment.id, ids);
  const byId = new Map(people.map((person) => [person.id, person]));
  const members = found.members.map(({ distinctId, personId }) => {
    const person = personId === undefined ? undefined : byId.get(personId);
    return { distinctId: distinctId || (person?.distinctIds[0] ?? ''), person };
  });
  return { count: found.count, isEstimate: found.isEstimate, members };
}

type FoundMembers = {
  readonly count: number;
  readonly isEstimate: boolean;
  readonly members: readonly {
    readonly distinctId: string;
    readonly personId: string | undefined;
  }[];
};

async function findMembers(
  ctx: ProjectCtx,
  cohort: CohortRecord,
  page: MemberPage,
): Promise<FoundMembers> {
  const list = { environmentId: ctx.environment.id, cohortId: cohort.id };
  if (cohort.isStatic) return { ...(await listMembers(ctx.db, list, page)), isEstimate: false };
  if (!cohort.byEvents) return match(ctx, cohort, page);
  const number = (await findCalculations(ctx.db, list.environmentId, [cohort.id])).get(
    cohort.id,
  )?.number;
  if (number === undefined) return { count: 0, isEstimate: false, members: [] };
  if (page.search !== undefined) return searchCalculated(ctx, { ...list, number }, page);
  const { count, people } = await readCalculatedPeople(ctx.clickhouse, { ...list, number }, page);
  return { count, isEstimate: false, members: people };
}

/** People of the environment that a search is compared with the calculated ones at most. */
const MAX_SEARCHED = 5_000;

async function searchCalculated(
  ctx: ProjectCtx,
  calculation: PublishedCalculation,
  { search, limit, offset }: MemberPage,
): Promise<FoundMembers> {
  const ids: string[] = [];
  const needs = {
    personKeys: [],
    staticIds: [],
    withDistinctId: false,
    search,
    maxRows: MAX_SEARCHED,
  };
  const scan = await scanPeople(ctx, ctx.environment.id, needs, ({ personId }) => {
    ids.push(personId);
  });
  const members = await findCalculatedPeople(ctx.clickhouse, calculation, ids);
  return {
    count: members.length,
    isEstimate: !scan.isComplete,
    members: members.slice(offset, offset + limit),
  };
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

/** One id of everybody who matches a cohort by properties. @throws invalid_input when not all can be looked at */
export async function matchingIds(ctx: ProjectCtx, cohort: CohortRecord): Promise<string[]> {
  const compiled = await compiledCohort(ctx, cohort);
  if (!compiled) return [];
  const ids: string[] = [];
  const at = { nowMs: ctx.clock.now() };
  const needs = { ...compiled, withDistinctId: true };
  const scan = await scanPeople(ctx, ctx.environment.id, needs, (person) => {
    if (compiled.test(person, at)) ids.push(person.distinctId);
  });
  if (scan.isComplete) return ids;
  const detail = 'The environment has more people than can be looked through for a copy.';
  return fail('invalid_input', { detail });
}

/** Undefined for one that is deleted or cannot be evaluated: nobody is in it. */
async function compiledCohort(
  ctx: ProjectCtx,
  { id, projectId }: CohortRecord,
): Promise<CompiledCohort | undefined> {
  const cohorts = (await readCohorts(ctx.db, [projectId])).get(projectId) ?? [];
  return compileCohorts(cohorts, compileRe2).compiled.get(id);
}
