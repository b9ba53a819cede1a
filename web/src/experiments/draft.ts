// An experiment as the form holds it, and what is sent.
import type { Experiment, ExperimentChange, Metric, NewExperiment } from '../api/experiments.ts';
import type { FiltersInput, Flag } from '../api/flags.ts';
import type { Found, Problems } from '../targeting/condition-problem.ts';
import { emptyDraft, type FlagDraft, newGroup, newVariant } from '../flags/draft.ts';
import { filtersFrom } from '../flags/draft-body.ts';
import { problemsOf as flagProblemsOf } from '../flags/problems.ts';
import { shareOut } from '../flags/shares.ts';
import {
  type MetricDraft,
  metricDraftOf,
  metricDraftProblems,
  metricFrom,
} from './metric-draft.ts';

export const CONTROL = 'control';

type Method = {
  readonly engine: 'bayesian' | 'frequentist';
  readonly sequential: boolean;
  /** Percent. */
  readonly confidence: number;
  /** Over goals and variants. */
  readonly correction: Correction;
  readonly rule: Rule;
};
type Correction = 'none' | 'holm' | 'bh' | 'bonferroni';
type Rule = 'clear-signals' | 'do-no-harm';

export type ExperimentDraft = {
  readonly name: string;
  readonly hypothesis: string;
  /** Key of a flag that there is; null: the experiment makes `flag`. */
  readonly takenFlag: string | null;
  readonly flag: FlagDraft;
  readonly goals: readonly MetricDraft[];
  readonly secondary: readonly MetricDraft[];
  readonly shared: readonly { readonly id: number; readonly isGoal: boolean }[];
  readonly method: Method;
  /** Percent. */
  readonly effect: number;
  /** Null: the SDK’s report that the flag was asked for. */
  readonly exposureEvent: string | null;
  /** What is stored of it. */
  readonly exposure: EntryEvent | null;
  /** What whoever was exposed must then do to enter; null: nothing. */
  readonly activationEvent: string | null;
  readonly activation: EntryEvent | null;
  readonly countsTestAccounts: boolean;
  readonly multiple: 'exclude' | 'first_seen';
  readonly onlyMatured: boolean;
  /** As the calculator found them. */
  readonly plan: { readonly people: number; readonly days: number } | null;
};

const DEFAULT_METHOD: Method = {
  engine: 'bayesian',
  sequential: true,
  confidence: 95,
  correction: 'holm',
  rule: 'clear-signals',
};

/** An event by which people enter, with a filter that the form does not show. */
type EntryEvent = { readonly event: string };

export function newExperiment(takenFlag: string | null = null): ExperimentDraft {
  return {
    name: '',
    hypothesis: '',
    takenFlag,
    flag: {
      ...emptyDraft(),
      kind: 'multivariate',
      flagKind: 'experiment',
      variants: shareOut([newVariant(CONTROL), newVariant('test')]),
      groups: [newGroup(100)],
    },
    goals: [],
    secondary: [],
    shared: [],
    method: DEFAULT_METHOD,
    effect: 10,
    exposureEvent: null,
    exposure: null,
    activationEvent: null,
    activation: null,
    countsTestAccounts: false,
    multiple: 'exclude',
    onlyMatured: false,
    plan: null,
  };
}

/** Opens a draft, or one to begin another like it. */
export function draftOf(experiment: Experiment): ExperimentDraft {
  const base = newExperiment(experiment.feature_flag_key);
  const stats = experiment.stats_config as Record<string, unknown>;
  const exposure = experiment.exposure_criteria as Record<string, unknown>;
  const parameters = experiment.parameters as Record<string, number | undefined>;
  const config = exposure['exposure_config'] as EntryEvent | null | undefined;
  const activation = exposure['activation_config'] as EntryEvent | null | undefined;
  const metrics = (list: Experiment['metrics']) =>
    list.map((metric) => metricDraftOf(metric as unknown as Metric));
  return {
    ...base,
    name: experiment.name,
    hypothesis: experiment.description,
    goals: metrics(experiment.metrics),
    secondary: metrics(experiment.metrics_secondary),
    shared: experiment.saved_metrics.map(({ id, metadata }) => ({
      id,
      isGoal: metadata.type === 'primary',
    })),
    method: {
      engine: stats['method'] === 'frequentist' ? 'frequentist' : 'bayesian',
      sequential: stats['sequential'] !== false,
      confidence: Math.round(Number(stats['confidence_level'] ?? 0.95) * 1000) / 10,
      correction: (stats['correction'] ?? DEFAULT_METHOD.correction) as Correction,
      rule: (stats['rule'] ?? DEFAULT_METHOD.rule) as Rule,
    },
    effect: parameters['minimum_detectable_effect'] ?? base.effect,
    exposureEvent: config?.event ?? null,
    exposure: config ?? null,
    activationEvent: activation?.event ?? null,
    activation: activation ?? null,
    countsTestAccounts: exposure['filterTestAccounts'] === false,
    multiple: exposure['multiple_variant_handling'] === 'first_seen' ? 'first_seen' : 'exclude',
    onlyMatured: experiment.only_count_matured_users,
    plan:
      parameters['recommended_sample_size'] === undefined
        ? null
        : {
            people: parameters['recommended_sample_size'],
            days: parameters['recommended_running_time'] ?? 0,
          },
  };
}

export const goalCount = ({ goals, shared }: ExperimentDraft): number =>
  goals.length + shared.filter(({ isGoal }) => isGoal).length;

/** Variants that people get, by the flag that is taken or made. */
export function variantsOf(draft: ExperimentDraft, flags: readonly Flag[]) {
  const taken = flags.find(({ key }) => key === draft.takenFlag);
  if (taken) return taken.filters.multivariate?.variants ?? [];
  return draft.flag.variants.map(({ key, name, percent }) => ({
    key,
    name,
    rollout_percentage: percent,
  }));
}

function settingsFrom(draft: ExperimentDraft) {
  const { method, plan } = draft;
  return {
    description: draft.hypothesis.trim(),
    metrics: draft.goals.map(metricFrom),
    metrics_secondary: draft.secondary.map(metricFrom),
    saved_metrics_ids: draft.shared.map(({ id, isGoal }) => ({
      id,
      metadata: { type: isGoal ? ('primary' as const) : ('secondary' as const) },
    })),
    stats_config: {
      method: method.engine,
      sequential: method.sequential,
      confidence_level: Math.round(method.confidence * 10) / 1000,
      correction: method.correction,
      rule: method.rule,
      // The sequential interval is tightest where the sample is planned to be.
      ...(plan ? { tuning_parameter: Math.max(1, Math.round(plan.people)) } : {}),
    },
    exposure_criteria: {
      filterTestAccounts: !draft.countsTestAccounts,
      multiple_variant_handling: draft.multiple,
      ...(draft.exposureEvent === null
        ? {}
        : { exposure_config: entryFrom(draft.exposureEvent, draft.exposure) }),
      ...(draft.activationEvent === null
        ? {}
        : { activation_config: entryFrom(draft.activationEvent, draft.activation) }),
    },
    only_count_matured_users: draft.onlyMatured,
  };
}

/** Another event has another filter: none. */
function entryFrom(event: string, stored: EntryEvent | null): object {
  return stored?.event === event ? stored : { event, properties: [] };
}

function parametersFrom({ effect, plan }: ExperimentDraft) {
  return {
    minimum_detectable_effect: effect,
    ...(plan
      ? {
          recommended_sample_size: Math.round(plan.people),
          recommended_running_time: Math.ceil(plan.days),
        }
      : {}),
  };
}

export function newBodyOf(draft: ExperimentDraft): NewExperiment {
  const filters = filtersFrom(draft.flag, null) as FiltersInput;
  const isTaken = draft.takenFlag !== null;
  return {
    name: draft.name.trim(),
    feature_flag_key: draft.takenFlag ?? draft.flag.key.trim(),
    ...(isTaken ? {} : { feature_flag_groups: filters.groups ?? [] }),
    ...settingsFrom(draft),
    parameters: {
      ...parametersFrom(draft),
      ...(isTaken ? {} : { feature_flag_variants: filters.multivariate?.variants ?? [] }),
    },
  } as NewExperiment;
}

/** The flag of a stored draft is changed on the flag's own page. */
export function changeBodyOf(draft: ExperimentDraft, version: number): ExperimentChange {
  return {
    name: draft.name.trim(),
    version,
    ...settingsFrom(draft),
    parameters: parametersFrom(draft),
  } as ExperimentChange;
}

/** What the form itself can see. */
export function problemsOf(draft: ExperimentDraft): Problems {
  const found: Found[] = [];
  if (draft.name.trim() === '') found.push(['name', 'An experiment needs a name.']);
  if (draft.takenFlag === '') found.push(['feature_flag_key', 'Choose a flag.']);
  if (draft.takenFlag === null) {
    for (const [attr, detail] of flagProblemsOf(draft.flag)) {
      found.push([attr === 'key' ? 'feature_flag_key' : attr, detail]);
    }
    if (!draft.flag.variants.some(({ key }) => key.trim() === CONTROL)) {
      found.push([
        'filters.multivariate.variants',
        `One variant must be “${CONTROL}”: what the others are compared with.`,
      ]);
    }
  }
  draft.goals.forEach((metric, i) => found.push(...metricDraftProblems(metric, `metrics.${i}`)));
  draft.secondary.forEach((metric, i) =>
    found.push(...metricDraftProblems(metric, `metrics_secondary.${i}`)),
  );
  return new Map(found);
}
