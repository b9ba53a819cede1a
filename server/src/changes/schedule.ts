// A scheduled change of one flag: what it sets, what that means on the flag as it is when its time comes, and
// whether it still may. It only sets what it names, so the rest of the flag may move freely meanwhile.
import type { Filters, Group } from '#flags/flag';
import { type FlagPart, type ServedFlag, differingParts, withParts } from '#flags/flag-parts';
import { canonicalJson } from '#kernel/json';

export const SCHEDULE_STATES = ['pending', 'applied', 'failed', 'cancelled'] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

/** What it sets; at least one of the three, and not both of the last two. */
export type ScheduledSetting = {
  readonly active?: boolean | undefined;
  /** The share of one condition set, by its place from 0. */
  readonly share?:
    | { readonly condition_set: number; readonly rollout_percentage: number }
    | undefined;
  /** Targeting, variants and payloads as a whole. */
  readonly filters?: Filters | undefined;
};

export type Outcome =
  | { readonly active: boolean; readonly filters: Filters }
  /** Why it cannot be made any more. */
  | { readonly obstacle: string };

/** What the flag becomes. `base` is the flag that its author saw. */
export function outcomeOf(
  { active, share, filters }: ScheduledSetting,
  base: Pick<ServedFlag, 'filters'>,
  current: ServedFlag,
): Outcome {
  const switched = active ?? current.active;
  if (share) {
    const shared = withShare(current.filters, base.filters, share);
    return 'obstacle' in shared ? shared : { active: switched, filters: shared.filters };
  }
  if (!filters) return { active: switched, filters: current.filters };
  const [before, wanted] = [
    { ...current, ...base },
    { ...current, filters },
  ];
  const touched = differingParts(before, wanted);
  const moved = differingParts(before, current).filter((part) => touched.includes(part));
  const open = moved.filter((part) => differingParts(wanted, current).includes(part));
  if (open.length > 0) {
    const obstacle = `Its ${open.join(' and ')} changed after this was scheduled.`;
    return { obstacle };
  }
  return { active: switched, filters: withParts(current.filters, filters, touched) };
}

type Share = NonNullable<ScheduledSetting['share']>;

function withShare(
  filters: Filters,
  base: Filters,
  { condition_set: place, rollout_percentage }: Share,
): { readonly filters: Filters } | { readonly obstacle: string } {
  const group = filters.groups[place];
  const seen = base.groups[place];
  if (!group || !seen || audienceOf(group) !== audienceOf(seen)) {
    return { obstacle: `Condition set ${place + 1} changed after this was scheduled.` };
  }
  const groups = filters.groups.map((one, index) =>
    index === place ? { ...one, rollout_percentage } : one,
  );
  return { filters: { ...filters, groups } };
}

/** Everything about a condition set but its share, which a series of scheduled changes raises. */
function audienceOf({ rollout_percentage: _share, ...group }: Group): string {
  return canonicalJson(group);
}

/**
 * The flag that a later scheduled change must find, after an earlier one was made: a series of them is no
 * conflict with itself. Parts that had moved before stay as they were seen.
 */
export function baseAfter(base: Filters, before: ServedFlag, after: ServedFlag): Filters {
  const wasSeen = { ...before, filters: base };
  const made: readonly FlagPart[] = differingParts(before, after);
  const moved = differingParts(wasSeen, before);
  return withParts(
    base,
    after.filters,
    made.filter((part) => !moved.includes(part)),
  );
}
