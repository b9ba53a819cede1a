// What may be given of an experiment, and how it merges with what there is.
import {
  DEFAULT_EXPOSURE,
  DEFAULT_STATS,
  type ExperimentFields,
  type Parameters,
  type StatsConfig,
} from './experiment.ts';

type Wanted = { readonly [F in keyof ExperimentFields]?: ExperimentFields[F] | undefined };

export type ExperimentChange = Omit<Wanted, 'parameters' | 'statsConfig'> & {
  readonly parameters?:
    | { readonly [F in keyof Parameters]?: Parameters[F] | undefined }
    | undefined;
  readonly statsConfig?:
    | {
        readonly [F in keyof StatsConfig]?: StatsConfig[F] | undefined;
      }
    | undefined;
  /** Which of the project's holdouts the flag names; null: none. */
  readonly holdoutId?: number | null | undefined;
  readonly reason?: string | null | undefined;
};

export type NewExperiment = ExperimentChange & {
  readonly name: string;
  /** Of a flag that there is, or of a new one. */
  readonly flagKey: string;
  /** Who enters, of a flag that is made for it; left out: a share of everyone. */
  readonly flagGroups?: readonly object[] | undefined;
};

/** The experiment as it is to be; without one before it, a new one. */
export function merged(
  before: ExperimentFields | undefined,
  change: ExperimentChange,
): ExperimentFields {
  const keep = <F extends keyof ExperimentFields>(field: F, otherwise: ExperimentFields[F]) =>
    (change[field] as ExperimentFields[F] | undefined) ?? before?.[field] ?? otherwise;
  const of = <T>(value: T | null | undefined, old: T | null | undefined) =>
    value === undefined ? (old ?? null) : value;
  return {
    name: keep('name', ''),
    description: keep('description', ''),
    type: keep('type', 'product'),
    parameters: { ...NO_PARAMETERS, ...before?.parameters, ...defined(change.parameters) },
    exposureCriteria: keep('exposureCriteria', DEFAULT_EXPOSURE),
    metrics: keep('metrics', []),
    metricsSecondary: keep('metricsSecondary', []),
    savedMetrics: keep('savedMetrics', []),
    primaryOrder: of(change.primaryOrder, before?.primaryOrder),
    secondaryOrder: of(change.secondaryOrder, before?.secondaryOrder),
    statsConfig: { ...DEFAULT_STATS, ...before?.statsConfig, ...defined(change.statsConfig) },
    onlyCountMaturedUsers: keep('onlyCountMaturedUsers', false),
    archived: keep('archived', false),
    conclusion: of(change.conclusion, before?.conclusion),
    conclusionComment: of(change.conclusionComment, before?.conclusionComment),
  };
}
const NO_PARAMETERS: Parameters = { feature_flag_variants: [] };

/** Without fields that were not given. */
function defined<T extends object>(value: T | undefined): { [F in keyof T]: NonNullable<T[F]> } {
  const given = Object.entries(value ?? {}).filter(([, field]) => field !== undefined);
  return Object.fromEntries(given) as { [F in keyof T]: NonNullable<T[F]> };
}
