// OpenFeature's reasons, out of ours: what decided, the flag's switch, a condition, a hash, or nothing.
import { onlyVariantIndex } from '#flags/bucket';
import type { CompiledFlag } from '#flags/evaluate';
import type { Evaluation } from '#flags/flag';

/** open-feature/spec types.md, resolution reasons. */
export type OfrepReason = 'STATIC' | 'TARGETING_MATCH' | 'SPLIT' | 'DEFAULT' | 'DISABLED' | 'STALE';

/** The reason of an outcome that has not failed. */
export function reasonOf(flag: CompiledFlag, evaluation: Evaluation): OfrepReason {
  const { code, conditionIndex } = evaluation.reason;
  switch (code) {
    case 'flag_disabled':
      return 'DISABLED';
    case 'super_condition_value':
      return 'TARGETING_MATCH';
    case 'holdout_condition_value':
      return 'SPLIT';
    case 'condition_match':
      return matchReason(flag, conditionIndex);
    case 'out_of_rollout_bound':
      return outReason(flag, evaluation);
    case 'no_condition_match':
    case 'no_group_type':
    case 'missing_dependency':
      return 'DEFAULT';
  }
}

function matchReason(flag: CompiledFlag, index: number | null): OfrepReason {
  const condition = index === null ? undefined : flag.conditions[index];
  if (!condition) return 'TARGETING_MATCH';
  const { variantBounds } = flag;
  const hasHashedVariant =
    condition.overrideIndex < 0 && variantBounds.length > 0 && onlyVariantIndex(variantBounds) < 0;
  if (condition.percentage < 100 || hasHashedVariant) return 'SPLIT';
  const isForEveryone =
    index === 0 &&
    condition.tests.length === 0 &&
    condition.groupTypeIndex < 0 &&
    !flag.earlyAccess &&
    !flag.holdout;
  return isForEveryone ? 'STATIC' : 'TARGETING_MATCH';
}

/** At 0 % no hash was asked, and a device flag without a device has none to ask. */
function outReason(flag: CompiledFlag, evaluation: Evaluation): OfrepReason {
  const isByHash = flag.conditions.some(
    ({ outOfRollout, percentage }) => outOfRollout === evaluation && percentage > 0,
  );
  return isByHash ? 'SPLIT' : 'DEFAULT';
}
