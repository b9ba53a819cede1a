// Rows of the audit log. Entries are only ever added.
import type { Selectable } from 'kysely';
import type { Db } from '#platform/ctx';
import { containing } from '#platform/postgres/like';
import type { Database } from '#platform/postgres/schema';

export type AuditRow = Selectable<Database['audit_entry']>;

/** Adds an entry; returns its id. */
export async function insertAudit(db: Db, row: Omit<AuditRow, 'id'>): Promise<string> {
  const { id } = await db
    .insertInto('audit_entry')
    .values({ ...row, before: toJson(row.before), after: toJson(row.after) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Which entries; what is not given does not narrow. */
export type AuditFilter = {
  readonly projectId: number;
  /** Also entries of the whole organisation: people and their keys. */
  readonly organizationId?: number | undefined;
  /** Entries of that environment and those of none. */
  readonly environmentId?: number | undefined;
  readonly resourceKind?: string | undefined;
  readonly resourceId?: string | undefined;
  /** A user with all their keys, a key, or a part of the program. */
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  /** Milliseconds since the epoch, both inclusive. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Part of the name of the resource or the actor, of the action or the reason. */
  readonly search?: string | undefined;
};

/** One page by number, newest first, and how many entries there are in all. */
export async function listAudit(
  db: Db,
  filter: AuditFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; rows: AuditRow[] }> {
  const query = filtered(db, filter);
  const total = await query
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await query
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return { count: Number(total.count), rows };
}

/** At most `limit` entries older than `beforeId`, newest first. */
export async function readAudit(
  db: Db,
  filter: AuditFilter,
  page: { readonly limit: number; readonly beforeId?: string | undefined },
): Promise<AuditRow[]> {
  let query = filtered(db, filter);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  return query.selectAll().orderBy('id', 'desc').limit(page.limit).execute();
}

/** Of this many newest entries the values to filter by are offered. */
const FACET_ENTRIES = 10_000;

export type AuditFacets = {
  readonly actors: readonly { readonly id: string; readonly label: string }[];
  readonly actions: readonly string[];
  readonly resourceKinds: readonly string[];
};

/** Who and what occurs in the newest entries. */
export async function listFacets(db: Db, filter: AuditFilter): Promise<AuditFacets> {
  const newest = filtered(db, filter)
    .select(['actor_id', 'actor_label', 'action', 'resource_kind'])
    .orderBy('id', 'desc')
    .limit(FACET_ENTRIES);
  const rows = await db
    .selectFrom(newest.as('newest'))
    .select(['actor_id', 'actor_label', 'action', 'resource_kind'])
    .distinct()
    .execute();
  const actors = new Map(rows.map((row) => [row.actor_id, row.actor_label]));
  return {
    actors: [...actors]
      .map(([id, label]) => ({ id, label }))
      .toSorted((a, b) => a.label.localeCompare(b.label)),
    actions: [...new Set(rows.map((row) => row.action))].toSorted(),
    resourceKinds: [...new Set(rows.map((row) => row.resource_kind))].toSorted(),
  };
}

function filtered(db: Db, filter: AuditFilter) {
  const { projectId, organizationId, environmentId, actorId, fromMs, toMs, search } = filter;
  let query = db
    .selectFrom('audit_entry')
    .where((eb) =>
      organizationId === undefined
        ? eb('project_id', '=', projectId)
        : eb.or([
            eb('project_id', '=', projectId),
            eb.and([eb('project_id', 'is', null), eb('organization_id', '=', organizationId)]),
          ]),
    );
  if (filter.resourceKind) query = query.where('resource_kind', '=', filter.resourceKind);
  if (filter.resourceId) query = query.where('resource_id', '=', filter.resourceId);
  if (filter.action) query = query.where('action', '=', filter.action);
  if (environmentId !== undefined) {
    query = query.where((eb) =>
      eb.or([eb('environment_id', '=', environmentId), eb('environment_id', 'is', null)]),
    );
  }
  if (actorId) {
    query = query.where((eb) =>
      eb.or([eb('actor_id', '=', actorId), eb('actor_user_id', '=', actorId)]),
    );
  }
  if (fromMs !== undefined) query = query.where('at', '>=', new Date(fromMs));
  if (toMs !== undefined) query = query.where('at', '<=', new Date(toMs));
  if (!search) return query;
  const pattern = containing(search);
  return query.where((eb) =>
    eb.or(
      (['resource_label', 'resource_id', 'actor_label', 'action', 'reason'] as const).map((field) =>
        eb(field, 'ilike', pattern),
      ),
    ),
  );
}

const toJson = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);
