// Looking at events that the event store refused, storing them again, and giving them up.
import { recordAudit } from '#audit';
import { findPersonIds, lockPeople } from '#identity';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction } from '#platform/ctx';
import {
  type KeptLetter,
  type Which,
  deleteDeadLetters,
  findDeadLetters,
  insertDeadLetter,
  readDeadLetters,
} from './dead-letter.store.ts';
import { insertRows, isDataError } from './events.store.ts';
import { givenTo } from './row.ts';

/** One page, and how many there are of each reason. */
export function listDeadLetters(
  ctx: ProjectCtx,
  which: Pick<Which, 'reason'>,
  page: { readonly limit: number; readonly offset: number },
) {
  return readDeadLetters(ctx.db, ctx.environment.id, which, page);
}

/** @throws not_found */
export async function getDeadLetter(ctx: ProjectCtx, uuid: string) {
  const [letter] = await findDeadLetters(ctx.db, ctx.environment.id, { uuids: [uuid] });
  return letter ?? fail('not_found', { detail: 'There is no such event.' });
}

/**
 * Stores refused events again, one by one. What is refused once more stays, with its new reason.
 * @throws required when nothing says which
 */
export async function replayDeadLetters(
  ctx: ProjectCtx,
  which: Which,
): Promise<{ readonly stored: number; readonly refused: number }> {
  const environmentId = ctx.environment.id;
  const letters = await findDeadLetters(ctx.db, environmentId, said(which));
  const result = { stored: 0, refused: 0 };
  for (const { uuid } of letters) {
    const outcome = await inTransaction(ctx, (tx) => replay(tx, uuid));
    if (outcome !== 'gone') result[outcome] += 1;
  }
  if (letters.length > 0) await audit(ctx, 'refused_events_replayed', { ...which, ...result });
  return result;
}

/** Under the lock of people: nobody is erased, and no merge written into events, between asking and storing. */
async function replay(ctx: ProjectCtx, uuid: string): Promise<'stored' | 'refused' | 'gone'> {
  const environmentId = ctx.environment.id;
  await lockPeople(ctx.db, environmentId);
  const [letter] = await findDeadLetters(ctx.db, environmentId, { uuids: [uuid] });
  if (!letter) return 'gone';
  // Whose it was when it was refused may be part of somebody else by now.
  const owners = await findPersonIds(ctx.db, environmentId, [letter.distinctId]);
  const owner = owners.get(letter.distinctId);
  const row = owner === undefined ? letter.row : givenTo(letter.row, owner);
  if (!(await isStoredNow(ctx, { ...letter, row }))) return 'refused';
  await deleteDeadLetters(ctx.db, environmentId, { uuids: [uuid] });
  return 'stored';
}

async function isStoredNow(
  ctx: ProjectCtx,
  letter: KeptLetter & { readonly row: string },
): Promise<boolean> {
  // The same whenever it is tried: a crash before the letter is taken away makes no second row.
  const token = `dead-letter-${letter.environmentId}-${letter.uuid}`;
  try {
    await insertRows(ctx.clickhouse, token, [letter.row]);
    return true;
  } catch (error) {
    if (!isDataError(error)) throw error;
    const { code: reason = 'unknown', message } = error as { code?: string; message: string };
    await insertDeadLetter(ctx.db, { ...letter, reason, detail: message });
    return false;
  }
}

/** Gives refused events up for good; returns how many. @throws required when nothing says which */
export async function dropDeadLetters(ctx: ProjectCtx, which: Which): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const dropped = await deleteDeadLetters(tx.db, tx.environment.id, said(which));
    if (dropped > 0) await audit(tx, 'refused_events_dropped', { ...which, dropped });
    return dropped;
  });
}

function said(which: Which): Which {
  if (which.uuids === undefined && which.reason === undefined) {
    fail('required', { attr: 'uuids', detail: 'Give uuids or a reason.' });
  }
  return which;
}

async function audit(ctx: ProjectCtx, action: string, after: object): Promise<void> {
  await recordAudit(ctx, {
    projectId: ctx.projectId,
    environmentId: ctx.environment.id,
    action,
    resourceKind: 'environment',
    resourceId: String(ctx.environment.id),
    resourceLabel: ctx.environment.key,
    after,
  });
}
