// Rows of what people say of events and properties.
import type { Selectable } from 'kysely';
import type { Db } from '#platform/ctx';
import type { InsightTables } from '#platform/postgres/insight-tables';
import type { Definition, DefinitionFields, DefinitionKind } from './definition.ts';

type Row = Selectable<InsightTables['data_definition']>;
type Which = { readonly projectId: number; readonly kind: DefinitionKind };

/** More than these are not written about, so that all can be read at once. */
export const MAX_DEFINITIONS = 5_000;

/** All of a project, by name. */
export async function findDefinitions(db: Db, { projectId, kind }: Which): Promise<Definition[]> {
  const rows = await db
    .selectFrom('data_definition')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('kind', '=', kind)
    .orderBy('name')
    .limit(MAX_DEFINITIONS)
    .execute();
  return rows.map(toDefinition);
}

/** Holds the row, when there is one, until the end of the transaction. */
export async function lockDefinition(
  db: Db,
  { projectId, kind }: Which,
  name: string,
): Promise<Definition | undefined> {
  const row = await db
    .selectFrom('data_definition')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
  return row && toDefinition(row);
}

export async function countDefinitions(db: Db, { projectId, kind }: Which): Promise<number> {
  const { count } = await db
    .selectFrom('data_definition')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('project_id', '=', projectId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Writes a row whose version is one more than the one that was read.
 * @returns false when somebody else wrote it meanwhile
 */
export async function saveDefinition(
  db: Db,
  { projectId, kind }: Which,
  definition: DefinitionFields & { readonly name: string; readonly version: number },
  stamp: { readonly by: string | null; readonly at: Date },
): Promise<boolean> {
  const { name, version } = definition;
  const columns = {
    description: definition.description,
    tags: JSON.stringify(definition.tags),
    verified: definition.verified,
    hidden: definition.hidden,
    property_type: definition.propertyType,
    version,
    updated_by: stamp.by,
    updated_at: stamp.at,
  };
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('data_definition')
    .values({ project_id: projectId, kind, name, ...columns })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'kind', 'name'])
        .doUpdateSet(columns)
        .where('data_definition.version', '=', version - 1),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n;
}

const toDefinition = (row: Row): Definition => ({
  name: row.name,
  description: row.description,
  tags: row.tags,
  verified: row.verified,
  hidden: row.hidden,
  propertyType: row.property_type,
  version: row.version,
  updatedAt: row.updated_at,
});
