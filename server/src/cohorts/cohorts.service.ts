// What people do with cohorts. Every change is one transaction: row, audit entry, version counted up, notice
// to the other replicas; flags that ask for a cohort come out differently, so it is news about flags.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type Ctx, type ProjectCtx, afterCommit, inTransaction, userIdOf } from '#platform/ctx';
import { nextChangeSeq } from '#platform/postgres/change-seq';
import { notify } from '#platform/postgres/notices';
import { compileRe2 } from '#properties';
import { makeDue } from './calculations.store.ts';
import { type CohortDefinition, type CohortFilters, LISTED } from './cohort.ts';
import { findGraphProblem, graphProblemWords } from './cohort-graph.ts';
import { type CohortFiltersInput, checkCohortFilters, toCohortFilters } from './cohort-input.ts';
import {
  type CohortUsers,
  type CohortUses,
  refuseWhileFlagsAsk,
  refuseWhileUsed,
  usesOf,
} from './cohort-uses.service.ts';
import { followEvents } from './follow-events.service.ts';
import {
  type CohortFields,
  type CohortFilter,
  type CohortRecord,
  findCohort,
  insertCohort,
  listCohortRecords,
  lockCohort,
  readProjectCohorts,
  updateCohortRow,
} from './cohorts.store.ts';

export type { CohortRecord } from './cohorts.store.ts';

export type NewCohort = {
  readonly name: string;
  readonly description?: string | undefined;
  readonly isStatic: boolean;
  readonly filters?: CohortFiltersInput | undefined;
};

/** Only what is given changes. */
export type CohortChange = {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly isStatic?: boolean | undefined;
  readonly filters?: CohortFiltersInput | undefined;
  readonly deleted?: boolean | undefined;
  /** The version that the caller has seen; another one is a conflict. */
  readonly version?: number | undefined;
  /** Why, for the audit log. */
  readonly reason?: string | null | undefined;
};

/** @throws invalid_input or required naming the field at fault. */
export async function createCohort(ctx: ProjectCtx, input: NewCohort): Promise<CohortRecord> {
  return inTransaction(ctx, async (tx) => {
    const stamp = await stampOf(tx);
    const filters = await checkedFilters(tx, undefined, input);
    const id = await insertCohort(tx.db, {
      projectId: tx.projectId,
      name: input.name,
      description: input.description ?? '',
      isStatic: input.isStatic,
      filters,
      ...stamp,
    });
    await followEvents(tx, id);
    const created = await getCohort(tx, id);
    await audit(tx, 'created', undefined, created, null);
    await announce(tx);
    return created;
  });
}

/** One page of the project's cohorts, newest first. */
export function listCohorts(
  ctx: ProjectCtx,
  filter: Omit<CohortFilter, 'projectId'>,
): Promise<{ count: number; records: CohortRecord[] }> {
  return listCohortRecords(ctx.db, { ...filter, projectId: ctx.projectId });
}

/**
 * A cohort by number, deleted or not.
 * @throws not_found
 */
export async function getCohort(ctx: ProjectCtx, id: number): Promise<CohortRecord> {
  const record = await findCohort(ctx.db, ctx.projectId, id);
  return record ?? fail('not_found', { detail: 'There is no such cohort.' });
}

/**
 * Changes what is given; filters are replaced as a whole. A change of nothing counts no version up.
 * @throws conflict when `version` is given and not the current one; not_found; invalid_input, also when it
 *   would be deleted while flags, cohorts or what waits ask for it; behavioral_cohort_found when it would ask for
 *   events while flags ask for it.
 */
export async function updateCohort(
  ctx: ProjectCtx,
  users: CohortUsers,
  id: number,
  change: CohortChange,
): Promise<CohortRecord> {
  return inTransaction(ctx, async (tx) => {
    const stamp = await stampOf(tx);
    await lockCohort(tx.db, id);
    const before = await getCohort(tx, id);
    refuseStale(before, change.version);
    const deleted = change.deleted ?? before.deleted;
    if (deleted && !before.deleted) await refuseWhileUsed(tx, users, id);
    const comesBack = before.deleted && !deleted;
    const fields: CohortFields = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      filters:
        comesBack || change.filters || change.isStatic !== undefined
          ? await checkedFilters(tx, before, change)
          : before.filters,
      deleted,
    };
    if (canonicalJson(fields) === canonicalJson(fieldsOf(before))) return before;
    await updateCohortRow(tx.db, id, fields, stamp);
    const newlyByEvents = await followEvents(tx, id);
    for (const one of newlyByEvents) await refuseWhileFlagsAsk(tx, users, one);
    const after = await getCohort(tx, id);
    const action = deleted === before.deleted ? 'updated' : deleted ? 'deleted' : 'restored';
    await audit(tx, action, before, after, change.reason ?? null);
    await announce(tx);
    return after;
  });
}

/** Who asks for a cohort. @throws not_found */
export async function cohortUses(
  ctx: ProjectCtx,
  users: CohortUsers,
  id: number,
): Promise<CohortUses> {
  await getCohort(ctx, id);
  return usesOf(ctx, users, id);
}

/**
 * Has a cohort by events calculated as soon as may be, in the environment of the ctx.
 * @throws not_found; invalid_input for a cohort that is not calculated
 */
export async function recalculateCohort(ctx: ProjectCtx, id: number): Promise<CohortRecord> {
  const cohort = await getCohort(ctx, id);
  if (!cohort.byEvents || cohort.deleted) {
    fail('invalid_input', { detail: 'Only cohorts that ask for events are calculated.' });
  }
  await makeDue(ctx.db, [id], new Date(ctx.clock.now()), ctx.environment.id);
  ctx.events.emit('cohort.due', {});
  return cohort;
}

type Given = {
  readonly isStatic?: boolean | undefined;
  readonly filters?: CohortFiltersInput | undefined;
};

/** The stored form of what is given for a cohort (undefined: a new one), checked against all others. */
async function checkedFilters(
  tx: ProjectCtx,
  before: CohortRecord | undefined,
  given: Given,
): Promise<CohortFilters> {
  const isStatic = before?.isStatic ?? given.isStatic ?? false;
  if (given.isStatic !== undefined && given.isStatic !== isStatic) {
    fail('invalid_input', {
      attr: 'is_static',
      detail: 'A cohort stays static or dynamic; create another one.',
    });
  }
  if (isStatic) {
    if (!given.filters) return LISTED;
    fail('invalid_input', {
      attr: 'filters',
      detail: 'A static cohort has no filters: its members are listed one by one.',
    });
  }
  const input = given.filters ?? before?.filters;
  if (!input) {
    fail('required', { attr: 'filters', detail: 'A dynamic cohort needs filters.' });
  }
  const others = (await readProjectCohorts(tx.db, tx.projectId)).filter(
    ({ id }) => id !== before?.id,
  );
  const known = new Set(others.map(({ id }) => id));
  const found = checkCohortFilters(input, {
    isRegexUsable: (pattern) => compileRe2(pattern) !== undefined,
    // Of a cohort that asks for itself it is said below that it does.
    isKnownCohort: (id) => known.has(id) || id === before?.id,
  });
  if (found) fail('invalid_input', found);
  const filters = toCohortFilters(input);
  refuseGraphProblem(before?.id ?? NEW_ID, filters, others);
  return filters;
}

/** Stands for a cohort that has no number yet, so nothing can ask for it. */
const NEW_ID = 0;

function refuseGraphProblem(
  id: number,
  filters: CohortFilters,
  others: readonly CohortDefinition[],
): void {
  const found = findGraphProblem(id, filters, others);
  if (!found) return;
  const names = new Map(others.map((other) => [other.id, `"${other.name}"`]));
  const nameOf = (one: number): string => names.get(one) ?? 'this cohort';
  fail('invalid_input', { attr: 'filters.properties', detail: graphProblemWords(found, nameOf) });
}

function refuseStale(cohort: CohortRecord, expectedVersion: number | undefined): void {
  if (expectedVersion === undefined || expectedVersion === cohort.version) return;
  fail('conflict', {
    attr: 'version',
    detail: `The cohort is at version ${cohort.version} by now, not ${expectedVersion}; reload it and try again.`,
  });
}

function fieldsOf({ name, description, filters, deleted }: CohortRecord): CohortFields {
  return { name, description, filters, deleted };
}

/**
 * Who changes something, and the number of the change. Other changes of the project wait until this transaction
 * ends: two at once could close a circle that neither of them sees.
 */
async function stampOf(ctx: ProjectCtx): Promise<{ by: string | null; at: Date; seq: string }> {
  const seq = await nextChangeSeq(ctx.db, ctx.projectId);
  return { by: userIdOf(ctx), at: new Date(ctx.clock.now()), seq };
}

async function audit(
  ctx: Ctx,
  action: string,
  before: CohortRecord | undefined,
  after: CohortRecord,
  reason: string | null,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: after.projectId,
    action,
    resourceKind: 'cohort',
    resourceId: String(after.id),
    before: before && fieldsOf(before),
    after: { ...fieldsOf(after), is_static: after.isStatic },
    reason,
  });
}

/** Tells the other replicas now and this process after the commit. */
async function announce(ctx: ProjectCtx): Promise<void> {
  const change = { projectId: ctx.projectId, environmentId: null };
  await notify(ctx.db, 'flag.changed', change);
  afterCommit(ctx, () => ctx.events.emit('flag.changed', change));
}
