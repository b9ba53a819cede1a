// Writes and reads the audit log. Writing happens inside the transaction of the change it tells of: if
// the entry cannot be written, the change does not happen.
import type { Ctx } from '#platform/ctx';
import { insertAudit } from './audit.store.ts';
import { withoutSecrets } from './entry.ts';

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
