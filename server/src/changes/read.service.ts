// Lists of change requests: which ones a page shows.
import { type ProjectCtx, userIdOf } from '#platform/ctx';
import { type LookedAt, lookAt } from './look.service.ts';
import { listRequestRows } from './requests.store.ts';

export type RequestsShown = {
  /** mine: those of whoever asks that are open. */
  readonly show: 'open' | 'mine' | 'closed';
  readonly flagId: number | undefined;
  readonly limit: number;
  readonly offset: number;
};

/** A page of the environment's requests, newest first. */
export async function listRequests(
  ctx: ProjectCtx,
  { show, flagId, limit, offset }: RequestsShown,
): Promise<{ count: number; requests: LookedAt[] }> {
  const { count, requests } = await listRequestRows(ctx.db, {
    projectId: ctx.projectId,
    environmentId: ctx.environment.id,
    isOpen: show !== 'closed',
    authorId: show === 'mine' ? (userIdOf(ctx) ?? '') : undefined,
    flagId,
    limit,
    offset,
  });
  const seen: LookedAt[] = [];
  for (const request of requests) seen.push(await lookAt(ctx, request));
  return { count, requests: seen };
}
