// Change requests in the wire's words.
import { flagBodyOf } from '#flags';
import type { ProjectCtx } from '#platform/ctx';
import type { Due } from './due.ts';
import { type LookedAt, type LookedAtItem, inEnvironment } from './look.service.ts';
import { approvalsIn, objectorsIn, type RequestEvent } from './request.ts';

export const dueBody = (due: Due) => ({
  at: new Date(due.atMs).toISOString(),
  local_time: due.localTime,
  time_zone: due.timeZone,
});

export function summaryBody({ request, environment, items, reviews, actions }: LookedAt) {
  return {
    number: request.number,
    environment: environment.key,
    title: request.title,
    state: request.state,
    author: { id: request.authorId, label: request.authorLabel },
    flags: items.map(({ current }) => ({ id: current.id, key: current.key })),
    due: request.due && dueBody(request.due),
    created_at: request.createdAt.toISOString(),
    updated_at: request.updatedAt.toISOString(),
    closed_at: request.closedAt?.toISOString() ?? null,
    approvals: {
      given: approvalsIn(reviews),
      required: environment.protection.requiredApprovals,
    },
    is_objected: objectorsIn(reviews).length > 0,
    is_moved: items.some(({ movement }) => movement !== null),
    actions: [...actions],
  };
}

export function detailBody(ctx: ProjectCtx, seen: LookedAt) {
  const { request, items, reviews, events } = seen;
  const own = inEnvironment(ctx, seen);
  return {
    ...summaryBody(seen),
    description: request.description,
    revision: request.revision,
    version: request.version,
    items: items.map((item) => itemBody(own, item)),
    reviews: reviews.map(({ userId, userLabel, verdict, at }) => ({
      user: { id: userId, label: userLabel },
      verdict,
      at: at.toISOString(),
    })),
    thread: events.map(eventBody),
  };
}

function itemBody(ctx: ProjectCtx, item: LookedAtItem) {
  const { current, change, parts, base, proposed, movement } = item;
  return {
    flag: { id: current.id, key: current.key },
    change: withoutUndefined(change),
    parts: [...parts],
    base: flagBodyOf(ctx, base),
    proposed: flagBodyOf(ctx, proposed),
    current: flagBodyOf(ctx, current),
    movement: movement && {
      apart: [...movement.apart],
      overlapping: [...movement.overlapping],
    },
  };
}

const eventBody = (event: RequestEvent) => ({
  id: event.seq,
  type: event.type,
  at: event.at.toISOString(),
  user: { id: event.userId, label: event.userLabel },
  revision: event.revision,
  body: event.body,
});

const withoutUndefined = (value: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
