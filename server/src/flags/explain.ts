// Why a flag is what it is for one person: each condition set on its own, each of its properties. For
// people who ask "why do I not see it?"; evaluation itself takes none of these detours.
import { compileProperty } from './compile-property.ts';
import { type CompileOptions, compileFlag } from './compile.ts';
import { evaluateFlag } from './evaluate.ts';
import type { FlagDefinition, ReasonCode } from './flag.ts';
import type { EvaluationContext, Subject } from './subject.ts';

export type ConditionExplanation = {
  readonly index: number;
  /** What this condition set would say if it were the only one. */
  readonly code: ReasonCode;
  readonly properties: readonly {
    readonly key: string;
    readonly operator: string;
    readonly matched: boolean;
  }[];
};

/** One explanation per condition set, in stored order. */
export function explainConditions(
  flag: FlagDefinition,
  subject: Subject,
  context: EvaluationContext,
  options: CompileOptions,
): ConditionExplanation[] {
  const { filters } = flag;
  return filters.groups.map((group, index) => {
    const alone = {
      ...flag,
      killSwitchId: null,
      overrides: [],
      filters: {
        groups: [group],
        aggregation_group_type_index: filters.aggregation_group_type_index ?? null,
      },
    };
    const groupTypeIndex =
      (group.aggregation_group_type_index === undefined
        ? filters.aggregation_group_type_index
        : group.aggregation_group_type_index) ?? -1;
    return {
      index,
      code: evaluateFlag(compileFlag(alone, options), subject, context).reason.code,
      properties: (group.properties ?? []).map((property) => ({
        key: property.key,
        operator: property.operator ?? 'exact',
        matched: compileProperty(property, { ...options, groupTypeIndex }).test(subject, context),
      })),
    };
  });
}
