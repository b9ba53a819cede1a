// What became of a flag since a rollout last wrote it. Only what decides who has the change counts as an
// edit: words, payloads and names may be changed at any time, and stay as people have written them.
import {
  besideGroups,
  type Bucketing,
  bucketingOf,
  groupText,
  isSameAssignment,
} from '#flags/assignment';
import type { Filters } from '#flags/flag';
import { canonicalJson } from '#kernel/json';
import type { Plan } from '../plan/plan.ts';
import { flagAtStage, type FlagState, stageGroup } from './stage-filters.ts';

/** A flag right before its rollout took it over. */
export type FlagBefore = FlagState & Bucketing;

/**
 * as_applied: who has the change is what the rollout wrote. edited: it is not, but the stage's own
 * condition set is still there, so its evidence counts. replaced: that is gone, or others were put before
 * it by holdout or early access. rebucketed: other people have it, or would be counted. killed: its kill
 * switch is on, for some or all. disabled: nobody.
 */
export type FlagStatus =
  | 'as_applied'
  | 'edited'
  | 'replaced'
  | 'rebucketed'
  | 'killed'
  | 'disabled';

type CurrentFlag = FlagState &
  Bucketing & { readonly archived: boolean; readonly deleted: boolean };

/** The flag as it is now (undefined: there is none), against what the rollout wrote at `stageIndex`. */
export function flagStatus(
  plan: Plan,
  before: FlagBefore,
  stageIndex: number,
  flag: CurrentFlag | undefined,
  isKilled = false,
): FlagStatus {
  if (!flag || flag.archived || flag.deleted || !flag.active) return 'disabled';
  if (isKilled) return 'killed';
  if (canonicalJson(bucketingOf(flag)) !== canonicalJson(bucketingOf(before))) return 'rebucketed';
  const applied = flagAtStage(plan, before, stageIndex).filters;
  if (isSameAssignment(flag.filters, applied)) return 'as_applied';
  const stage = plan.stages[stageIndex];
  const own = stage && groupText(stageGroup(stage, plan.treatment));
  const hasOwn = flag.filters.groups.some((group) => groupText(group) === own);
  return hasOwn && besideGroups(flag.filters) === besideGroups(applied) ? 'edited' : 'replaced';
}

/** True while what people do still tells about the stage. */
export function isWatchable(status: FlagStatus): boolean {
  return status === 'as_applied' || status === 'edited';
}

/**
 * What to write so that people get what `target` gives them while everything that decides nothing
 * (descriptions, payloads, names of variants) stays as it is in `current`.
 */
export function keepWords(target: Filters, current: Filters): Filters {
  const known = new Map(current.groups.map((group) => [groupText(group), group]));
  const groups = target.groups.map((group) => known.get(groupText(group)) ?? group);
  const rest = besideGroups(target) === besideGroups(current) ? current : target;
  return { ...rest, groups };
}
