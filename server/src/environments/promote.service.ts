// Taking flags over from one environment to another. What is written is exactly what was shown: both
// versions must be the ones that were looked at. All flags are taken over, or none.
import { lockFlagsOf, reasonOr, updateFlag } from '#flags';
import { SerinError, fail } from '#kernel/errors';
import { inTransaction } from '#platform/ctx';
import {
  type Difference,
  type Pair,
  type PromotedPart,
  compareFlag,
  inside,
  pairOf,
  promoted,
} from './comparison.service.ts';
import type { FindRollouts, OfProject } from './environments.service.ts';

type PromotionItem = {
  /** Number or key. */
  readonly flag: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  /** All that differs unless said. */
  readonly parts?: readonly PromotedPart[] | undefined;
};

export type Promotion = {
  /** Key of the environment that is taken over from. */
  readonly from: string;
  /** Key of the environment that is written to. */
  readonly to: string;
  readonly items: readonly PromotionItem[];
  readonly reason: string | null;
  readonly isDespiteRollout: boolean;
};

export type Promoted = {
  readonly id: number;
  readonly key: string;
  readonly version: number;
  readonly parts: readonly PromotedPart[];
};

/**
 * Writes the parts of each flag to `to`, as a direct change of that flag there.
 * @throws conflict when a version is not the one that was looked at, or the flag belongs to a running
 *   rollout; not_found; invalid_input; approval_required; required. `attr` names the flag at fault.
 */
export async function promote(
  ctx: OfProject,
  promotion: Promotion,
  findRollouts: FindRollouts,
): Promise<Promoted[]> {
  return inTransaction(ctx, async (tx) => {
    const pair = await pairOf(tx, promotion);
    await lockFlagsOf(tx.db, tx.projectId);
    const results: Promoted[] = [];
    for (const [index, item] of promotion.items.entries()) {
      const at = `flags.${index}`;
      const difference = await located(at, compareFlag(tx, pair, item.flag, findRollouts));
      refuseMoved(at, pair, item, difference);
      refuseUnderRollout(at, pair, promotion, difference);
      results.push(await located(at, take(tx, pair, promotion, item, difference)));
    }
    return results;
  });
}

async function take(
  tx: OfProject,
  pair: Pair,
  promotion: Promotion,
  item: PromotionItem,
  difference: Difference,
): Promise<Promoted> {
  const parts = item.parts ?? difference.parts;
  const { id, key } = difference.to;
  const after = await promoted(tx, pair, difference, parts);
  if ('obstacle' in after)
    fail('invalid_input', { attr: 'filters.groups', detail: after.obstacle });
  const why = (promotion.reason ?? '').trim();
  const origin = `Taken over from ${pair.from.name}.`;
  const target = inside(tx, pair.to);
  const { version } = await updateFlag(target, String(id), {
    active: after.active,
    filters: after.filters,
    version: item.toVersion,
    reason: await reasonOr(target, why && `${why} ${origin}`, origin),
    overRollout: promotion.isDespiteRollout,
  });
  return { id, key, version, parts };
}

function refuseMoved(
  at: string,
  { from, to }: Pair,
  item: PromotionItem,
  difference: Difference,
): void {
  const refuse = (attr: string, name: string, version: number, seen: number): void => {
    if (version === seen) return;
    fail('conflict', {
      attr: `${at}.${attr}`,
      detail: `“${difference.to.key}” is at version ${version} in ${name} by now, not ${seen}; compare again.`,
    });
  };
  refuse('from_version', from.name, difference.from.version, item.fromVersion);
  refuse('to_version', to.name, difference.to.version, item.toVersion);
}

function refuseUnderRollout(
  at: string,
  { to }: Pair,
  { isDespiteRollout }: Promotion,
  { rolloutId, to: flag }: Difference,
): void {
  if (rolloutId === null || isDespiteRollout) return;
  fail('conflict', {
    attr: `${at}.flag`,
    detail: `“${flag.key}” belongs to a running rollout in ${to.name}. End it first, or send despite_rollout: it will then be held.`,
  });
}

/** Puts the flag's place in the list before the field that a refusal names. */
async function located<T>(at: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof SerinError)) throw error;
    const isWhole = error.attr === 'reason' || error.code === 'approval_required';
    const attr = isWhole
      ? error.attr
      : [at, ...(error.attr === null ? [] : [error.attr])].join('.');
    fail(error.code, { detail: error.message, cause: error, ...(attr === null ? {} : { attr }) });
  });
}
