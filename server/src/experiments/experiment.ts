// What an experiment is, which state it is in, and what must be true of the flag that it goes by.
import type { Filters as FlagFilters, Variant } from '#flags/flag';
import type { Filters } from '#insights/question';
import type { Metric } from './metric.ts';

export const CONTROL = 'control';
export const CONCLUSIONS = ['won', 'lost', 'inconclusive', 'stopped_early', 'invalid'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];
export const STATUSES = ['draft', 'running', 'paused', 'stopped'] as const;
export type Status = (typeof STATUSES)[number];

export type Parameters = {
  /** As the flag has them; which there are is fixed at the launch. */
  readonly feature_flag_variants: readonly Variant[];
  /** Where their shares were changed while it ran: each split with the time from which it was in force. */
  readonly allocation_epochs?: readonly AllocationEpoch[] | undefined;
  /** As the flag had them at the launch; a shipped flag knows neither any more. */
  readonly aggregation_group_type_index?: number | undefined;
  readonly holdout_id?: number | undefined;
  /** Of everyone, 0 to 100; of a flag that the experiment makes. */
  readonly rollout_percentage?: number | undefined;
  /** Percent. */
  readonly minimum_detectable_effect?: number | undefined;
  /** Days. */
  readonly recommended_running_time?: number | undefined;
  /** People of all variants together: when they have come, the sample is complete. */
  readonly recommended_sample_size?: number | undefined;
};

type AllocationEpoch = {
  /** ISO 8601. */
  readonly from: string;
  /** Percent by variant. */
  readonly shares: Readonly<Record<string, number>>;
};

export type ExposureCriteria = {
  readonly filterTestAccounts: boolean;
  readonly multiple_variant_handling: 'exclude' | 'first_seen';
  /** Left out: the SDK's report that the flag was used. */
  readonly exposure_config?:
    | {
        readonly kind: 'ExperimentEventExposureConfig';
        readonly event: string;
        readonly properties: Filters;
      }
    | undefined;
  /** Left out: whoever was exposed is in. Otherwise whoever then does this, from then on. */
  readonly activation_config?: ExposureCriteria['exposure_config'];
};

export const CORRECTIONS = ['none', 'holm', 'bh', 'bonferroni'] as const;

/** Nothing but the shares of the variants differs. */
export function isOtherSplit(before: Parameters, wanted: Parameters): boolean {
  const without = ({ feature_flag_variants: variants, ...rest }: Parameters) =>
    JSON.stringify([variants.map(({ key }) => key), rest]);
  const [own, other] = [before, wanted].map((one) => sharesOf(one.feature_flag_variants));
  return without(before) === without(wanted) && JSON.stringify(own) !== JSON.stringify(other);
}

/** The parameters from `at` on, with other shares; who came before stays counted by theirs. */
export function resplit(
  before: Parameters,
  variants: readonly Variant[],
  { startDate, at }: { readonly startDate: Date; readonly at: Date },
): Parameters {
  const first = { from: startDate.toISOString(), shares: sharesOf(before.feature_flag_variants) };
  const epochs = before.allocation_epochs ?? [first];
  return {
    ...before,
    feature_flag_variants: variants,
    allocation_epochs: [...epochs, { from: at.toISOString(), shares: sharesOf(variants) }],
  };
}

/** The splits of an experiment, in order; one where it was never changed. */
export function splitsOf({
  allocation_epochs: epochs,
  feature_flag_variants: variants,
}: Parameters): readonly Readonly<Record<string, number>>[] {
  return epochs?.map(({ shares }) => shares) ?? [sharesOf(variants)];
}

export const sharesOf = (variants: readonly Variant[]): Record<string, number> =>
  Object.fromEntries(variants.map((one) => [one.key, one.rollout_percentage]));

/** How results are judged. */
export type StatsConfig = {
  readonly method: 'bayesian' | 'frequentist';
  /** Right at every look; otherwise at one look, at the end. */
  readonly sequential: boolean;
  /** 0.95. */
  readonly confidence_level: number;
  /** People of both variants at whom the sequential interval is tightest. */
  readonly tuning_parameter: number;
  /** Over goals and variants. */
  readonly correction: (typeof CORRECTIONS)[number];
  readonly rule: 'clear-signals' | 'do-no-harm';
};

export const DEFAULT_STATS: StatsConfig = {
  method: 'bayesian',
  sequential: true,
  confidence_level: 0.95,
  tuning_parameter: 5_000,
  correction: 'holm',
  rule: 'clear-signals',
};

export const DEFAULT_EXPOSURE: ExposureCriteria = {
  filterTestAccounts: true,
  multiple_variant_handling: 'exclude',
};

export const DEFAULT_VARIANTS: readonly Variant[] = [
  { key: CONTROL, rollout_percentage: 50 },
  { key: 'test', rollout_percentage: 50 },
];

export type SavedMetricUse = {
  readonly id: number;
  readonly metadata: { readonly type: 'primary' | 'secondary' };
};

/** What people write. */
export type ExperimentFields = {
  readonly name: string;
  readonly description: string;
  readonly type: 'web' | 'product';
  readonly parameters: Parameters;
  readonly exposureCriteria: ExposureCriteria;
  readonly metrics: readonly Metric[];
  readonly metricsSecondary: readonly Metric[];
  readonly savedMetrics: readonly SavedMetricUse[];
  /** Ids of goals, and of the others, in the order in which they are shown; null: as they were added. */
  readonly primaryOrder: readonly string[] | null;
  readonly secondaryOrder: readonly string[] | null;
  readonly statsConfig: StatsConfig;
  readonly onlyCountMaturedUsers: boolean;
  readonly archived: boolean;
  readonly conclusion: Conclusion | null;
  readonly conclusionComment: string | null;
};

/** Fields that decide who counts and what is compared: they stay as they were when people began to count. */
const FIXED_FIELDS = {
  parameters: 'parameters',
  exposureCriteria: 'exposure_criteria',
  onlyCountMaturedUsers: 'only_count_matured_users',
} as const;
/** Beside these, what decides the numbers. */
const MEASURED_FIELDS = {
  metrics: 'metrics',
  metricsSecondary: 'metrics_secondary',
  savedMetrics: 'saved_metrics_ids',
  statsConfig: 'stats_config',
} as const;

export function statusOf(experiment: {
  readonly startDate: Date | null;
  readonly endDate: Date | null;
  readonly isFlagActive: boolean;
}): Status {
  if (experiment.endDate) return 'stopped';
  if (!experiment.startDate) return 'draft';
  return experiment.isFlagActive ? 'running' : 'paused';
}

/** The wire's name of a field that may not change any more among those that do; undefined when all may. */
export function lockedField(
  status: Status,
  changed: readonly (keyof ExperimentFields)[],
): string | undefined {
  if (status === 'draft') return undefined;
  const locked: Readonly<Record<string, string>> =
    status === 'stopped' ? { ...FIXED_FIELDS, ...MEASURED_FIELDS } : FIXED_FIELDS;
  return changed.map((field) => locked[field]).find((name) => name !== undefined);
}

type FlagState = {
  readonly key: string;
  readonly archived: boolean;
  readonly deleted: boolean;
  readonly filters: FlagFilters;
};

/** Why an experiment cannot go by the flag; undefined when it can. */
export function flagProblem({ archived, deleted, filters }: FlagState): string | undefined {
  if (archived || deleted) return 'The flag is archived.';
  const units = filters.aggregation_group_type_index ?? null;
  const isMixed = filters.groups.some(
    ({ aggregation_group_type_index: own }) => own !== undefined && own !== units,
  );
  if (isMixed)
    return 'The flag is given to people and to groups; an experiment compares one of them.';
  const variants = filters.multivariate?.variants ?? [];
  if (variants.length < 2) return 'The flag needs at least two variants.';
  if (!variants.some(({ key }) => key === CONTROL)) {
    return `One of the flag’s variants must be “${CONTROL}”: what the others are compared with.`;
  }
  return undefined;
}

/** Why people are not told apart by chance; undefined when they are. */
export function launchProblem({ filters }: Pick<FlagState, 'filters'>): string | undefined {
  const variants = filters.multivariate?.variants ?? [];
  if (variants.filter((one) => one.rollout_percentage > 0).length < 2) {
    return 'Only one variant is given to anybody.';
  }
  const reached = filters.groups.filter((group) => group.rollout_percentage !== 0);
  if (reached.length === 0) return 'No condition set of the flag reaches anybody.';
  return reached.every((group) => typeof group.variant === 'string')
    ? 'Every condition set gives one fixed variant: nobody is told apart by chance.'
    : undefined;
}

/** Each change costs the comparison across it, and the people of a change are few. */
const MAX_EPOCHS = 20;

/** Why people may not be shared out like this while the experiment runs; undefined: they may. */
export function splitProblem({
  feature_flag_variants: variants,
  allocation_epochs: epochs = [],
}: Parameters): string | undefined {
  const share = (key: string) => variants.find((one) => one.key === key)?.rollout_percentage ?? 0;
  if (share(CONTROL) === 0 || variants.every(({ key }) => key === CONTROL || share(key) === 0)) {
    return 'Somebody must still get control, and somebody another variant; stop the experiment instead.';
  }
  return epochs.length >= MAX_EPOCHS
    ? `The shares were changed ${MAX_EPOCHS - 1} times; start another experiment instead.`
    : variantsProblem(variants);
}

/** What is wrong with variants before the flag sees them; undefined: nothing. */
export function variantsProblem(variants: readonly Variant[]): string | undefined {
  const keys = variants.map(({ key }) => key);
  if (new Set(keys).size !== keys.length) return 'Two variants have the same key.';
  if (!keys.includes(CONTROL)) return `One variant must be “${CONTROL}”.`;
  const sum = variants.reduce((total, one) => total + one.rollout_percentage, 0);
  return Math.abs(sum - 100) < 1e-6 ? undefined : 'The shares of the variants must sum to 100.';
}
