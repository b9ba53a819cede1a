// The same change to many flags: each is changed as a whole, by the ordinary verb with all its checks, or
// refused with the reason, while the others go on.
import { SerinError, fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import { type BulkChange, MAX_BULK, changeFor } from './bulk.ts';
import type { FlagFilter } from './flag-filter.ts';
import { lockFlag } from './flag-stamp.store.ts';
import { type TagCount, countTags, findFlagIds, findTagged } from './flag-search.store.ts';
import { getFlagHere } from './flag-writes.service.ts';
import { type FlagRecord, searchPlace, updateFlag } from './flags.service.ts';
import { listFlagKeys } from './flag-list.store.ts';

/** Which flags: by number, or all that a filter means. */
export type Which = {
  readonly ids?: readonly number[] | undefined;
  readonly filter?: FlagFilter | undefined;
};

export type BulkOptions = {
  readonly reason?: string | null | undefined;
  readonly force?: boolean | undefined;
};

export type BulkResult = {
  readonly updated: readonly FlagRecord[];
  readonly unchanged: readonly FlagRecord[];
  readonly refused: readonly {
    readonly id: number;
    readonly key: string | null;
    readonly code: string;
    readonly attr: string | null;
    readonly detail: string;
    /** Keys of the flags that need it. */
    readonly dependents: readonly string[];
  }[];
};

/**
 * Changes many flags, one after the other.
 * @throws required when neither numbers nor a filter are given; invalid_input when both are, or the filter
 *   means more than {@link MAX_BULK} flags. What a single flag throws is in the result.
 */
export async function changeMany(
  ctx: ProjectCtx,
  which: Which,
  bulk: BulkChange,
  options: BulkOptions = {},
): Promise<BulkResult> {
  const ids = await idsOf(ctx, which);
  return changeEach(ctx, ids, (flag) => changeFor(flag, bulk), options);
}

/** Keys of the project's flags by number; numbers without a flag are left out. */
export async function findFlagKeys(
  ctx: ProjectCtx,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  return listFlagKeys(ctx.db, ctx.projectId, ids);
}

/** The project's tags by name. */
export async function listTags(ctx: ProjectCtx): Promise<TagCount[]> {
  return countTags(ctx.db, ctx.projectId);
}

/**
 * Gives every flag with the tag `from` the tag `to` instead; null takes it away.
 * @throws not_found when no flag has it; invalid_input when more than {@link MAX_BULK} have
 */
export async function renameTag(
  ctx: ProjectCtx,
  from: string,
  to: string | null,
  options: BulkOptions,
): Promise<BulkResult> {
  const ids = await findTagged(ctx.db, ctx.projectId, from, MAX_BULK + 1);
  if (ids.length === 0)
    fail('not_found', { attr: 'from', detail: `No flag has the tag "${from}".` });
  refuseTooMany(ids.length, 'from');
  const renamed = ({ tags }: FlagRecord) => ({
    tags: [...new Set(tags.flatMap((name) => (name === from ? (to ?? []) : name)))],
  });
  return changeEach(ctx, ids, renamed, options);
}

async function idsOf(ctx: ProjectCtx, { ids, filter }: Which): Promise<readonly number[]> {
  if (ids && filter) {
    fail('invalid_input', { attr: 'filters', detail: 'Give ids or filters, not both.' });
  }
  if (ids) return [...new Set(ids)];
  if (!filter) fail('required', { attr: 'ids', detail: 'Say which flags: ids or filters.' });
  const found = await findFlagIds(ctx.db, searchPlace(ctx), filter, MAX_BULK + 1);
  refuseTooMany(found.length, 'filters');
  return found;
}

function refuseTooMany(count: number, attr: string): void {
  if (count <= MAX_BULK) return;
  fail('invalid_input', { attr, detail: `These are more than ${MAX_BULK} flags; narrow it.` });
}

type Change = (flag: FlagRecord) => ReturnType<typeof changeFor>;

/**
 * Changes each flag. What others need is tried again once those have changed: a flag and all that need it
 * go together, in whatever order they are named.
 */
async function changeEach(
  ctx: ProjectCtx,
  ids: readonly number[],
  change: Change,
  options: BulkOptions,
): Promise<BulkResult> {
  const first = await changeInOrder(ctx, ids, change, options);
  const needed = first.refused.filter(({ code }) => code === 'has_dependents');
  if (needed.length === 0 || first.updated.length === 0) return first;
  const retried = needed.map(({ id }) => id);
  const again = await changeEach(ctx, retried, change, options);
  const last = first.refused.filter(({ id }) => !retried.includes(id));
  return {
    updated: inOrder(ids, [...first.updated, ...again.updated]),
    unchanged: inOrder(ids, [...first.unchanged, ...again.unchanged]),
    refused: inOrder(ids, [...last, ...again.refused]),
  };
}

function inOrder<T extends { readonly id: number }>(ids: readonly number[], flags: T[]): T[] {
  const places = new Map(ids.map((id, place) => [id, place]));
  return flags.toSorted((a, b) => (places.get(a.id) ?? 0) - (places.get(b.id) ?? 0));
}

async function changeInOrder(
  ctx: ProjectCtx,
  ids: readonly number[],
  change: Change,
  options: BulkOptions,
): Promise<BulkResult> {
  const updated: FlagRecord[] = [];
  const unchanged: FlagRecord[] = [];
  const refused: BulkResult['refused'][number][] = [];
  for (const id of ids) {
    let key: string | null = null;
    try {
      await inTransaction(ctx, async (tx) => {
        await lockFlag(tx.db, id);
        const before = await getFlagHere(tx, { id });
        if (before.deleted) fail('not_found', { detail: 'The flag is deleted.' });
        ({ key } = before);
        const after = await updateFlag(tx, String(id), { ...change(before), ...options });
        (after.version === before.version ? unchanged : updated).push(after);
      });
    } catch (error) {
      if (!(error instanceof SerinError)) throw error;
      const { code, attr, message, dependents } = error;
      refused.push({ id, key, code, attr, detail: message, dependents });
    }
  }
  return { updated, unchanged, refused };
}
