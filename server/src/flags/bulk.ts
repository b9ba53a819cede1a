// What can be done to many flags at once, and what that means for one of them.
import type { FlagChange, SharedFields } from './flag-change.ts';
import type { Filters, Group } from './flag.ts';

/** Flags of one bulk change; each is a transaction of its own. */
export const MAX_BULK = 500;

export const BULK_ACTIONS = [
  'switch_on',
  'switch_off',
  'archive',
  'unarchive',
  'delete',
  'add_tags',
  'remove_tags',
  'set_tags',
  'set_owner',
] as const;
type BulkAction = (typeof BULK_ACTIONS)[number];

export type BulkChange = {
  readonly action: BulkAction;
  readonly tags: readonly string[];
  readonly ownerId: string | null;
};

/** The change of one flag. */
export function changeFor(flag: Pick<SharedFields, 'tags'>, bulk: BulkChange): FlagChange {
  switch (bulk.action) {
    case 'switch_on':
      return { active: true };
    case 'switch_off':
      return { active: false };
    case 'archive':
      return { archived: true };
    case 'unarchive':
      return { archived: false };
    case 'delete':
      return { deleted: true };
    case 'add_tags':
      return { tags: [...new Set([...flag.tags, ...bulk.tags])] };
    case 'remove_tags':
      return { tags: flag.tags.filter((name) => !bulk.tags.includes(name)) };
    case 'set_tags':
      return { tags: [...new Set(bulk.tags)] };
    case 'set_owner':
      return { ownerId: bulk.ownerId };
  }
}

/** How far a flag that is on is out, in the words of PostHog's bulk_delete. */
export function rolloutState({
  groups,
}: Filters): 'fully_rolled_out' | 'not_rolled_out' | 'partial' {
  if (groups.every((group) => group.rollout_percentage === 0)) return 'not_rolled_out';
  return groups.some(isForAll) ? 'fully_rolled_out' : 'partial';
}

/** The variant that everyone gets; null when there is no such one. */
export function activeVariant({ groups, multivariate }: Filters): string | null {
  const forAll = groups.find(isForAll);
  if (!forAll) return null;
  const only = multivariate?.variants.find((variant) => variant.rollout_percentage === 100);
  return forAll.variant ?? only?.key ?? null;
}

const isForAll = (group: Group): boolean =>
  (group.rollout_percentage ?? 100) === 100 && (group.properties ?? []).length === 0;
