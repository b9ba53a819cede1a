// Holdouts belong to the project. A flag's filters carry the percentage beside the number, as SDKs expect
// it, so a holdout that changes changes the flags that name it, in the same transaction.
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { DIRECT, reasonOr } from './clearance.service.ts';
import { stampOf } from './flag-writes.service.ts';
import { findFlagRecord, updateInEnvironment } from './flags.store.ts';
import { writeFlagFilters } from './flags.service.ts';
import {
  type Holdout,
  type HoldoutFields,
  type HoldoutUse,
  deleteHoldoutRow,
  findHoldout,
  insertHoldout,
  listHoldoutUses,
  listHoldouts,
  updateHoldoutRow,
} from './holdouts.store.ts';

/** Nobody keeps track of more shares of people than this. */
const MAX_HOLDOUTS = 100;

export type HoldoutWithFlags = Holdout & {
  /** Each once, whatever the environments. */
  readonly flags: readonly { readonly id: number; readonly key: string }[];
};

export async function listProjectHoldouts(ctx: ProjectCtx): Promise<HoldoutWithFlags[]> {
  const uses = await listHoldoutUses(ctx.db, ctx.projectId);
  const holdouts = await listHoldouts(ctx.db, ctx.projectId);
  return holdouts.map((holdout) => withFlags(holdout, uses));
}

/** @throws invalid_input when the project has too many of them */
export async function createHoldout(
  ctx: ProjectCtx,
  fields: HoldoutFields,
): Promise<HoldoutWithFlags> {
  return inTransaction(ctx, async (tx) => {
    if ((await listHoldouts(tx.db, tx.projectId)).length >= MAX_HOLDOUTS) {
      fail('invalid_input', { detail: `A project has at most ${MAX_HOLDOUTS} holdouts.` });
    }
    const { updatedBy, at } = stampOf(tx);
    const by = { projectId: tx.projectId, createdBy: updatedBy, at };
    const id = await insertHoldout(tx.db, { ...fields, ...by });
    await audit(tx, id, 'created', undefined, fields, null);
    return { ...(await mustFind(tx, id)), flags: [] };
  });
}

/**
 * Changes what is given; a new percentage reaches every flag that names the holdout, in each environment.
 * @throws not_found; what protected environments ask for
 */
export async function updateHoldout(
  ctx: ProjectCtx,
  id: number,
  change: { readonly [F in keyof HoldoutFields]?: HoldoutFields[F] | undefined } & {
    readonly reason?: string | null | undefined;
  },
): Promise<HoldoutWithFlags> {
  return inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id);
    const after: HoldoutFields = {
      name: change.name ?? before.name,
      description: change.description ?? before.description,
      exclusionPercentage: change.exclusionPercentage ?? before.exclusionPercentage,
    };
    const uses = await listHoldoutUses(tx.db, tx.projectId);
    const own = uses.filter(({ holdoutId }) => holdoutId === id);
    if (after.exclusionPercentage !== before.exclusionPercentage) {
      for (const use of own) await writeUse(tx, use, after, change.reason ?? null);
    }
    await updateHoldoutRow(tx.db, id, after, stampOf(tx).at);
    await audit(tx, id, 'updated', before, after, change.reason ?? null);
    return withFlags(await mustFind(tx, id), uses);
  });
}

/** @throws not_found; has_dependents while a flag names it */
export async function deleteHoldout(ctx: ProjectCtx, id: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const before = await mustFind(tx, id);
    const { flags } = withFlags(before, await listHoldoutUses(tx.db, tx.projectId));
    if (flags.length > 0) {
      const keys = flags.map(({ key }) => key).join(', ');
      fail('has_dependents', {
        detail: `These flags name it in some environment: ${keys}. Take it from them first.`,
      });
    }
    await deleteHoldoutRow(tx.db, id);
    await audit(tx, id, 'deleted', before, undefined, null);
  });
}

async function writeUse(
  tx: ProjectCtx,
  { flagId, environmentId, holdoutId }: HoldoutUse,
  { name, exclusionPercentage }: HoldoutFields,
  reason: string | null,
): Promise<void> {
  const flag = await findFlagRecord(tx.db, { environmentId }, { id: flagId });
  if (!flag) return;
  const holdout = { id: holdoutId, exclusion_percentage: exclusionPercentage };
  const filters = { ...flag.filters, holdout };
  if (flag.archived) {
    // It serves nobody, but must come back from the archive with the percentage of the day.
    await updateInEnvironment(tx.db, flagId, environmentId, { filters, at: stampOf(tx).at });
    return;
  }
  const there = { ...tx, environment: { id: environmentId } };
  const own = `The holdout “${name}” now keeps ${exclusionPercentage} % out.`;
  await writeFlagFilters(tx, {
    flagId,
    environmentId,
    filters,
    action: 'updated',
    reason: await reasonOr(there, reason, own),
    clearance: DIRECT,
  });
}

async function mustFind(tx: ProjectCtx, id: number): Promise<Holdout> {
  const found = await findHoldout(tx.db, tx.projectId, id, 'update');
  return found ?? fail('not_found', { detail: 'There is no such holdout.' });
}

function withFlags(holdout: Holdout, uses: readonly HoldoutUse[]): HoldoutWithFlags {
  const own = uses.filter(({ holdoutId }) => holdoutId === holdout.id);
  const byId = new Map(own.map(({ flagId, flagKey }) => [flagId, { id: flagId, key: flagKey }]));
  return { ...holdout, flags: [...byId.values()] };
}

async function audit(
  tx: ProjectCtx,
  id: number,
  action: string,
  before: HoldoutFields | undefined,
  after: HoldoutFields | undefined,
  reason: string | null,
): Promise<void> {
  const view = (fields: HoldoutFields | undefined) =>
    fields && {
      name: fields.name,
      description: fields.description,
      exclusion_percentage: fields.exclusionPercentage,
    };
  await recordAudit(tx, {
    projectId: tx.projectId,
    action,
    resourceKind: 'holdout',
    resourceId: String(id),
    before: view(before),
    after: view(after),
    reason,
  });
}
