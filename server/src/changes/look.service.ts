// A change request as it stands now: its flags against what has become of them, who approved it, what the
// one who asks may do.
import { type Environment, listProjectMemberIds } from '#accounts';
import { type FlagRecord, findFlag } from '#flags';
import { fail } from '#kernel/errors';
import { type Ctx, type ProjectCtx, userIdOf } from '#platform/ctx';
import { inEnvironmentOf } from './environment.service.ts';
import { listRequestEvents } from './request-thread.store.ts';
import {
  type RequestAction,
  type RequestEvent,
  type Review,
  type Standing,
  actionsFor,
  reviewsOf,
} from './request.ts';
import { type ChangeRequest, type RequestItem, findRequest, listItems } from './requests.store.ts';
import { type ChangedPart, type Movement, movementOf, partsBetween } from './three-way.ts';

export type OfProject = Ctx & { readonly projectId: number };

export type LookedAtItem = Omit<RequestItem, 'base' | 'proposed'> & {
  readonly base: FlagRecord;
  readonly proposed: FlagRecord;
  readonly current: FlagRecord;
  /** What the change touches. */
  readonly parts: readonly ChangedPart[];
  /** What moved under it; null: nothing, or the request is closed. */
  readonly movement: Movement | null;
};

export type LookedAt = {
  readonly request: ChangeRequest;
  readonly environment: Environment;
  readonly items: readonly LookedAtItem[];
  readonly events: readonly RequestEvent[];
  readonly reviews: readonly Review[];
  readonly actions: readonly RequestAction[];
};

/**
 * A request by its number in the project.
 * @throws not_found, also when its environment is deleted.
 */
export async function lookAtRequest(
  ctx: OfProject,
  number: number,
  isLocked = false,
): Promise<LookedAt> {
  const { projectId } = ctx;
  const request = await findRequest(ctx.db, { projectId, number }, isLocked);
  return request
    ? lookAt(ctx, request)
    : fail('not_found', { detail: 'There is no such request.' });
}

/** The same for a request that has just been read. @throws not_found when its environment is deleted. */
export async function lookAt(ctx: Ctx, request: ChangeRequest): Promise<LookedAt> {
  const { environment } = await inEnvironmentOf(ctx, request);
  const events = await listRequestEvents(ctx.db, request.id);
  const members = new Set(await listProjectMemberIds(ctx.db, request.projectId));
  const reviews = reviewsOf(request, events, members);
  const items: LookedAtItem[] = [];
  for (const item of await listItems(ctx.db, request.id)) {
    items.push(await lookAtItem(ctx, request, item));
  }
  const actions = actionsFor({
    state: request.state,
    authorId: request.authorId,
    userId: userIdOf(ctx) ?? '',
    reviews,
    requiredApprovals: environment.protection.requiredApprovals,
    movement: movementWord(items),
  });
  return { request, environment, items, events, reviews, actions };
}

/** The ctx in which the request's flags are changed. */
export const inEnvironment = (ctx: Ctx, { request, environment }: LookedAt): ProjectCtx => ({
  ...ctx,
  projectId: request.projectId,
  environment,
});

async function lookAtItem(
  ctx: Ctx,
  request: ChangeRequest,
  item: RequestItem,
): Promise<LookedAtItem> {
  const current = await findFlag(ctx, item.flagId, request.environmentId);
  if (!current) throw new Error(`flag ${item.flagId} of request ${request.id} has no row`);
  // What the stored flag does not know (yet) is as it is now.
  const base = { ...current, ...item.base };
  const proposed = { ...current, ...item.proposed };
  return {
    ...item,
    base,
    proposed,
    current,
    parts: partsBetween(base, proposed),
    movement: request.state === 'open' ? movementOf(base, proposed, current) : null,
  };
}

function movementWord(items: readonly LookedAtItem[]): Standing['movement'] {
  if (items.some(({ movement }) => (movement?.overlapping.length ?? 0) > 0)) return 'overlapping';
  return items.some(({ movement }) => movement !== null) ? 'apart' : 'none';
}
