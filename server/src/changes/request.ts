// A change request: what is proposed, what people said, and from that what is missing and who may do what.

export const REQUEST_STATES = ['open', 'applied', 'refused', 'withdrawn'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What happened to a request, as its thread tells it. */
export const REQUEST_EVENT_TYPES = [
  'proposed',
  'commented',
  'approved',
  'changes_requested',
  'edited',
  'rebased',
  'planned',
  'not_applied',
  'applied',
  'refused',
  'withdrawn',
] as const;
export type RequestEventType = (typeof REQUEST_EVENT_TYPES)[number];

export type RequestEvent = {
  readonly seq: string;
  readonly at: Date;
  readonly type: RequestEventType;
  /** The revision that was looked at. */
  readonly revision: number;
  /** Null: Serin itself. */
  readonly userId: string | null;
  readonly userLabel: string;
  readonly body: string;
};

/** Somebody's last word on a revision. */
export type Review = {
  readonly userId: string;
  readonly userLabel: string;
  readonly at: Date;
  readonly verdict: 'approved' | 'changes_requested';
};

type Reviewed = { readonly authorId: string; readonly revision: number };

/**
 * The last word of each reviewer on the present revision, in the order of their saying. What was said of an
 * earlier one, by the author, or by people who have left, does not count.
 */
export function reviewsOf(
  { authorId, revision }: Reviewed,
  events: readonly RequestEvent[],
  memberIds: ReadonlySet<string>,
): Review[] {
  const byUser = new Map<string, Review>();
  for (const { type, userId, userLabel, at, revision: seen } of events) {
    if (type !== 'approved' && type !== 'changes_requested') continue;
    if (seen !== revision || userId === null || userId === authorId) continue;
    if (!memberIds.has(userId)) continue;
    byUser.delete(userId);
    byUser.set(userId, { userId, userLabel, at, verdict: type });
  }
  return [...byUser.values()];
}

/** How many people approve. */
export const approvalsIn = (reviews: readonly Review[]): number =>
  reviews.filter(({ verdict }) => verdict === 'approved').length;

/** Whoever asks for changes holds the request up until they approve or something else is proposed. */
export const objectorsIn = (reviews: readonly Review[]): readonly Review[] =>
  reviews.filter(({ verdict }) => verdict === 'changes_requested');

export const REQUEST_ACTIONS = [
  'comment',
  'approve',
  'request_changes',
  'refuse',
  'edit',
  'rebase',
  'apply',
  'withdraw',
] as const;
export type RequestAction = (typeof REQUEST_ACTIONS)[number];

export type Standing = {
  readonly state: RequestState;
  readonly authorId: string;
  readonly userId: string;
  readonly reviews: readonly Review[];
  readonly requiredApprovals: number;
  /** Something moved under it; overlapping: only the author can settle it. */
  readonly movement: 'none' | 'apart' | 'overlapping';
};

/** What this user may do with the request now. */
export function actionsFor(standing: Standing): RequestAction[] {
  const { state, authorId, userId, reviews, requiredApprovals, movement } = standing;
  if (state !== 'open') return ['comment'];
  const isAuthor = userId === authorId;
  const isReady =
    movement === 'none' &&
    objectorsIn(reviews).length === 0 &&
    approvalsIn(reviews) >= requiredApprovals;
  const may: Record<RequestAction, boolean> = {
    comment: true,
    approve: !isAuthor,
    request_changes: !isAuthor,
    refuse: !isAuthor,
    edit: isAuthor,
    rebase: isAuthor && movement === 'apart',
    apply: isReady,
    withdraw: isAuthor,
  };
  return REQUEST_ACTIONS.filter((action) => may[action]);
}
