// Rows of saved templates. One that is deleted is gone; the audit log keeps what it was.
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import { TemplatePlan } from './templates.contract.ts';

export type TemplateFields = {
  readonly name: string;
  readonly description: string;
  readonly plan: TemplatePlan;
};

export type Template = TemplateFields & {
  readonly id: string;
  readonly version: number;
  readonly createdBy: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

function select(db: Db, projectId: number, search = '') {
  return db
    .selectFrom('rollout_template as template')
    .leftJoin('app_user as creator', 'creator.id', 'template.created_by')
    .where('template.project_id', '=', projectId)
    .where('template.name', 'ilike', containing(search));
}

const records = (db: Db, projectId: number, search?: string) =>
  select(db, projectId, search)
    .selectAll('template')
    .select(['creator.name as creator_name', 'creator.email as creator_email']);

type Row = Awaited<ReturnType<ReturnType<typeof records>['executeTakeFirstOrThrow']>>;

const toTemplate = (row: Row): Template => ({
  id: row.id,
  name: row.name,
  description: row.description,
  // Fields that plans have got since are filled in.
  plan: TemplatePlan.parse(row.plan),
  version: row.version,
  createdBy:
    row.created_by === null
      ? null
      : { id: row.created_by, name: row.creator_name ?? '', email: row.creator_email ?? '' },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export async function countTemplates(db: Db, projectId: number, search?: string): Promise<number> {
  const { count } = await select(db, projectId, search)
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** By name. */
export async function listTemplateRows(
  db: Db,
  projectId: number,
  page: {
    readonly search: string | undefined;
    readonly limit: number;
    readonly offset: number;
  },
): Promise<Template[]> {
  const rows = await records(db, projectId, page.search)
    .orderBy('template.name')
    .orderBy('template.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(toTemplate);
}

/** @param isLocked holds the row until the end of the transaction */
export async function findTemplateRow(
  db: Db,
  projectId: number,
  id: string,
  isLocked = false,
): Promise<Template | undefined> {
  const query = records(db, projectId).where('template.id', '=', id);
  const row = await (isLocked ? query.forUpdate('template') : query).executeTakeFirst();
  return row && toTemplate(row);
}

export async function insertTemplate(
  db: Db,
  row: TemplateFields & {
    readonly id: string;
    readonly projectId: number;
    readonly createdBy: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('rollout_template')
    .values({
      id: row.id,
      project_id: row.projectId,
      ...columnsOf(row),
      version: 1,
      created_by: row.createdBy,
      created_at: row.at,
      updated_at: row.at,
    })
    .execute();
}

export async function updateTemplateRow(
  db: Db,
  id: string,
  row: TemplateFields & { readonly version: number; readonly at: Date },
): Promise<void> {
  await db
    .updateTable('rollout_template')
    .set({ ...columnsOf(row), version: row.version, updated_at: row.at })
    .where('id', '=', id)
    .execute();
}

export async function deleteTemplateRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('rollout_template').where('id', '=', id).execute();
}

const columnsOf = ({ name, description, plan }: TemplateFields) => ({
  name,
  description,
  plan: JSON.stringify(plan),
});
