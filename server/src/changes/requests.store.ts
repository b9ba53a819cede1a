// Rows of change requests and their items.
import { sql, type Updateable } from 'kysely';
import type { FlagChangeBody, FlagRecord, FlagState } from '#flags';
import type { Filters } from '#flags/flag';
import type { Db } from '#platform/ctx';
import type { Database } from '#platform/postgres/schema';
import type { Due, Fold } from './due.ts';
import type { RequestState } from './request.ts';

export type RequestItem = {
  readonly flagId: number;
  readonly flagKey: string;
  /** As a PATCH of the flag would say it. */
  readonly change: FlagChangeBody;
  /** The flag as its author saw it. */
  readonly base: StoredFlag;
  /** What the change makes of it. */
  readonly proposed: StoredFlag;
};

/** A flag as it was kept; a later Serin may know more fields than it has. */
export type StoredFlag = Partial<FlagState & Pick<FlagRecord, 'killSwitchKey' | 'owner'>>;

export type ChangeRequest = {
  readonly id: string;
  readonly projectId: number;
  readonly environmentId: number;
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly state: RequestState;
  readonly revision: number;
  readonly authorId: string;
  readonly authorLabel: string;
  readonly due: Due | null;
  readonly attempts: number;
  /** Not to be tried before. */
  readonly retryAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | null;
};

function selectRequests(db: Db) {
  return db.selectFrom('change_request').selectAll('change_request');
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRequests>['executeTakeFirstOrThrow']>>;

/** The next number of the project; its row keeps others from taking the same. */
export async function nextNumber(db: Db, projectId: number): Promise<number> {
  await db
    .selectFrom('project')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute();
  const row = await db
    .selectFrom('change_request')
    .select((eb) => eb.fn.max('number').as('last'))
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return (row?.last ?? 0) + 1;
}

export async function countOpen(db: Db, projectId: number): Promise<number> {
  const { count } = await db
    .selectFrom('change_request')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('project_id', '=', projectId)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** What open requests make of targeting; those that leave it alone are left out. */
export async function listOpenTargeting(
  db: Db,
  projectId: number,
): Promise<{ number: number; title: string; filters: Filters }[]> {
  const rows = await db
    .selectFrom('change_request')
    .innerJoin('change_request_item as item', 'item.request_id', 'change_request.id')
    .select(['change_request.number', 'change_request.title'])
    .select(sql<Filters>`item.change -> 'filters'`.as('filters'))
    .where('change_request.project_id', '=', projectId)
    .where('change_request.state', '=', 'open')
    .where(sql<boolean>`item.change -> 'filters' <> 'null'`)
    .orderBy('change_request.number')
    .execute();
  return rows;
}

export async function insertRequest(
  db: Db,
  request: Omit<
    ChangeRequest,
    'state' | 'revision' | 'attempts' | 'retryAt' | 'version' | 'closedAt'
  >,
): Promise<void> {
  await db
    .insertInto('change_request')
    .values({
      id: request.id,
      project_id: request.projectId,
      environment_id: request.environmentId,
      number: request.number,
      title: request.title,
      description: request.description,
      state: 'open',
      author_id: request.authorId,
      author_label: request.authorLabel,
      created_at: request.createdAt,
      updated_at: request.updatedAt,
      ...dueColumns(request.due),
    })
    .execute();
}

/** Replaces what is proposed. */
export async function replaceItems(
  db: Db,
  requestId: string,
  items: readonly RequestItem[],
): Promise<void> {
  await db.deleteFrom('change_request_item').where('request_id', '=', requestId).execute();
  await db
    .insertInto('change_request_item')
    .values(
      items.map((item) => ({
        request_id: requestId,
        flag_id: item.flagId,
        flag_key: item.flagKey,
        base: JSON.stringify(item.base),
        proposed: JSON.stringify(item.proposed),
        change: JSON.stringify(item.change),
      })),
    )
    .execute();
}

export async function listItems(db: Db, requestId: string): Promise<RequestItem[]> {
  const rows = await db
    .selectFrom('change_request_item')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('flag_key')
    .execute();
  return rows.map((row) => ({
    flagId: row.flag_id,
    flagKey: row.flag_key,
    change: row.change as FlagChangeBody,
    base: row.base as StoredFlag,
    proposed: row.proposed as StoredFlag,
  }));
}

/** By number within a project; `isLocked` makes other changes of it wait. */
export async function findRequest(
  db: Db,
  where: { readonly projectId: number; readonly number: number },
  isLocked = false,
): Promise<ChangeRequest | undefined> {
  const query = selectRequests(db)
    .where('project_id', '=', where.projectId)
    .where('number', '=', where.number);
  const row = await (isLocked ? query.forUpdate() : query).executeTakeFirst();
  return row && toRequest(row);
}

export type RequestFilter = {
  readonly projectId: number;
  readonly environmentId: number;
  readonly isOpen: boolean;
  readonly authorId?: string | undefined;
  readonly flagId?: number | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** Newest first. */
export async function listRequestRows(
  db: Db,
  filter: RequestFilter,
): Promise<{ count: number; requests: ChangeRequest[] }> {
  let query = selectRequests(db)
    .where('project_id', '=', filter.projectId)
    .where('environment_id', '=', filter.environmentId)
    .where('state', filter.isOpen ? '=' : '<>', 'open');
  if (filter.authorId !== undefined) query = query.where('author_id', '=', filter.authorId);
  const { flagId } = filter;
  if (flagId !== undefined) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('change_request_item')
          .select('flag_id')
          .whereRef('request_id', '=', 'change_request.id')
          .where('flag_id', '=', flagId),
      ),
    );
  }
  const { count } = await query
    .clearSelect()
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .orderBy('number', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute();
  return { count: Number(count), requests: rows.map(toRequest) };
}

export type RequestUpdate = {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly state?: RequestState | undefined;
  readonly revision?: number | undefined;
  readonly due?: Due | null | undefined;
  readonly retryAt?: Date | null | undefined;
  readonly attempts?: number | undefined;
  readonly closedAt?: Date | undefined;
};

/** Changes what is given and counts the version up. The caller holds the row's lock. */
export async function updateRequest(
  db: Db,
  request: Pick<ChangeRequest, 'id' | 'version'>,
  { due, retryAt, closedAt, ...columns }: RequestUpdate,
  at: Date,
): Promise<void> {
  const set: Updateable<Database['change_request']> = {
    ...columns,
    ...(due === undefined ? {} : dueColumns(due)),
    ...(retryAt === undefined ? {} : { retry_at: retryAt }),
    ...(closedAt === undefined ? {} : { closed_at: closedAt }),
    version: request.version + 1,
    updated_at: at,
  };
  await db.updateTable('change_request').set(set).where('id', '=', request.id).execute();
}

function dueColumns(due: Due | null) {
  return {
    due_at: due && new Date(due.atMs),
    local_time: due?.localTime ?? null,
    time_zone: due?.timeZone ?? null,
    fold: due?.fold ?? null,
    retry_at: null,
    attempts: 0,
  };
}

function toRequest(row: Row): ChangeRequest {
  return {
    id: row.id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    number: row.number,
    title: row.title,
    description: row.description,
    state: row.state as RequestState,
    revision: row.revision,
    authorId: row.author_id,
    authorLabel: row.author_label,
    due: row.due_at && {
      atMs: row.due_at.getTime(),
      localTime: row.local_time ?? '',
      timeZone: row.time_zone ?? 'UTC',
      fold: row.fold as Fold | null,
    },
    attempts: row.attempts,
    retryAt: row.retry_at,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
  };
}
