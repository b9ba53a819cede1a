// What is done to a flag in one press: an earlier version brought back, and a release completed. Both are
// ordinary changes, checked like any other, so that either can be taken back in one press as well.
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { DIRECT, reasonOr } from './clearance.service.ts';
import type { FlagState } from './flag-change.ts';
import { forEveryone, variantProblem } from './everyone.ts';
import {
  type ListedVersion,
  findVersion,
  listVersions as listVersionRows,
} from './flag-versions.store.ts';
import { lockFlag } from './flag-stamp.store.ts';
import { getFlag } from './flag-writes.service.ts';
import { type FlagRecord, updateFlag } from './flags.service.ts';

export type { ListedVersion } from './flag-versions.store.ts';

/** Tells whether a guarded rollout works on a flag; it lives above the flags, so it is handed in. */
export type FindOpenRollout = (
  ctx: ProjectCtx,
  flagId: number,
) => Promise<{ readonly id: string } | undefined>;

export type Press = {
  /** The version that the caller has seen; another one is a conflict. */
  readonly version?: number | undefined;
  readonly reason?: string | null | undefined;
  /** Goes on although a guarded rollout works on the flag. */
  readonly overRollout?: boolean | undefined;
};

/** One page of the versions of a flag in the environment of the ctx, newest first. */
export async function listVersions(
  ctx: ProjectCtx,
  idOrKey: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; versions: ListedVersion[]; current: number }> {
  const { id, version } = await getFlag(ctx, idOrKey);
  const found = await listVersionRows(ctx.db, placeOf(ctx, id), page);
  return { ...found, current: version };
}

/** @throws not_found when there is no such flag, or that version of it was not kept. */
export async function getVersion(
  ctx: ProjectCtx,
  idOrKey: string,
  version: number,
): Promise<{ flag: FlagRecord; found: ListedVersion }> {
  const flag = await getFlag(ctx, idOrKey);
  const found = await findVersion(ctx.db, placeOf(ctx, flag.id), version);
  if (!found) {
    fail('not_found', { attr: 'version', detail: `Version ${version} of the flag is not kept.` });
  }
  return { flag, found };
}

/**
 * Makes a flag answer as it did at that version, as a new version: switch and targeting of the environment,
 * and what decides answers everywhere. What people call it (key, description, tags, owner) stays.
 * @throws invalid_input with the field when it no longer fits: a cohort that is gone, another payload schema;
 *   conflict when a rollout works on the flag, or it has changed meanwhile; has_dependents
 */
export async function restoreVersion(
  ctx: ProjectCtx,
  findOpenRollout: FindOpenRollout,
  idOrKey: string,
  version: number,
  press: Press & { readonly force?: boolean | undefined },
): Promise<FlagRecord> {
  return inTransaction(ctx, async (tx) => {
    const { flag, found } = await getVersion(tx, idOrKey, version);
    await lockFlag(tx.db, flag.id);
    await refuseDuringRollout(tx, findOpenRollout, flag, press);
    const { state } = found;
    return updateFlag(
      tx,
      String(flag.id),
      {
        active: state.active,
        filters: state.filters,
        evaluationRuntime: state.evaluationRuntime,
        evaluationContexts: state.evaluationContexts,
        bucketingIdentifier: state.bucketingIdentifier,
        ensureExperienceContinuity: state.ensureExperienceContinuity,
        valueType: state.valueType,
        valueSource: state.valueSource,
        killSwitch: killSwitchOf(state),
        version: press.version,
        force: press.force,
        overRollout: press.overRollout,
        reason: await reasonOr(tx, press.reason, `Version ${version} restored.`),
      },
      DIRECT,
      'restored_version',
    );
  });
}

/**
 * Switches a flag on for everyone in the environment of the ctx; the targeting before it stays in the
 * history.
 * @throws required or invalid_input naming the variant; conflict as {@link restoreVersion}
 */
export async function rollOut(
  ctx: ProjectCtx,
  findOpenRollout: FindOpenRollout,
  idOrKey: string,
  variant: string | null,
  press: Press,
): Promise<FlagRecord> {
  return inTransaction(ctx, async (tx) => {
    const { id } = await getFlag(tx, idOrKey);
    await lockFlag(tx.db, id);
    const flag = await getFlag(tx, String(id));
    const problem = variantProblem(flag.filters, variant);
    if (problem !== undefined) {
      fail(variant === null ? 'required' : 'invalid_input', { attr: 'variant', detail: problem });
    }
    await refuseDuringRollout(tx, findOpenRollout, flag, press);
    const filters = forEveryone(flag.filters, variant);
    const { version, reason, overRollout } = press;
    const change = { active: true, filters, version, reason, overRollout };
    return updateFlag(tx, String(id), change, DIRECT, 'rolled_out');
  });
}

async function refuseDuringRollout(
  tx: ProjectCtx,
  findOpenRollout: FindOpenRollout,
  flag: FlagRecord,
  { overRollout }: Press,
): Promise<void> {
  if (overRollout) return;
  const open = await findOpenRollout(tx, flag.id);
  if (!open) return;
  fail('conflict', {
    attr: 'over_rollout',
    detail: `The rollout ${open.id} works on this flag and would be overruled; confirm that, or end it first.`,
  });
}

/** A version from before kill switches says nothing about them. */
function killSwitchOf({ killSwitchId }: FlagState): string | null | undefined {
  return typeof killSwitchId === 'number' ? String(killSwitchId) : killSwitchId;
}

const placeOf = (ctx: ProjectCtx, flagId: number) => ({
  flagId,
  environmentId: ctx.environment.id,
});
