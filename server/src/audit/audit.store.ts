// Rows of the audit log. Entries are only ever added.
import type { Db } from '#platform/ctx';

export type AuditRow = {
  readonly id: string;
  readonly at: Date;
  readonly environment_id: number | null;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly actor_label: string;
  readonly action: string;
  readonly resource_kind: string;
  readonly resource_id: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
};

export type NewAuditRow = Omit<AuditRow, 'id'> & { readonly project_id: number | null };

export async function insertAudit(db: Db, row: NewAuditRow): Promise<void> {
  await db
    .insertInto('audit_entry')
    .values({ ...row, before: toJson(row.before), after: toJson(row.after) })
    .execute();
}

export type AuditFilter = {
  readonly projectId: number;
  readonly environmentId?: number | undefined;
  readonly resourceKind?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** Newest first; `environmentId` keeps entries of that environment and those of none. */
export async function listAudit(
  db: Db,
  filter: AuditFilter,
): Promise<{ count: number; rows: AuditRow[] }> {
  let query = db.selectFrom('audit_entry').where('project_id', '=', filter.projectId);
  if (filter.resourceKind) query = query.where('resource_kind', '=', filter.resourceKind);
  if (filter.resourceId) query = query.where('resource_id', '=', filter.resourceId);
  if (filter.environmentId !== undefined) {
    const environmentId = filter.environmentId;
    query = query.where((eb) =>
      eb.or([eb('environment_id', '=', environmentId), eb('environment_id', 'is', null)]),
    );
  }
  const total = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .selectAll()
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute();
  return { count: Number(total.count), rows };
}

const toJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);
