// What the verbs of flags have in common: finding the flag, who changes it, the audit entry, and the word
// to this process and the other replicas.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, afterCommit, userIdOf } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { stateOf } from './flag-change.ts';
import { listFlagRecordsOf } from './flag-list.store.ts';
import { insertVersions } from './flag-versions.store.ts';
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

/** Who changes a row, and when. */
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

/**
 * One audit entry about a flag, and the versions that the change has made, in the caller's transaction:
 * every verb that counts a version up ends with it.
 */
export async function auditFlag(
  ctx: Ctx,
  before: FlagRecord | undefined,
  after: FlagRecord,
  { action, environmentId, reason, isEmergency, beside }: FlagAudit,
): Promise<void> {
  const auditEntryId = await recordAudit(ctx, {
    projectId: after.projectId,
    environmentId,
    action,
    resourceKind: 'flag',
    resourceId: String(after.id),
    before: before && { ...stateOf(before), ...beside?.before },
    after: {
      ...stateOf(after),
      ...(isEmergency ? { without_approval: true } : {}),
      ...beside?.after,
    },
    reason: reason ?? null,
  });
  await keepVersions(ctx, await listFlagRecordsOf(ctx.db, after.id, environmentId), auditEntryId);
}

/** Keeps each flag as it is now, in its environment, as the version that it is at. */
export async function keepVersions(
  ctx: Ctx,
  records: readonly FlagRecord[],
  auditEntryId: string | null,
): Promise<void> {
  const at = new Date(ctx.clock.now());
  const versions = records.map((record) => ({
    flagId: record.id,
    environmentId: record.environmentId,
    at,
    state: stateOf(record),
    auditEntryId,
  }));
  await insertVersions(ctx.db, versions);
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
