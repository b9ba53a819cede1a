// Reading and changing what people are told of the errors of an environment.
import { recordAudit } from '#audit';
import { inTransaction, type ProjectCtx } from '#platform/ctx';
import { type AlertRules, findRules, saveRules } from './rules.store.ts';

export type { AlertRules } from './rules.store.ts';

export async function getRules(ctx: ProjectCtx): Promise<AlertRules> {
  return findRules(ctx.db, ctx.environment.id);
}

export async function setRules(
  ctx: ProjectCtx,
  input: Omit<AlertRules, 'version'>,
): Promise<AlertRules> {
  return inTransaction(ctx, async (tx) => {
    const before = await findRules(tx.db, tx.environment.id);
    const after = { ...input, version: before.version + 1 };
    await saveRules(tx.db, tx.environment.id, after, new Date(tx.clock.now()));
    await recordAudit(tx, {
      projectId: tx.projectId,
      environmentId: tx.environment.id,
      action: 'updated',
      resourceKind: 'error_alerts',
      resourceId: String(tx.environment.id),
      resourceLabel: tx.environment.name,
      before,
      after,
    });
    return after;
  });
}
