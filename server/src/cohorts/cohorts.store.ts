// Rows of cohorts.
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type { CohortDefinition, CohortFilters } from './cohort.ts';

type CohortUser = { readonly id: string; readonly name: string; readonly email: string };

/** A cohort as people manage it. */
export type CohortRecord = CohortDefinition & {
  readonly projectId: number;
  readonly description: string;
  /** Whether it asks for what people did, itself or through others; its people are calculated then. */
  readonly byEvents: boolean;
  readonly deleted: boolean;
  readonly createdBy: CohortUser | null;
  readonly createdAt: Date;
  readonly updatedBy: CohortUser | null;
  readonly updatedAt: Date;
};

/** What a change may set. */
export type CohortFields = Pick<CohortRecord, 'name' | 'description' | 'filters' | 'deleted'>;

type Stamp = {
  readonly by: string | null;
  readonly at: Date;
  /** Number of the project's change. */
  readonly seq: string;
};

function selectCohorts(db: Db) {
  return db
    .selectFrom('cohort')
    .leftJoin('app_user as creator', 'creator.id', 'cohort.created_by')
    .leftJoin('app_user as editor', 'editor.id', 'cohort.updated_by');
}

function selectRecords(db: Db) {
  return selectCohorts(db)
    .selectAll('cohort')
    .select([
      'creator.name as creator_name',
      'creator.email as creator_email',
      'editor.name as editor_name',
      'editor.email as editor_email',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectRecords>['executeTakeFirstOrThrow']>>;

/** A cohort by number, deleted ones too. */
export async function findCohort(
  db: Db,
  projectId: number,
  id: number,
): Promise<CohortRecord | undefined> {
  const row = await selectRecords(db)
    .where('cohort.project_id', '=', projectId)
    .where('cohort.id', '=', id)
    .executeTakeFirst();
  return row && toRecord(row);
}

/** All cohorts of a project that are not deleted. */
export async function findCohortRecords(db: Db, projectId: number): Promise<CohortRecord[]> {
  const rows = await selectRecords(db)
    .where('cohort.project_id', '=', projectId)
    .where('cohort.deleted', '=', false)
    .orderBy('cohort.id')
    .execute();
  return rows.map(toRecord);
}

export type CohortFilter = {
  readonly projectId: number;
  /** Part of the name. */
  readonly search?: string | undefined;
  readonly isStatic?: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** One page of the project's cohorts, newest first, and how many there are in all. */
export async function listCohortRecords(
  db: Db,
  filter: CohortFilter,
): Promise<{ count: number; records: CohortRecord[] }> {
  let query = selectCohorts(db)
    .where('cohort.project_id', '=', filter.projectId)
    .where('cohort.deleted', '=', false);
  if (filter.search !== undefined && filter.search !== '') {
    const pattern = containing(filter.search);
    query = query.where('cohort.name', 'ilike', pattern);
  }
  if (filter.isStatic !== undefined) query = query.where('is_static', '=', filter.isStatic);
  const { count } = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .selectAll('cohort')
    .select([
      'creator.name as creator_name',
      'creator.email as creator_email',
      'editor.name as editor_name',
      'editor.email as editor_email',
    ])
    .orderBy('cohort.created_at', 'desc')
    .orderBy('cohort.id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute();
  return { count: Number(count), records: rows.map(toRecord) };
}

/** Every cohort of these projects that is not deleted, by project. */
export async function readCohorts(
  db: Db,
  projectIds: readonly number[],
): Promise<Map<number, CohortDefinition[]>> {
  if (projectIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('cohort')
    .selectAll()
    .where('project_id', 'in', [...projectIds])
    .where('deleted', '=', false)
    .orderBy('id')
    .execute();
  const byProject = new Map<number, CohortDefinition[]>();
  for (const row of rows) {
    const list = byProject.get(row.project_id) ?? [];
    byProject.set(row.project_id, list);
    list.push(toDefinition(row));
  }
  return byProject;
}

/** The cohorts of one project that are not deleted. */
export async function readProjectCohorts(
  db: Db,
  projectId: number,
): Promise<readonly CohortDefinition[]> {
  return (await readCohorts(db, [projectId])).get(projectId) ?? [];
}

/** What flags must know of a cohort before they ask for it. */
export type HeldCohort = { readonly name: string; readonly byEvents: boolean };

/** Those of `ids` that are cohorts of the project; none can be changed until this transaction ends. */
export async function holdCohorts(
  db: Db,
  projectId: number,
  ids: readonly number[],
): Promise<ReadonlyMap<number, HeldCohort>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('cohort')
    .select(['id', 'name', 'by_events'])
    .where('project_id', '=', projectId)
    .where('id', 'in', [...ids])
    .where('deleted', '=', false)
    .orderBy('id')
    .forShare()
    .execute();
  return new Map(rows.map(({ id, name, by_events: byEvents }) => [id, { name, byEvents }]));
}

/** Makes other changes of the cohort, and flags that begin to use it, wait until this transaction ends. */
export async function lockCohort(db: Db, id: number): Promise<void> {
  await db.selectFrom('cohort').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}

export async function insertCohort(
  db: Db,
  row: Omit<CohortFields, 'deleted'> & {
    readonly projectId: number;
    readonly isStatic: boolean;
  } & Stamp,
): Promise<number> {
  const { id } = await db
    .insertInto('cohort')
    .values({
      project_id: row.projectId,
      name: row.name,
      description: row.description,
      is_static: row.isStatic,
      filters: JSON.stringify(row.filters),
      deleted: false,
      version: 1,
      changed_seq: row.seq,
      created_by: row.by,
      created_at: row.at,
      updated_by: row.by,
      updated_at: row.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Writes the fields and counts the version up. */
export async function updateCohortRow(
  db: Db,
  id: number,
  fields: CohortFields,
  { by, at, seq }: Stamp,
): Promise<void> {
  await db
    .updateTable('cohort')
    .set((eb) => ({
      name: fields.name,
      description: fields.description,
      filters: JSON.stringify(fields.filters),
      deleted: fields.deleted,
      version: eb('version', '+', 1),
      changed_seq: seq,
      updated_by: by,
      updated_at: at,
    }))
    .where('id', '=', id)
    .execute();
}

function toDefinition(
  row: Pick<Row, 'id' | 'name' | 'is_static' | 'filters' | 'version'>,
): CohortDefinition {
  return {
    id: row.id,
    name: row.name,
    isStatic: row.is_static,
    filters: row.filters as CohortFilters,
    version: row.version,
  };
}

function toRecord(row: Row): CohortRecord {
  return {
    ...toDefinition(row),
    projectId: row.project_id,
    description: row.description,
    byEvents: row.by_events,
    deleted: row.deleted,
    createdBy: toUser(row.created_by, row.creator_name, row.creator_email),
    createdAt: row.created_at,
    updatedBy: toUser(row.updated_by, row.editor_name, row.editor_email),
    updatedAt: row.updated_at,
  };
}

function toUser(id: string | null, name: string | null, email: string | null): CohortUser | null {
  return id === null || name === null ? null : { id, name, email: email ?? '' };
}
