// Into which arm people of the past are put: that which they really had, or one by chance that stays the same.
import { isTargeted, type Plan } from '../plan/plan.ts';

/** One stage with the share that people really had, for the whole time. */
export function releasedPlan(plan: Plan, share: number, lengthMs: number): Plan {
  const stages = plan.stages
    .filter((stage) => !isTargeted(stage) && stage.comparison === 'ratio')
    .slice(0, 1)
    .map((stage) => ({
      ...stage,
      name: `As it was: ${(share * 100).toFixed(1)} %`,
      percent: share * 100,
      minBakeMs: lengthMs,
      maxBakeMs: lengthMs,
    }));
  return { ...plan, stages };
}

/** FNV-1a with a last mix: where a person falls in a split, from 0 to 1. */
export function placeIn(key: string, split: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(split + 1, 0x9e3779b1);
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
