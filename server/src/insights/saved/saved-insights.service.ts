// What people do with saved insights. Every change is one transaction: row, version counted up, audit entry.
import { randomBytes } from 'node:crypto';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { canonicalJson } from '#kernel/json';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import { setFavourite } from '#platform/postgres/favourites';
import {
  type InsightFields,
  type InsightFilter,
  type SavedInsight,
  findInsight,
  findInsightRows,
  insertInsight,
  listInsights,
  lockInsight,
  updateInsightRow,
} from './saved-insights.store.ts';

export type { SavedInsight } from './saved-insights.store.ts';

/** Eight characters: 48 bits, so that addresses cannot be guessed. */
const SHORT_ID_BYTES = 6;

export async function saveInsight(
  ctx: ProjectCtx,
  fields: Omit<InsightFields, 'deleted'>,
  isFavourite = false,
): Promise<SavedInsight> {
  return inTransaction(ctx, async (tx) => {
    const id = await insertInsight(tx.db, {
      ...fields,
      deleted: false,
      projectId: tx.projectId,
      shortId: randomBytes(SHORT_ID_BYTES).toString('base64url'),
      ...stampOf(tx),
    });
    if (isFavourite) await mark(tx, id, true);
    const saved = await getInsight(tx, id);
    await audit(tx, 'created', undefined, saved);
    return saved;
  });
}

/** One page of the project's insights, favourites of whoever asks first, then the last changed. */
export function listSavedInsights(
  ctx: ProjectCtx,
  filter: InsightFilter,
): Promise<{ count: number; insights: SavedInsight[] }> {
  return listInsights(ctx.db, ctx.projectId, filter, userIdOf(ctx));
}

/** Those of the project with one of these numbers; deleted ones too. */
export async function findInsights(
  ctx: ProjectCtx,
  ids: readonly number[],
): Promise<SavedInsight[]> {
  return ids.length === 0 ? [] : findInsightRows(ctx.db, ctx.projectId, ids, userIdOf(ctx));
}

/** Deleted ones too. @throws not_found */
export async function getInsight(ctx: ProjectCtx, id: number): Promise<SavedInsight> {
  const found = await findInsight(ctx.db, ctx.projectId, id, userIdOf(ctx));
  return found ?? fail('not_found', { detail: 'There is no such insight.' });
}

/**
 * Changes what is given. A change of nothing counts no version up, nor does a favourite of whoever asks.
 * @throws conflict when `version` is given and not the current one; not_found
 */
export async function updateInsight(
  ctx: ProjectCtx,
  id: number,
  { favorited, ...change }: Partial<InsightFields> & { readonly favorited?: boolean },
  version: number | undefined,
): Promise<SavedInsight> {
  return inTransaction(ctx, async (tx) => {
    await lockInsight(tx.db, tx.projectId, id);
    const before = await getInsight(tx, id);
    if (version !== undefined && version !== before.version) fail('conflict', { attr: 'version' });
    if (favorited !== undefined) await mark(tx, id, favorited);
    const wanted = { ...fieldsOf(before), ...change };
    if (canonicalJson(wanted) === canonicalJson(fieldsOf(before))) return getInsight(tx, id);
    await updateInsightRow(tx.db, id, { ...wanted, version: before.version + 1, ...stampOf(tx) });
    const after = await getInsight(tx, id);
    const action =
      after.deleted === before.deleted ? 'updated' : after.deleted ? 'deleted' : 'restored';
    await audit(tx, action, before, after);
    return after;
  });
}

/** @throws invalid_input for whoever is no person */
function mark(tx: ProjectCtx, id: number, isFavourite: boolean): Promise<void> {
  const userId = userIdOf(tx);
  if (userId === null) fail('invalid_input', { detail: ONLY_PEOPLE, attr: 'favorited' });
  const at = new Date(tx.clock.now());
  return setFavourite(tx.db, { userId, kind: 'insight', id }, isFavourite, at);
}

const ONLY_PEOPLE = 'Only people have favourites.';

const stampOf = (ctx: ProjectCtx) => ({ by: userIdOf(ctx), at: new Date(ctx.clock.now()) });

function fieldsOf(insight: SavedInsight): InsightFields {
  const { name, description, query, tags, deleted } = insight;
  return { name, description, query, tags, deleted };
}

async function audit(
  ctx: ProjectCtx,
  action: string,
  before: SavedInsight | undefined,
  after: SavedInsight,
): Promise<void> {
  await recordAudit(ctx, {
    projectId: ctx.projectId,
    action,
    resourceKind: 'insight',
    resourceId: String(after.id),
    before: before && fieldsOf(before),
    after: fieldsOf(after),
  });
}
