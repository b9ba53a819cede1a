// What people say about a flag. Everybody reads and writes; nobody changes what somebody else has said.
import { v7 as uuidv7 } from 'uuid';
import { findMember } from '#accounts';
import { recordAudit } from '#audit';
import { fail } from '#kernel/errors';
import { type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import {
  type CommentRow,
  countComments,
  deleteComment,
  insertComment,
  listComments,
  lockComment,
  updateComment,
} from './comments.store.ts';
import { getFlag } from './flag-writes.service.ts';
import { lockFlag } from './flag-stamp.store.ts';
import type { FlagRecord } from './flags.store.ts';

export type { CommentRow } from './comments.store.ts';

/** A discussion of this length has found another place. */
const MAX_COMMENTS = 1_000;

/** One page, newest first. @throws not_found */
export async function listFlagComments(
  ctx: ProjectCtx,
  idOrKey: string,
  page: { readonly limit: number; readonly offset: number },
): Promise<{ count: number; comments: CommentRow[] }> {
  const { id } = await getFlag(ctx, idOrKey);
  return { count: await countComments(ctx.db, id), comments: await listComments(ctx.db, id, page) };
}

/** @throws not_found; invalid_input when there are too many */
export async function addComment(
  ctx: ProjectCtx,
  idOrKey: string,
  body: string,
): Promise<CommentRow> {
  return inTransaction(ctx, async (tx) => {
    const flag = await getFlag(tx, idOrKey);
    await lockFlag(tx.db, flag.id);
    if ((await countComments(tx.db, flag.id)) >= MAX_COMMENTS) {
      fail('invalid_input', {
        attr: 'body',
        detail: `A flag has at most ${MAX_COMMENTS} comments.`,
      });
    }
    const author = await authorOf(tx);
    const row: CommentRow = {
      id: uuidv7(),
      flag_id: flag.id,
      author_id: author.id,
      author_name: author.name,
      body,
      created_at: new Date(tx.clock.now()),
      edited_at: null,
    };
    await insertComment(tx.db, row);
    await auditComment(tx, flag, row.id, 'commented', { after: { body } });
    return row;
  });
}

/** @throws not_found; permission_denied when somebody else has said it */
export async function editComment(
  ctx: ProjectCtx,
  idOrKey: string,
  commentId: string,
  body: string,
): Promise<CommentRow> {
  return inTransaction(ctx, async (tx) => {
    const flag = await getFlag(tx, idOrKey);
    const row = await getOwn(tx, flag, commentId);
    if (row.body === body) return row;
    const editedAt = new Date(tx.clock.now());
    await updateComment(tx.db, row.id, body, editedAt);
    await auditComment(tx, flag, row.id, 'comment_edited', {
      before: { body: row.body },
      after: { body },
    });
    return { ...row, body, edited_at: editedAt };
  });
}

/** @throws not_found; permission_denied when somebody else has said it */
export async function removeComment(
  ctx: ProjectCtx,
  idOrKey: string,
  commentId: string,
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const flag = await getFlag(tx, idOrKey);
    const row = await getOwn(tx, flag, commentId);
    await deleteComment(tx.db, row.id);
    await auditComment(tx, flag, row.id, 'comment_deleted', { before: { body: row.body } });
  });
}

async function getOwn(tx: ProjectCtx, flag: FlagRecord, commentId: string): Promise<CommentRow> {
  const row = await lockComment(tx.db, flag.id, commentId);
  if (!row) fail('not_found', { detail: 'There is no such comment.' });
  if (row.author_id !== null && row.author_id === userIdOf(tx)) return row;
  fail('permission_denied', { detail: 'Only who has written a comment can change it.' });
}

async function authorOf(tx: ProjectCtx): Promise<{ id: string; name: string }> {
  const id = userIdOf(tx);
  const user = id === null ? undefined : await findMember(tx, tx.projectId, id);
  if (!user) fail('permission_denied', { detail: 'Only people comment.' });
  return { id: user.id, name: user.name || user.email };
}

async function auditComment(
  tx: ProjectCtx,
  flag: FlagRecord,
  commentId: string,
  action: string,
  states: { readonly before?: object; readonly after?: object },
): Promise<void> {
  await recordAudit(tx, {
    projectId: tx.projectId,
    action,
    resourceKind: 'flag_comment',
    resourceId: commentId,
    resourceLabel: flag.key,
    ...states,
  });
}
