// What people do with saved filters. Every change is one transaction: row, version counted up, audit entry.
import { v7 } from 'uuid';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import type { RecordingFilter } from '../list/filter.ts';
import {
  type SavedFilter,
  deleteFilter,
  listFilters,
  lockFilter,
  lockFiltersOf,
  saveFilter,
} from './saved-filters.store.ts';

export type { SavedFilter } from './saved-filters.store.ts';

type Fields = { readonly name: string; readonly filter: RecordingFilter };

/** By name. */
export const listSavedFilters = (ctx: ProjectCtx): Promise<SavedFilter[]> =>
  listFilters(ctx.db, ctx.environment.id);

/** @throws limit_reached when there are `most` already; conflict when another has the name */
export function createSavedFilter(
  ctx: ProjectCtx,
  fields: Fields,
  most: number,
): Promise<SavedFilter> {
  return inTransaction(ctx, async (tx) => {
    await lockFiltersOf(tx.db, tx.environment.id);
    const others = await listFilters(tx.db, tx.environment.id);
    if (others.length >= most) {
      fail('invalid_input', { detail: `At most ${most} filters can be saved.`, attr: 'name' });
    }
    refuseTaken(others, fields.name);
    const at = new Date(tx.clock.now());
    const saved: SavedFilter = {
      id: v7(),
      ...fields,
      version: 1,
      createdBy: tx.actor.label,
      createdAt: at,
      updatedAt: at,
    };
    await saveFilter(tx.db, tx.environment.id, saved);
    await audit(tx, 'created', undefined, saved);
    return saved;
  });
}

/** A change of nothing counts no version up. @throws not_found; conflict when `version` is not the current one, or another has the name */
export function updateSavedFilter(
  ctx: ProjectCtx,
  id: string,
  change: Partial<Fields>,
  version: number | undefined,
): Promise<SavedFilter> {
  return inTransaction(ctx, async (tx) => {
    await lockFiltersOf(tx.db, tx.environment.id);
    const before = await locked(tx, id);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    const wanted = { ...before, ...change };
    if (canonicalJson(fieldsOf(wanted)) === canonicalJson(fieldsOf(before))) return before;
    const others = await listFilters(tx.db, tx.environment.id);
    refuseTaken(
      others.filter((one) => one.id !== id),
      wanted.name,
    );
    const updatedAt = new Date(tx.clock.now());
    const after = { ...wanted, version: before.version + 1, updatedAt };
    await saveFilter(tx.db, tx.environment.id, after);
    await audit(tx, 'updated', before, after);
    return after;
  });
}

/** @throws not_found */
export function archiveSavedFilter(ctx: ProjectCtx, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const before = await locked(tx, id);
    await deleteFilter(tx.db, tx.environment.id, id);
    await audit(tx, 'deleted', before, undefined);
  });
}

async function locked(tx: ProjectCtx, id: string): Promise<SavedFilter> {
  const found = await lockFilter(tx.db, tx.environment.id, id);
  return found ?? fail('not_found', { detail: 'There is no such saved filter.' });
}

function refuseTaken(others: readonly SavedFilter[], name: string): void {
  if (!others.some((one) => one.name === name)) return;
  fail('conflict', { detail: 'There is a saved filter of this name.', attr: 'name' });
}

const fieldsOf = ({ name, filter }: Fields) => ({ name, filter });

async function audit(
  tx: ProjectCtx,
  action: string,
  before: SavedFilter | undefined,
  after: SavedFilter | undefined,
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    environmentId: tx.environment.id,
    action,
    resourceKind: 'recording_filter',
    resourceId: (after ?? before)?.id ?? '',
    resourceLabel: (after ?? before)?.name ?? '',
    before: before && fieldsOf(before),
    after: after && fieldsOf(after),
  });
}
