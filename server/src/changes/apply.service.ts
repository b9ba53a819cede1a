// Making what was approved true. Everything is checked again as for a direct save, and the flags must be as
// they were when the change was written down; what only moved beside it is brought together explicitly.
import { type FlagRecord, flagChangeOf, lockFlagsOf, updateFlag } from '#flags';
import { fail } from '#kernel/errors';
import { type Ctx, inTransaction } from '#platform/ctx';
import {
  type LookedAt,
  type LookedAtItem,
  type OfProject,
  inEnvironment,
  lookAtRequest,
} from './look.service.ts';
import { type ItemInput, located } from './preview.service.ts';
import { approvalsIn, objectorsIn } from './request.ts';
import { closing, rebaseRequest, refuseStale } from './requests.service.ts';
import { announceRequest, audit, tell } from './tell.service.ts';
import { updateRequest } from './requests.store.ts';
import { rebasedChange } from './three-way.ts';

/**
 * Applies all changes of a request, or none.
 * @throws not_found; conflict when it is closed, at another version, or its flags have changed meanwhile;
 *   approval_required; what saving each change would.
 */
export async function applyRequest(ctx: OfProject, number: number, version: number): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    // Flags before the request, as everywhere: so two never wait for each other.
    await lockFlagsOf(tx.db, tx.projectId);
    const seen = await lookAtRequest(tx, number, true);
    refuseStale(seen.request, version);
    await applyLocked(tx, seen);
  });
}

/** Applies a request whose row and flags are locked by the caller's transaction. */
export async function applyLocked(tx: Ctx, seen: LookedAt): Promise<void> {
  const { request, environment, items, reviews } = seen;
  if (request.state !== 'open') fail('conflict', { detail: `This request is ${request.state}.` });
  refuseObjected(seen);
  refuseMoved(seen);
  const approvals = approvalsIn(reviews);
  const { requiredApprovals } = environment.protection;
  if (approvals < requiredApprovals) {
    fail('approval_required', {
      detail: `${approvals} of ${requiredApprovals} approvals are given; ${environment.name} is protected.`,
    });
  }
  for (const [index, item] of items.entries()) {
    await located(`items.${index}`, applyItem(tx, seen, item, approvals));
  }
  await tell(tx, request, 'applied', '');
  await audit(tx, request, 'applied', { revision: request.revision, approvals });
  const at = new Date(tx.clock.now());
  await updateRequest(tx.db, request, { ...closing(tx, 'applied'), due: null }, at);
  await announceRequest(tx, request);
}

async function applyItem(
  tx: Ctx,
  seen: LookedAt,
  item: LookedAtItem,
  approvals: number,
): Promise<FlagRecord> {
  const { request, reviews } = seen;
  const by = reviews.filter(({ verdict }) => verdict === 'approved').map((one) => one.userLabel);
  const approved = by.length === 0 ? '' : `, approved by ${by.join(', ')}`;
  return updateFlag(
    inEnvironment(tx, seen),
    String(item.flagId),
    {
      ...flagChangeOf(item.change),
      version: item.current.version,
      reason: `Change request ${request.number} “${request.title}” of ${request.authorLabel}${approved}.`,
    },
    { kind: 'approved', approvals },
  );
}

/** Brings a request on top of what became of its flags. @throws what `rebaseRequest` does */
export async function rebase(ctx: OfProject, number: number, version: number): Promise<void> {
  await rebaseRequest(ctx, number, version, ({ items }) => items.map(rebasedItem));
}

function rebasedItem({ change, base, proposed, current }: LookedAtItem): ItemInput {
  return {
    flag: String(current.id),
    version: current.version,
    change: rebasedChange(change, base, proposed, current) as ItemInput['change'],
  };
}

function refuseObjected({ reviews }: LookedAt): void {
  const [objector] = objectorsIn(reviews);
  if (!objector) return;
  fail('conflict', {
    detail: `${objector.userLabel} asks for changes. Propose something else, or let them approve.`,
  });
}

function refuseMoved({ items }: LookedAt): void {
  const moved = items.find(({ movement }) => movement !== null);
  if (!moved?.movement) return;
  const { overlapping, apart } = moved.movement;
  const detail =
    overlapping.length > 0
      ? `Others have changed ${overlapping.join(' and ')} of “${moved.current.key}” meanwhile, which this changes too. Its author has to propose it anew.`
      : `Others have changed ${apart.join(' and ')} of “${moved.current.key}” meanwhile. Bring the request on top of it (rebase) and have it approved again.`;
  fail('conflict', { detail });
}
