// What a flag is. `Filters` has exactly the form in which PostHog's API and SDKs exchange it
// (snake_case), because it is stored, served and edited as it stands.
import type { JsonValue } from '#kernel/json';
import { OPERATORS, type Operator } from '#properties/operator';

export { OPERATORS, type Operator };

export const PROPERTY_TYPES = ['person', 'group', 'cohort', 'flag'] as const;
export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** One comparison. Without an operator it means `exact`. */
export type Property = {
  readonly key: string;
  readonly type: PropertyType;
  readonly value?: JsonValue;
  readonly operator?: Operator;
  /** Inverts the result; older cohort conditions use it. */
  readonly negation?: boolean | null;
  readonly group_type_index?: number | null;
  readonly label?: string | null;
  readonly cohort_name?: string | null;
  /** Only in served definitions: flag keys in evaluation order, this one last; empty when cyclic. */
  readonly dependency_chain?: readonly string[];
};

/** One condition set (the wire calls it a group): all properties must match, then the share decides. */
export type Group = {
  readonly properties?: readonly Property[];
  /** 0 to 100; null or absent means everyone. */
  readonly rollout_percentage?: number | null;
  /** Variant given to whoever matches here, instead of the hashed one. */
  readonly variant?: string | null;
  /** Absent: as the flag says; null: by person; a number: by that group type. */
  readonly aggregation_group_type_index?: number | null;
  readonly description?: string | null;
  readonly sort_key?: string | null;
  readonly users_affected?: number | null;
};

export type Variant = {
  readonly key: string;
  readonly name?: string | null;
  /** 0 to 100; the variants of a flag sum to 100. */
  readonly rollout_percentage: number;
};

/** Who gets what in one environment. Condition sets and variants keep their stored order. */
export type Filters = {
  readonly groups: readonly Group[];
  readonly multivariate?: { readonly variants: readonly Variant[] } | null;
  /** JSON text by variant key, or under `true` for a boolean flag. */
  readonly payloads?: { readonly [key: string]: string };
  readonly aggregation_group_type_index?: number | null;
  readonly holdout?: { readonly id: number; readonly exclusion_percentage: number } | null;
  /** People may opt in with the person property `$feature_enrollment/<flag key>`. */
  readonly feature_enrollment?: boolean | null;
  /** Older form of early access. */
  readonly super_groups?: readonly Group[] | null;
  /** Older form of holdouts. */
  readonly holdout_groups?: readonly Group[] | null;
  /** The first condition set whose properties match decides, even when its share excludes. */
  readonly early_exit?: boolean | null;
};

/** What a flag is for. Only a kill switch behaves differently: other flags may name it as theirs. */
export const FLAG_KINDS = [
  'release',
  'experiment',
  'ops',
  'kill_switch',
  'permission',
  'remote_config',
] as const;
export type FlagKind = (typeof FLAG_KINDS)[number];

/** What a flag is for one distinct id, whatever its condition sets say. */
export type FlagOverride = {
  readonly distinctId: string;
  /** A boolean flag: true or false; one with variants: the key of a variant, or false. */
  readonly value: boolean | string;
};

export const EVALUATION_RUNTIMES = ['all', 'server', 'client'] as const;
export type EvaluationRuntime = (typeof EVALUATION_RUNTIMES)[number];
export const BUCKETING_IDENTIFIERS = ['distinct_id', 'device_id'] as const;
export type BucketingIdentifier = (typeof BUCKETING_IDENTIFIERS)[number];
/** Types of the one value that OpenFeature SDKs get. */
export const VALUE_TYPES = ['boolean', 'string', 'number', 'object'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];
/** What that value is taken from. */
export const VALUE_SOURCES = ['enabled', 'variant', 'payload'] as const;
export type ValueSource = (typeof VALUE_SOURCES)[number];

/** A flag as it applies in one environment: all that evaluation and the definitions feed need. */
export type FlagDefinition = {
  readonly id: number;
  readonly key: string;
  /** The description that people wrote; the wire calls it name. */
  readonly name: string;
  readonly active: boolean;
  readonly filters: Filters;
  /** Counts the changes in this environment, from 1. */
  readonly version: number;
  readonly evaluationRuntime: EvaluationRuntime;
  /** Only requests that name one of these contexts (or none at all) get the flag; empty: every one. */
  readonly evaluationContexts: readonly string[];
  readonly bucketingIdentifier: BucketingIdentifier;
  readonly ensureExperienceContinuity: boolean;
  readonly hasExperiment: boolean;
  readonly isRemoteConfiguration: boolean;
  /** Declared for OpenFeature SDKs; null: as the variants say. */
  readonly valueType: ValueType | null;
  /** Null: what fits the type. */
  readonly valueSource: ValueSource | null;
  /** The flag that makes this one off for whom it is on. */
  readonly killSwitchId?: number | null;
  /** Only where flags are evaluated or served; left out: none. */
  readonly overrides?: readonly FlagOverride[];
};

/** Why a flag came out as it did: the codes that SDKs report with `$feature_flag_called`. */
export type ReasonCode =
  | 'super_condition_value'
  | 'holdout_condition_value'
  | 'condition_match'
  | 'out_of_rollout_bound'
  | 'no_condition_match'
  | 'no_group_type'
  | 'flag_disabled'
  | 'missing_dependency';

export const FORCED_BY = ['override', 'kill_switch'] as const;
export type ForcedBy = (typeof FORCED_BY)[number];

/** The outcome of one flag for one subject. */
export type Evaluation = {
  readonly key: string;
  readonly enabled: boolean;
  readonly variant: string | null;
  /** JSON text, or null. */
  readonly payload: string | null;
  readonly reason: {
    readonly code: ReasonCode;
    /** Which condition set decided, from 0. */
    readonly conditionIndex: number | null;
    /** What decided before any condition set was asked. */
    readonly forcedBy?: ForcedBy;
  };
  /** True when the outcome could not be computed; the client then keeps what it had. */
  readonly failed: boolean;
};
