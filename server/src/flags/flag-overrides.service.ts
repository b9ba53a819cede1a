// Overrides: what a flag is for one person, in one press, whatever its condition sets say. They live beside
// the filters, so that a rollout that rewrites those neither loses them nor takes them for an edit.
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { refuseUnreasonedOverride } from './clearance.service.ts';
import {
  type OverrideRow,
  deleteOverrides,
  listOverrides,
  upsertOverrides,
} from './flag-overrides.store.ts';
import { announceFlags, auditFlag, getFlag, stampOf } from './flag-writes.service.ts';
import { countUp, lockFlag } from './flag-stamp.store.ts';
import type { FlagRecord } from './flags.store.ts';
import { MAX_OVERRIDES, idProblem, valueProblem } from './override.ts';

export type { OverrideRow } from './flag-overrides.store.ts';

/**
 * The overrides of a flag in the environment of the ctx, ordered by id; at most {@link MAX_OVERRIDES}.
 * @throws not_found
 */
export async function listFlagOverrides(ctx: ProjectCtx, idOrKey: string): Promise<OverrideRow[]> {
  return listOverrides(ctx.db, placeOf(await getFlag(ctx, idOrKey)));
}

/** The ids that a flag's condition sets do not decide for; for callers that have both numbers. */
export async function findOverriddenIds(
  ctx: Ctx,
  flagId: number,
  environmentId: number,
): Promise<string[]> {
  const overrides = await listOverrides(ctx.db, { flagId, environmentId });
  return overrides.map(({ distinctId }) => distinctId);
}

export type OverrideChange = {
  readonly distinctIds: readonly string[];
  readonly reason?: string | null | undefined;
};

/**
 * Makes the flag `value` for these ids in the environment of the ctx, from the next evaluation on.
 * @throws not_found; conflict for an archived flag; invalid_input for a value that the flag cannot have,
 * an id that is nobody's, or too many overrides; required for a reason where one is asked for.
 */
export async function setFlagOverrides(
  ctx: ProjectCtx,
  idOrKey: string,
  change: OverrideChange & { readonly value: boolean | string },
): Promise<OverrideRow[]> {
  return changeOverrides(ctx, idOrKey, change, async (tx, flag, known) => {
    const { value, distinctIds } = change;
    const wrong = valueProblem(flag.filters, value);
    if (wrong !== undefined) fail('invalid_input', { attr: 'value', detail: wrong });
    for (const [i, distinctId] of distinctIds.entries()) {
      const detail = idProblem(distinctId);
      if (detail !== undefined) fail('invalid_input', { attr: `distinct_ids.${i}`, detail });
    }
    const all = new Set([...known.map((one) => one.distinctId), ...distinctIds]);
    if (all.size > MAX_OVERRIDES) {
      fail('invalid_input', {
        attr: 'distinct_ids',
        detail: `A flag has at most ${MAX_OVERRIDES} overrides; use a condition set for many people.`,
      });
    }
    const by = { value, createdBy: userIdOf(tx), at: new Date(tx.clock.now()) };
    await upsertOverrides(tx.db, placeOf(flag), distinctIds, by);
    return 'override_set';
  });
}

/**
 * Takes overrides away; ids without one are passed over.
 * @throws not_found; conflict for an archived flag; required for a reason where one is asked for.
 */
export async function removeFlagOverrides(
  ctx: ProjectCtx,
  idOrKey: string,
  change: OverrideChange,
): Promise<OverrideRow[]> {
  return changeOverrides(ctx, idOrKey, change, async (tx, flag) => {
    await deleteOverrides(tx.db, placeOf(flag), change.distinctIds);
    return 'override_removed';
  });
}

type Write = (
  tx: ProjectCtx,
  flag: FlagRecord,
  known: readonly OverrideRow[],
) => Promise<'override_set' | 'override_removed'>;

async function changeOverrides(
  ctx: ProjectCtx,
  idOrKey: string,
  change: OverrideChange,
  write: Write,
): Promise<OverrideRow[]> {
  return inTransaction(ctx, async (tx) => {
    const { id } = await getFlag(tx, idOrKey);
    await lockFlag(tx.db, id);
    const before = await getFlag(tx, String(id));
    if (before.archived || before.deleted) {
      fail('conflict', { detail: `The flag "${before.key}" is archived.` });
    }
    const isEmergency = await refuseUnreasonedOverride(tx, change.reason);
    const place = placeOf(before);
    const known = await listOverrides(tx.db, place);
    const action = await write(tx, before, known);
    const now = await listOverrides(tx.db, place);
    const [was, is] = [valuesOf(known, change.distinctIds), valuesOf(now, change.distinctIds)];
    if (JSON.stringify(was) === JSON.stringify(is)) return now;
    await countUp(tx.db, before.id, tx.environment.id, stampOf(tx));
    await auditFlag(tx, before, await getFlag(tx, String(id)), {
      action,
      environmentId: tx.environment.id,
      reason: change.reason,
      isEmergency,
      beside: { before: { overrides: was }, after: { overrides: is } },
    });
    await announceFlags(tx, tx.projectId, tx.environment.id);
    return now;
  });
}

/**
 * Takes away the overrides whose value the flag cannot have any more, as it is now (a variant was removed,
 * or the first ones were added). Returns them by id, for the audit entry of the change.
 */
export async function dropLostOverrides(
  tx: Ctx,
  flag: FlagRecord,
): Promise<{ overrides?: Record<string, boolean | string> }> {
  const place = placeOf(flag);
  const all = await listOverrides(tx.db, place);
  const lost = all.filter(({ value }) => valueProblem(flag.filters, value) !== undefined);
  if (lost.length === 0) return {};
  const distinctIds = lost.map(({ distinctId }) => distinctId);
  await deleteOverrides(tx.db, place, distinctIds);
  return { overrides: valuesOf(lost, distinctIds) };
}

function placeOf(flag: FlagRecord) {
  return { flagId: flag.id, environmentId: flag.environmentId };
}

/** Only of these ids: an entry tells what changed, not hundreds that did not. */
function valuesOf(
  rows: readonly OverrideRow[],
  distinctIds: readonly string[],
): Record<string, boolean | string> {
  const asked = new Set(distinctIds);
  return Object.fromEntries(
    rows
      .filter(({ distinctId }) => asked.has(distinctId))
      .map(({ distinctId, value }) => [distinctId, value]),
  );
}
