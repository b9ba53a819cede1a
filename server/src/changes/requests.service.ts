// What people do with change requests besides applying them: propose, discuss, judge, edit, withdraw. Each
// verb is one transaction: rows, the entry in the thread, the audit entry, the notice.
import { v7 as uuidv7 } from 'uuid';
import { type FlagRecord, stateOf } from '#flags';
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, inTransaction, userIdOf } from '#platform/ctx';
import type { Due } from './due.ts';
import { type LookedAt, type OfProject, inEnvironment, lookAtRequest } from './look.service.ts';
import { type ItemInput, type Previewed, previewChanges } from './preview.service.ts';
import type { RequestAction } from './request.ts';
import { announceRequest, audit, tell } from './tell.service.ts';
import {
  type ChangeRequest,
  type RequestItem,
  type RequestUpdate,
  type StoredFlag,
  countOpen,
  insertRequest,
  nextNumber,
  replaceItems,
  updateRequest,
} from './requests.store.ts';

/** Open requests of a project. */
const MAX_OPEN = 1_000;

export type Proposal = {
  readonly title: string;
  readonly description: string;
  readonly items: readonly ItemInput[];
  readonly due: Due | null;
};

/**
 * Proposes changes of flags in the environment of the ctx; returns the request's number.
 * @throws what saving each change would, except for what only approval can give; permission_denied for
 *   Serin itself, which has nobody to answer for it.
 */
export async function propose(ctx: ProjectCtx, proposal: Proposal): Promise<number> {
  const authorId = askerOf(ctx);
  const previews = await previewChanges(ctx, proposal.items);
  return inTransaction(ctx, async (tx) => {
    const at = new Date(tx.clock.now());
    const number = await nextNumber(tx.db, tx.projectId);
    if ((await countOpen(tx.db, tx.projectId)) >= MAX_OPEN) {
      fail('invalid_input', { detail: `A project has at most ${MAX_OPEN} open requests.` });
    }
    const request = {
      id: uuidv7(),
      projectId: tx.projectId,
      environmentId: tx.environment.id,
      number,
      title: proposal.title,
      description: proposal.description,
      authorId,
      authorLabel: tx.actor.label,
      due: proposal.due,
      createdAt: at,
      updatedAt: at,
    };
    await insertRequest(tx.db, request);
    await replaceItems(tx.db, request.id, previews.map(itemOf));
    const opened = { ...request, revision: 1 };
    await tell(tx, opened, 'proposed', proposal.description);
    await audit(tx, opened, 'proposed', {
      title: proposal.title,
      flags: previews.map(({ before }) => before.key),
    });
    await announceRequest(tx, opened);
    return number;
  });
}

/** Adds to the thread. @throws not_found */
export async function comment(ctx: OfProject, number: number, body: string): Promise<void> {
  await act(ctx, number, 'comment', async (tx, { request }) => {
    await tell(tx, request, 'commented', body);
    return {};
  });
}

export type Judgement = {
  readonly verdict: 'approve' | 'request_changes' | 'refuse';
  /** The revision that was looked at; another one is a conflict. */
  readonly revision: number;
  readonly comment: string;
};

const JUDGED = {
  approve: 'approved',
  request_changes: 'changes_requested',
  refuse: 'refused',
} as const;

/**
 * Approves what is proposed, asks for something else, or refuses it for good.
 * @throws not_found; permission_denied for the author; conflict when it is closed, or another revision is
 *   proposed by now; required without a comment, except for approval.
 */
export async function judge(ctx: OfProject, number: number, judgement: Judgement): Promise<void> {
  const { verdict, revision, comment: body } = judgement;
  if (verdict !== 'approve' && body.trim() === '') {
    fail('required', { attr: 'comment', detail: 'Say what should be different.' });
  }
  await act(ctx, number, verdict, async (tx, { request }) => {
    if (revision !== request.revision) {
      fail('conflict', {
        attr: 'revision',
        detail: `Something else is proposed by now (revision ${request.revision}); look at it first.`,
      });
    }
    const type = JUDGED[verdict];
    await tell(tx, request, type, body);
    await audit(tx, request, type, { revision }, body);
    return verdict === 'refuse' ? closing(tx, 'refused') : {};
  });
}

export type RequestEdit = {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly items?: readonly ItemInput[] | undefined;
  /** Null: no planned time. */
  readonly due?: Due | null | undefined;
  /** The version of the request that was looked at. */
  readonly version: number;
};

/**
 * Changes what is proposed, by its author. Other changes of flags make a new revision, whose approvals are
 * still to be given; so does another time.
 * @throws not_found; permission_denied; conflict; what saving each change would.
 */
export async function editRequest(
  ctx: OfProject,
  number: number,
  edit: RequestEdit,
): Promise<void> {
  const seen = await lookAtRequest(ctx, number);
  const previews = edit.items && (await previewChanges(inEnvironment(ctx, seen), edit.items));
  await act(ctx, number, 'edit', async (tx, { request }) => {
    refuseStale(request, edit.version);
    const { title, description, due } = edit;
    const isNew = previews !== undefined || due !== undefined;
    const next = { ...request, revision: request.revision + (isNew ? 1 : 0) };
    if (previews) await replaceItems(tx.db, request.id, previews.map(itemOf));
    await tell(tx, next, due === undefined || previews ? 'edited' : 'planned', '');
    await audit(tx, next, 'edited', { title, revision: next.revision });
    return { title, description, due, revision: next.revision };
  });
}

/**
 * Brings a request on top of what became of its flags, where others changed other parts. A new revision.
 * @throws not_found; permission_denied; conflict when there is nothing to do, or the same part has moved.
 */
export async function rebaseRequest(
  ctx: OfProject,
  number: number,
  version: number,
  rebased: (seen: LookedAt) => readonly ItemInput[],
): Promise<void> {
  const seen = await lookAtRequest(ctx, number);
  refuseUnless(ctx, seen, 'rebase');
  const previews = await previewChanges(inEnvironment(ctx, seen), rebased(seen));
  await act(ctx, number, 'rebase', async (tx, { request }) => {
    refuseStale(request, version);
    await replaceItems(tx.db, request.id, previews.map(itemOf));
    const next = { ...request, revision: request.revision + 1 };
    await tell(tx, next, 'rebased', '');
    await audit(tx, next, 'rebased', { revision: next.revision });
    return { revision: next.revision };
  });
}

/** Gives a request up, by its author. @throws not_found; permission_denied; conflict */
export async function withdraw(ctx: OfProject, number: number, why: string): Promise<void> {
  await act(ctx, number, 'withdraw', async (tx, { request }) => {
    await tell(tx, request, 'withdrawn', why);
    await audit(tx, request, 'withdrawn', {}, why);
    return closing(tx, 'withdrawn');
  });
}

/** One action of a person on a locked request; what `verb` returns is written to its row. */
async function act(
  ctx: OfProject,
  number: number,
  action: RequestAction,
  verb: (tx: OfProject, seen: LookedAt) => Promise<RequestUpdate>,
): Promise<void> {
  askerOf(ctx);
  await inTransaction(ctx, async (tx) => {
    const seen = await lookAtRequest(tx, number, true);
    refuseUnless(tx, seen, action);
    const update = await verb(tx, seen);
    await updateRequest(tx.db, seen.request, update, new Date(tx.clock.now()));
    await announceRequest(tx, seen.request);
  });
}

/** @throws permission_denied, conflict: in words, why this action is not possible. */
function refuseUnless(
  ctx: Ctx,
  { request, actions, items }: LookedAt,
  action: RequestAction,
): void {
  if (actions.includes(action)) return;
  const isAuthor = userIdOf(ctx) === request.authorId;
  if (request.state !== 'open') {
    fail('conflict', { detail: `This request is ${request.state}; it only takes comments.` });
  }
  if (
    action === 'rebase' &&
    isAuthor &&
    items.some(({ movement }) => movement?.overlapping.length)
  ) {
    fail('conflict', {
      detail: 'Others have changed the same part of a flag meanwhile; edit the proposal yourself.',
    });
  }
  if (action === 'rebase' && isAuthor) {
    fail('conflict', { detail: 'Its flags have not changed meanwhile; there is nothing to do.' });
  }
  fail('permission_denied', {
    detail: isAuthor
      ? 'Nobody judges a proposal of their own; somebody else has to.'
      : 'Only its author may do this.',
  });
}

export function refuseStale(request: ChangeRequest, version: number): void {
  if (version === request.version) return;
  fail('conflict', {
    attr: 'version',
    detail: `The request is at version ${request.version} by now, not ${version}; look at it again.`,
  });
}

/** Who asks. @throws permission_denied for Serin itself. */
export function askerOf(ctx: Ctx): string {
  return userIdOf(ctx) ?? fail('permission_denied', { detail: 'Only people propose and judge.' });
}

export const closing = (ctx: Ctx, state: 'applied' | 'refused' | 'withdrawn'): RequestUpdate => ({
  state,
  closedAt: new Date(ctx.clock.now()),
});

function itemOf({ change, before, after }: Previewed): RequestItem {
  return {
    flagId: before.id,
    flagKey: before.key,
    change,
    base: keptOf(before),
    proposed: keptOf(after),
  };
}

const keptOf = (flag: FlagRecord): StoredFlag => ({
  ...stateOf(flag),
  killSwitchKey: flag.killSwitchKey,
  owner: flag.owner,
});
