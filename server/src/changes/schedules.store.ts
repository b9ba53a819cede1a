// Rows of scheduled changes.
import { sql, type Updateable } from 'kysely';
import type { Filters } from '#flags/flag';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';
import type { Due, Fold } from './due.ts';
import type { ScheduleState, ScheduledSetting } from './schedule.ts';

export type ScheduledChange = {
  readonly id: string;
  readonly projectId: number;
  readonly environmentId: number;
  readonly flagId: number;
  readonly flagKey: string;
  readonly setting: ScheduledSetting;
  /** The filters that its author saw, or that an earlier scheduled change made. */
  readonly base: Filters;
  readonly due: Due;
  readonly reason: string | null;
  readonly state: ScheduleState;
  /** What happened, in words; null while it is pending. */
  readonly outcome: string | null;
  /** It was made noticeably after its time. */
  readonly isLate: boolean;
  readonly attempts: number;
  /** Not to be tried before. */
  readonly retryAt: Date | null;
  readonly authorId: string;
  readonly authorLabel: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
};

function selectSchedules(db: Db) {
  return db.selectFrom('scheduled_change').selectAll();
}

type Row = Awaited<ReturnType<ReturnType<typeof selectSchedules>['executeTakeFirstOrThrow']>>;

export async function insertSchedule(
  db: Db,
  change: Omit<
    ScheduledChange,
    'state' | 'outcome' | 'isLate' | 'attempts' | 'retryAt' | 'version' | 'finishedAt'
  >,
): Promise<void> {
  await db
    .insertInto('scheduled_change')
    .values({
      id: change.id,
      project_id: change.projectId,
      environment_id: change.environmentId,
      flag_id: change.flagId,
      flag_key: change.flagKey,
      change: JSON.stringify(change.setting),
      base: JSON.stringify(change.base),
      reason: change.reason,
      state: 'pending',
      author_id: change.authorId,
      author_label: change.authorLabel,
      created_at: change.createdAt,
      ...dueColumns(change.due),
    })
    .execute();
}

/** One of a project; `isLocked` makes other changes of it wait. */
export async function findSchedule(
  db: Db,
  where: { readonly projectId: number; readonly id: string },
  isLocked = false,
): Promise<ScheduledChange | undefined> {
  const query = selectSchedules(db)
    .where('project_id', '=', where.projectId)
    .where('id', '=', where.id);
  const row = await (isLocked ? query.forUpdate() : query).executeTakeFirst();
  return row && toSchedule(row);
}

export type ScheduleFilter = {
  readonly projectId: number;
  readonly environmentId: number;
  readonly isPending: boolean;
  readonly flagId?: number | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** Pending ones in the order of their times, others the last one first. */
export async function listSchedules(
  db: Db,
  filter: ScheduleFilter,
): Promise<{ count: number; changes: ScheduledChange[] }> {
  let query = selectSchedules(db)
    .where('project_id', '=', filter.projectId)
    .where('environment_id', '=', filter.environmentId)
    .where('state', filter.isPending ? '=' : '<>', 'pending');
  if (filter.flagId !== undefined) query = query.where('flag_id', '=', filter.flagId);
  const { count } = await query
    .clearSelect()
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const ordered = filter.isPending
    ? query.orderBy('due_at').orderBy('id')
    : query.orderBy('finished_at', 'desc').orderBy('id', 'desc');
  const rows = await ordered.limit(filter.limit).offset(filter.offset).execute();
  return { count: Number(count), changes: rows.map(toSchedule) };
}

/** What pending changes make of targeting; those that leave it alone are left out. */
export async function listPendingTargeting(
  db: Db,
  projectId: number,
): Promise<{ id: string; flagKey: string; filters: Filters }[]> {
  return db
    .selectFrom('scheduled_change')
    .select(['id', 'flag_key as flagKey', sql<Filters>`change -> 'filters'`.as('filters')])
    .where('project_id', '=', projectId)
    .where('state', '=', 'pending')
    .where(sql<boolean>`change -> 'filters' <> 'null'`)
    .orderBy('due_at')
    .execute();
}

export async function countPending(db: Db, where: { flagId: number; environmentId: number }) {
  const { count } = await db
    .selectFrom('scheduled_change')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('flag_id', '=', where.flagId)
    .where('environment_id', '=', where.environmentId)
    .where('state', '=', 'pending')
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type ScheduleUpdate = {
  readonly setting?: ScheduledSetting | undefined;
  readonly base?: Filters | undefined;
  readonly due?: Due | undefined;
  readonly reason?: string | null | undefined;
  readonly state?: ScheduleState | undefined;
  readonly outcome?: string | undefined;
  readonly isLate?: boolean | undefined;
  readonly attempts?: number | undefined;
  readonly retryAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
};

/** Changes what is given and counts the version up. The caller holds the row's lock. */
export async function updateSchedule(
  db: Db,
  { id, version }: Pick<ScheduledChange, 'id' | 'version'>,
  update: ScheduleUpdate,
): Promise<void> {
  const { setting, base, due } = update;
  const set: Updateable<Database['scheduled_change']> = {
    ...(setting && { change: JSON.stringify(setting) }),
    ...(base && { base: JSON.stringify(base) }),
    ...(due && dueColumns(due)),
    reason: update.reason,
    state: update.state,
    outcome: update.outcome,
    is_late: update.isLate,
    finished_at: update.finishedAt,
    ...(update.attempts === undefined ? {} : { attempts: update.attempts }),
    ...(update.retryAt === undefined ? {} : { retry_at: update.retryAt }),
    version: version + 1,
  };
  const given = Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined));
  await db.updateTable('scheduled_change').set(given).where('id', '=', id).execute();
}

/** Those that are still to come for a flag in an environment, locked. */
export async function listPendingOf(
  db: Db,
  where: { readonly flagId: number; readonly environmentId: number },
): Promise<ScheduledChange[]> {
  const rows = await selectSchedules(db)
    .where('flag_id', '=', where.flagId)
    .where('environment_id', '=', where.environmentId)
    .where('state', '=', 'pending')
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map(toSchedule);
}

function dueColumns(due: Due) {
  return {
    due_at: new Date(due.atMs),
    local_time: due.localTime,
    time_zone: due.timeZone,
    fold: due.fold,
    retry_at: null,
    attempts: 0,
  };
}

function toSchedule(row: Row): ScheduledChange {
  return {
    id: row.id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    flagId: row.flag_id,
    flagKey: row.flag_key,
    setting: row.change as ScheduledSetting,
    base: row.base as Filters,
    due: {
      atMs: row.due_at.getTime(),
      localTime: row.local_time,
      timeZone: row.time_zone,
      fold: row.fold as Fold | null,
    },
    reason: row.reason,
    state: row.state as ScheduleState,
    outcome: row.outcome,
    isLate: row.is_late,
    attempts: row.attempts,
    retryAt: row.retry_at,
    authorId: row.author_id,
    authorLabel: row.author_label,
    version: row.version,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
