// What a change would make of flags: it is made, looked at, and taken back, so that a proposal is checked by
// exactly what checks a direct save.
import {
  type Clearance,
  type FlagChangeBody,
  type FlagRecord,
  flagChangeOf,
  getFlag,
  lockFlagsOf,
  updateFlag,
} from '#flags';
import { fail, SerinError } from '#kernel/errors';
import type { ProjectCtx } from '#platform/ctx';
import { partsBetween } from './three-way.ts';
import { tryOut } from '#platform/try-out';

export type ItemInput = {
  /** Number or key. */
  readonly flag: string;
  /** The version that the author has seen; another one is a conflict. */
  readonly version?: number | undefined;
  readonly change: FlagChangeBody;
};

export type Previewed = {
  readonly change: FlagChangeBody;
  readonly before: FlagRecord;
  readonly after: FlagRecord;
};

/** Nothing is written, so nobody's approval is missing. */
const LOOKING: Clearance = { kind: 'approved', approvals: Number.POSITIVE_INFINITY };

/**
 * Each flag before and after all changes, in their order; must not run inside a transaction.
 * @throws what saving would, with the place of the item before the field; invalid_input for a change that
 *   changes nothing and for a flag named twice.
 */
export async function previewChanges(
  ctx: ProjectCtx,
  items: readonly ItemInput[],
): Promise<readonly Previewed[]> {
  return tryOut(ctx, async (tx) => {
    const seen: Previewed[] = [];
    await lockFlagsOf(tx.db, tx.projectId);
    for (const [index, item] of items.entries()) {
      const flag = await located(`items.${index}.flag`, getFlag(tx, item.flag));
      const one = await located(`items.${index}`, previewOne(tx, flag, item));
      if (seen.some(({ before }) => before.id === one.before.id)) {
        fail('invalid_input', { attr: `items.${index}.flag`, detail: 'Name each flag once.' });
      }
      seen.push(one);
    }
    return seen;
  });
}

async function previewOne(tx: ProjectCtx, before: FlagRecord, item: ItemInput): Promise<Previewed> {
  const change = flagChangeOf(item.change);
  const after = await updateFlag(
    tx,
    String(before.id),
    { ...change, version: item.version, reason: 'preview' },
    LOOKING,
  );
  if (partsBetween(before, after).length === 0) {
    fail('invalid_input', { attr: 'change', detail: 'This changes nothing.' });
  }
  return { change: item.change, before, after };
}

/** Puts an item's place before the field that a refusal names. */
export async function located<T>(at: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof SerinError)) throw error;
    const { attr } = error;
    // The flag's own fields stand inside the change; version and flag beside it.
    const isBeside = attr === null || attr === 'version' || attr === 'change';
    const field = isBeside ? attr : `change.${attr}`;
    fail(error.code, {
      detail: error.message,
      attr: field === null ? at : `${at}.${field}`,
      cause: error,
    });
  });
}
