// What the verbs of flags have in common: finding the flag, who changes it, the audit entry, and the word
// to this process and the other replicas.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, afterCommit, userIdOf } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { mergeShared } from './flag-change.ts';
import { type FlagRecord, type FlagRef, findFlagRecord } from './flags.store.ts';

/** The flag in the environment of the ctx; undefined when there is none. */
async function findFlagHere(ctx: ProjectCtx, ref: FlagRef): Promise<FlagRecord | undefined> {
  const place = { projectId: ctx.projectId, environmentId: ctx.environment.id };
  return findFlagRecord(ctx.db, place, ref);
}

/** @throws not_found */
export async function getFlagHere(ctx: ProjectCtx, ref: FlagRef): Promise<FlagRecord> {
  return (await findFlagHere(ctx, ref)) ?? fail('not_found', { detail: 'There is no such flag.' });
}

/** A flag by number or key, as it is in the environment of the ctx; undefined when there is none. */
export async function findFlagNamed(
  ctx: ProjectCtx,
  idOrKey: string,
): Promise<FlagRecord | undefined> {
  const isNumber = /^\d{1,9}$/.test(idOrKey);
  const byId = isNumber ? await findFlagHere(ctx, { id: Number(idOrKey) }) : undefined;
  return byId ?? findFlagHere(ctx, { key: idOrKey });
}

/**
 * A flag by number or key, as it is in the environment of the ctx.
 * @throws not_found
 */
export async function getFlag(ctx: ProjectCtx, idOrKey: string): Promise<FlagRecord> {
  const record = await findFlagNamed(ctx, idOrKey);
  return record ?? fail('not_found', { detail: 'There is no such flag.' });
}

export function stampOf(ctx: Ctx): { updatedBy: string | null; at: Date } {
  return { updatedBy: userIdOf(ctx), at: new Date(ctx.clock.now()) };
}

export type FlagAudit = {
  /** Past tense. */
  readonly action: string;
  /** Null: every environment. */
  readonly environmentId: number | null;
  readonly reason?: string | null | undefined;
  /** It passed without the approval or the reason that the environment asks for. */
  readonly isEmergency?: boolean;
  /** What the entry tells beside the flag itself, before and after. */
  readonly beside?: { readonly before?: object; readonly after?: object } | undefined;
};

/** One audit entry about a flag, in the caller's transaction. */
export async function auditFlag(
  ctx: Ctx,
  before: FlagRecord | undefined,
  after: FlagRecord,
  { action, environmentId, reason, isEmergency, beside }: FlagAudit,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: after.projectId,
    environmentId,
    action,
    resourceKind: 'flag',
    resourceId: String(after.id),
    before: before && { ...auditView(before), ...beside?.before },
    after: {
      ...auditView(after),
      ...(isEmergency ? { without_approval: true } : {}),
      ...beside?.after,
    },
    reason: reason ?? null,
  });
}

function auditView(record: FlagRecord): object {
  const { active, filters, version } = record;
  return { ...mergeShared(record, {}), active, filters, version };
}

/** Tells the other replicas now and this process after the commit. */
export async function announceFlags(
  ctx: Ctx,
  projectId: number,
  environmentId: number | null,
): Promise<void> {
  const change = { projectId, environmentId };
  await notify(ctx.db, 'flag.changed', change);
  afterCommit(ctx, () => ctx.events.emit('flag.changed', change));
}
