// Writes and reads the audit log. Writing happens inside the transaction of the change it tells of: if
// the entry cannot be written, the change does not happen.
import type { Ctx } from '#platform/ctx';
import { type AuditFilter, type AuditRow, insertAudit, listAudit } from './audit.store.ts';
import { changedFields, withoutSecrets } from './entry.ts';

export type AuditEntry = {
  readonly projectId: number | null;
  readonly environmentId?: number | null;
  /** Past tense, such as `created`, `updated`, `archived`, `rolled_back`. */
  readonly action: string;
  /** Such as `flag`, `rollout`, `personal_api_key`. */
  readonly resourceKind: string;
  readonly resourceId: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string | null;
};

/** Adds one entry, in the caller's transaction. */
export async function recordAudit(ctx: Ctx, entry: AuditEntry): Promise<void> {
  await insertAudit(ctx.db, {
    project_id: entry.projectId,
    environment_id: entry.environmentId ?? null,
    at: new Date(ctx.clock.now()),
    actor_kind: ctx.actor.kind,
    actor_id: ctx.actor.id,
    actor_label: ctx.actor.label,
    action: entry.action,
    resource_kind: entry.resourceKind,
    resource_id: entry.resourceId,
    before: withoutSecrets(entry.before ?? null),
    after: withoutSecrets(entry.after ?? null),
    reason: entry.reason ?? null,
  });
}

/** One page of the log in wire form, newest first. */
export async function listEntries(ctx: Ctx, filter: AuditFilter) {
  const { count, rows } = await listAudit(ctx.db, filter);
  return { count, entries: rows.map(entryBody) };
}

const entryBody = (row: AuditRow) => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: { kind: row.actor_kind, id: row.actor_id, label: row.actor_label },
  action: row.action,
  resource_kind: row.resource_kind,
  resource_id: row.resource_id,
  changes: changedFields(row.before, row.after),
  reason: row.reason,
});
