// What to do about an experiment, from its state and the results of its metrics: the decision table of
// docs/statistics.md §11. Rows are tried from top to bottom; a harmful variant stops before anything else.

/** One metric of one variant against control. */
type MetricResult = {
  readonly lift: number;
  /** Adjusted for several comparisons where that is asked for. */
  readonly pValue: number;
  /** The direction that is good; up unless said. */
  readonly good?: 'up' | 'down';
};

type VariantResults = {
  readonly goals: readonly MetricResult[];
  readonly guardrails?: readonly MetricResult[];
};

type ExperimentState = {
  readonly days: number;
  /** Units by arm, control included. */
  readonly units: Readonly<Record<string, number>>;
  /** Units seen in several variants. */
  readonly multiple: number;
  /** Null while too few units have come. */
  readonly srmPValue: number | null;
  /** The planned sample has been reached. */
  readonly sampleReached: boolean;
  readonly ended: boolean;
};

type DecisionConfig = {
  readonly sequential: boolean;
  /** `do-no-harm` ships whatever is not worse. */
  readonly rule: 'clear-signals' | 'do-no-harm';
  readonly minDays: number;
  readonly minUnitsPerArm: number;
  readonly srmAlpha: number;
  readonly minSrmUnits: number;
  /** Share of units in several variants from which nothing can be trusted, 0 to 1. */
  readonly multipleFailShare: number;
  /** What a fixed-horizon result must pass before its sample is complete. */
  readonly superAlpha: number;
  readonly alpha?: number;
};

type DecisionStatus =
  | 'stop'
  | 'unhealthy'
  | 'collecting'
  | 'ship'
  | 'rollback'
  | 'review'
  | 'inconclusive'
  | 'running';
type VariantLabel = 'ship' | 'rollback' | 'review' | 'inconclusive' | 'wait';

export type Decision = {
  readonly status: DecisionStatus;
  readonly winner: string | null;
  readonly variants: Readonly<Record<string, VariantLabel>>;
};

export type DecisionInput = {
  readonly state: ExperimentState;
  /** By variant, control left out. */
  readonly results: Readonly<Record<string, VariantResults>>;
  readonly config: DecisionConfig;
  /** Hard guardrails that were breached. */
  readonly breaches?: readonly { readonly guardrail: string; readonly variant: string }[];
};

const DEFAULT_ALPHA = 0.05;

export function decide(input: DecisionInput): Decision {
  const { state, results, config, breaches = [] } = input;
  const names = Object.keys(results);
  const all = (label: (name: string) => VariantLabel) =>
    Object.fromEntries(names.map((name) => [name, label(name)]));
  const breached = new Set(breaches.map(({ variant }) => variant));
  if (breached.size > 0) {
    const variants = all((name) => (breached.has(name) ? 'rollback' : 'wait'));
    return { status: 'stop', winner: null, variants };
  }
  const early = isUnhealthy(state, config)
    ? 'unhealthy'
    : isCollecting(state, config)
      ? 'collecting'
      : undefined;
  if (early) return { status: early, winner: null, variants: all(() => 'wait') };
  const isFinal = state.sampleReached || state.ended;
  const variants = all((name) => labelOf(results[name] as VariantResults, isFinal, config));
  const status = isFinal ? finalStatus(variants) : earlyStatus(variants);
  return { status, winner: status === 'ship' ? bestOf(variants, results) : null, variants };
}

function isUnhealthy(state: ExperimentState, config: DecisionConfig): boolean {
  const units = Object.values(state.units).reduce((sum, count) => sum + count, 0);
  const isSkewed =
    state.srmPValue !== null && units >= config.minSrmUnits && state.srmPValue < config.srmAlpha;
  const seen = units + state.multiple;
  return isSkewed || (seen > 0 && state.multiple / seen >= config.multipleFailShare);
}

function isCollecting(state: ExperimentState, config: DecisionConfig): boolean {
  const smallest = Math.min(...Object.values(state.units));
  return smallest < config.minUnitsPerArm || state.days < config.minDays;
}

type Labels = Readonly<Record<string, VariantLabel>>;

function finalStatus(labels: Labels): DecisionStatus {
  const values = Object.values(labels);
  if (values.includes('ship')) return 'ship';
  if (values.length > 0 && values.every((label) => label === 'rollback')) return 'rollback';
  return values.includes('review') ? 'review' : 'inconclusive';
}

function earlyStatus(labels: Labels): DecisionStatus {
  const values = Object.values(labels);
  const shipped = values.filter((label) => label === 'ship').length;
  const rolledBack = values.filter((label) => label === 'rollback').length;
  if (shipped === 1 && rolledBack === values.length - 1) return 'ship';
  return values.length > 0 && rolledBack === values.length ? 'rollback' : 'running';
}

function labelOf(results: VariantResults, isFinal: boolean, config: DecisionConfig): VariantLabel {
  const alpha = isFinal || config.sequential ? (config.alpha ?? DEFAULT_ALPHA) : config.superAlpha;
  const outcomes = results.goals.map((goal) => outcomeOf(goal, alpha));
  const guardrails = (results.guardrails ?? []).map((metric) => outcomeOf(metric, alpha));
  if (guardrails.includes('lost')) return 'rollback';
  const hasLost = outcomes.includes('lost');
  const hasWon = outcomes.includes('won');
  if (isFinal && config.rule === 'do-no-harm') return hasLost ? 'rollback' : 'ship';
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome === 'won')) return 'ship';
  if (hasLost && !hasWon) return 'rollback';
  if (!isFinal) return 'wait';
  return hasWon ? 'review' : 'inconclusive';
}

function outcomeOf({ lift, pValue, good }: MetricResult, alpha: number): 'won' | 'lost' | 'none' {
  if (!(pValue < alpha) || lift === 0) return 'none';
  return lift > 0 === (good !== 'down') ? 'won' : 'lost';
}

/** The variant to ship whose first goal moved furthest in its good direction. */
function bestOf(labels: Labels, results: DecisionInput['results']): string | null {
  const gain = (name: string): number => {
    const goal = results[name]?.goals[0];
    return goal ? goal.lift * (goal.good === 'down' ? -1 : 1) : -Infinity;
  };
  const shipped = Object.keys(labels).filter((name) => labels[name] === 'ship');
  return shipped.toSorted((a, b) => gain(b) - gain(a))[0] ?? null;
}
