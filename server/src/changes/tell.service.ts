// What every step of a change request leaves behind: an entry in its thread, an audit entry, a word to whoever
// looks at it.
import { recordAudit } from '#audit';
import { type Ctx, afterCommit, userIdOf } from '#platform/ctx';
import { notify } from '#platform/postgres/notices';
import { insertRequestEvent } from './request-thread.store.ts';
import type { RequestEventType } from './request.ts';
import type { ChangeRequest } from './requests.store.ts';

/** Adds an entry to the thread. */
export async function tell(
  ctx: Ctx,
  request: Pick<ChangeRequest, 'id' | 'revision'>,
  type: RequestEventType,
  body: string,
): Promise<void> {
  await insertRequestEvent(ctx.db, {
    requestId: request.id,
    at: new Date(ctx.clock.now()),
    type,
    revision: request.revision,
    userId: userIdOf(ctx),
    userLabel: ctx.actor.label,
    body,
  });
}

/** Adds an audit entry about a request. */
export async function audit(
  ctx: Ctx,
  request: Pick<ChangeRequest, 'projectId' | 'environmentId' | 'number'>,
  action: string,
  after: object,
  reason = '',
): Promise<void> {
  await recordAudit(ctx, {
    projectId: request.projectId,
    environmentId: request.environmentId,
    action,
    resourceKind: 'change_request',
    resourceId: String(request.number),
    after,
    reason: reason === '' ? null : reason,
  });
}

/** Tells live pages here after the commit, and those of the other replicas with it. */
export async function announceRequest(
  ctx: Ctx,
  request: Pick<ChangeRequest, 'id' | 'projectId'>,
): Promise<void> {
  const change = { projectId: request.projectId, kind: 'request', id: request.id } as const;
  await notify(ctx.db, 'change.changed', change);
  afterCommit(ctx, () => ctx.events.emit('change.changed', change));
}
