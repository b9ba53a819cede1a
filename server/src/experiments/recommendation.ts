// What an experiment's numbers advise, by the decision table, in plain words.
import type { MetricResult } from './analysis.ts';
import { MIN_PEOPLE } from './arm-samples.ts';
import { MULTIPLE_FAIL_SHARE } from './check.ts';
import { type Decision, type DecisionInput, decide } from './decision.ts';
import type { StatsConfig } from './experiment.ts';
import { MIN_SRM_PEOPLE, SRM_ALPHA, type SampleRatio } from './sample-ratio.ts';
import { PEOPLE, type Units, capital } from '#kernel/units';
import { type Guarded, type GuardrailFinding, guardrailFindings } from './guardrail-verdict.ts';
import { metricName } from './metric-words.ts';

const MIN_DAYS = 3;
const SUPER_ALPHA = 0.001;

export type Situation = {
  readonly days: number;
  readonly people: Readonly<Record<string, number>>;
  readonly multiple: number;
  readonly sampleRatio: SampleRatio | null;
  readonly sampleSize: number | undefined;
  readonly hasEnded: boolean;
  readonly goals: readonly Guarded[];
  /** Goals are those of the look that decides, and not of now. */
  readonly isKept?: boolean;
  readonly secondary: readonly Guarded[];
  readonly config: StatsConfig;
  /** Who is counted; people unless said. */
  readonly units?: Units;
};

export type Recommendation = Decision & {
  /** One sentence. */
  readonly headline: string;
  readonly reasons: readonly string[];
  readonly guardrails: readonly GuardrailFinding[];
};

export function recommend(situation: Situation): Recommendation {
  const guardrails = guardrailFindings(situation.secondary);
  const decision = unguarded(decide(inputOf(situation, guardrails)), guardrails);
  return {
    ...decision,
    headline: headlineOf(decision, situation, guardrails),
    reasons: reasonsOf(decision, situation, guardrails),
    guardrails,
  };
}

/** What nothing guards is shipped by people, and not by advice. */
function unguarded(decision: Decision, guardrails: readonly GuardrailFinding[]): Decision {
  if (decision.status !== 'ship' || !guardrails.some(isUncounted)) return decision;
  const labels = Object.entries(decision.variants).map(
    ([key, label]) => [key, label === 'ship' ? 'review' : label] as const,
  );
  return { status: 'review', winner: null, variants: Object.fromEntries(labels) };
}

/**
 * The planned people have come. With a fixed horizon there is one look at them: one that misses a goal does not count.
 */
export function isSampleComplete({
  people,
  sampleSize,
  goals,
  config,
}: Pick<Situation, 'people' | 'sampleSize' | 'goals' | 'config'>): boolean {
  const total = Object.values(people).reduce((sum, count) => sum + count, 0);
  const isWhole = config.sequential || goals.every(({ error }) => (error ?? null) === null);
  return sampleSize !== undefined && total >= sampleSize && isWhole;
}

function inputOf(situation: Situation, guardrails: readonly GuardrailFinding[]): DecisionInput {
  const { goals, config, people } = situation;
  const keys = [...goals, ...situation.secondary][0]?.variants.map(({ key }) => key) ?? [];
  const results = keys.map((key) => [
    key,
    {
      goals: goals.map((goal) => outcomeOf(goal, key)),
      guardrails: guardrails
        .filter(({ variant }) => variant === key)
        // Only harm is called; its direction is that of the numbers.
        .map(({ state, pValue }) => ({ lift: isHarm(state) ? -1 : 0, pValue })),
    },
  ]);
  return {
    state: {
      days: situation.days,
      units: people,
      multiple: situation.multiple,
      srmPValue: situation.sampleRatio?.sequentialPValue ?? null,
      sampleReached: isSampleComplete(situation),
      ended: situation.hasEnded,
    },
    results: Object.fromEntries(results) as DecisionInput['results'],
    config: {
      sequential: config.sequential,
      rule: config.rule,
      minDays: MIN_DAYS,
      minUnitsPerArm: MIN_PEOPLE,
      srmAlpha: SRM_ALPHA,
      minSrmUnits: MIN_SRM_PEOPLE,
      multipleFailShare: MULTIPLE_FAIL_SHARE,
      superAlpha: SUPER_ALPHA,
      alpha: 1 - config.confidence_level,
    },
    breaches: guardrails
      .filter(({ state }) => state === 'breached')
      .map(({ name, variant }) => ({ guardrail: name, variant })),
  };
}

function outcomeOf({ metric, variants }: MetricResult, key: string) {
  const comparison = variants.find((one) => one.key === key)?.comparison;
  const good = metric.goal === 'decrease' ? ('down' as const) : ('up' as const);
  if (!comparison) return { lift: 0, pValue: 1, good };
  return {
    lift: comparison.lift ?? comparison.difference,
    pValue: comparison.pValueAdjusted,
    good,
  };
}

function headlineOf(
  { status, winner, variants }: Decision,
  { days, people, hasEnded, units = PEOPLE }: Situation,
  guardrails: readonly GuardrailFinding[],
): string {
  const harmful = Object.keys(variants).filter((key) => variants[key] === 'rollback');
  switch (status) {
    case 'stop':
      return `Stop: ${listed(harmful)} does harm.`;
    case 'unhealthy':
      return `Do not trust these numbers: ${units.many} are not told apart as planned.`;
    case 'collecting':
      return tooEarly({ days, fewest: Math.min(...Object.values(people)), hasEnded }, units);
    case 'ship':
      return `Ship ${listed(winner === null ? [] : [winner])}: it is better.`;
    case 'rollback':
      return 'Roll back to control: it is better than every variant.';
    case 'review':
      return guardrails.some(isUncounted)
        ? 'Decide yourselves: a guardrail cannot be counted.'
        : 'Decide yourselves: goals speak against each other.';
    case 'inconclusive':
      return 'Inconclusive: no difference was found. Decide on other evidence, or run longer.';
    case 'running':
      return 'Keep running: nothing is sure yet.';
  }
}

type Sparse = { readonly days: number; readonly fewest: number; readonly hasEnded: boolean };

/** What is missing, and, as long as it may come, about how long that takes at the pace of so far. */
function tooEarly({ days, fewest, hasEnded }: Sparse, { many }: Units): string {
  const untilDays = MIN_DAYS - days;
  const untilPeople = fewest === 0 ? 0 : ((MIN_PEOPLE - fewest) * days) / fewest;
  const left = Math.max(untilDays, untilPeople);
  const wait = left > 0 ? `, about ${Math.ceil(left)} more day${left > 1 ? 's' : ''}` : '';
  if (hasEnded)
    return `Ended too early to say: ${untilDays > 0 ? `at least ${MIN_DAYS} days are` : `${MIN_PEOPLE} ${many} in each variant are`} needed.`;
  return untilDays > 0
    ? `Too early to say: at least ${MIN_DAYS} days are needed${wait}.`
    : `Too early to say: each variant needs ${MIN_PEOPLE} ${many}${wait}.`;
}

function reasonsOf(
  { status }: Decision,
  situation: Situation,
  guardrails: readonly GuardrailFinding[],
): string[] {
  const { people, multiple, sampleRatio, units: { many } = PEOPLE } = situation;
  const reasons = guardrails
    .filter(({ state }) => isHarm(state))
    .map(
      (one) =>
        `The guardrail “${one.name}” moved ${movement(one)} in “${one.variant}”${one.state === 'breached' ? ', beyond its threshold' : ''}.`,
    );
  reasons.push(...uncountedWords(guardrails));
  if (sampleRatio && sampleRatio.sequentialPValue < SRM_ALPHA) {
    const counts = Object.entries(people).map(([key, count]) => `${count} in “${key}”`);
    reasons.push(`${capital(many)} do not come in the planned shares: ${counts.join(', ')}.`);
  }
  const seen = Object.values(people).reduce((sum, count) => sum + count, multiple);
  if (seen > 0 && multiple / seen >= MULTIPLE_FAIL_SHARE) {
    reasons.push(`${multiple} of ${seen} ${many} have seen several variants.`);
  }
  if (status === 'collecting') {
    for (const [key, count] of Object.entries(people)) {
      if (count < MIN_PEOPLE) reasons.push(`${count} of ${MIN_PEOPLE} ${many} in “${key}”.`);
    }
  }
  return [...reasons, ...goalWords(situation)];
}

function goalWords({ goals, isKept, units }: Situation): string[] {
  const reasons: string[] = [];
  if (isKept) reasons.push('Goals are judged as they were when the sample was complete.');
  for (const { metric, variants } of goals) {
    for (const { key, comparison } of variants) {
      if (!comparison?.isSignificant) continue;
      const moved = comparison.lift ?? comparison.difference;
      const isGood = moved > 0 === (metric.goal === 'increase');
      const name = metricName(metric, units);
      reasons.push(`“${key}” ${isGood ? 'improves' : 'worsens'} “${name}” by ${percent(moved)}.`);
    }
  }
  return reasons;
}

/** One sentence for each guardrail, however many variants it is for. */
function uncountedWords(guardrails: readonly GuardrailFinding[]): string[] {
  const words = guardrails
    .filter(isUncounted)
    .map(
      ({ name, error }) =>
        `The guardrail “${name}” cannot be counted, and guards nothing: ${error}`,
    );
  return [...new Set(words)];
}

const isUncounted = ({ state }: GuardrailFinding): boolean => state === 'uncounted';
const isHarm = (state: GuardrailFinding['state']): boolean =>
  state === 'harmed' || state === 'breached';
const percent = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
/** A share of nothing says nothing: what grew out of zero is told as it is. */
const movement = ({ lift, value }: GuardrailFinding): string =>
  lift === null ? `from zero to ${plain(value ?? 0)}` : `by ${percent(lift)}`;
const plain = (value: number): string => String(Number(value.toPrecision(3)));
const listed = (keys: readonly string[]): string => keys.map((key) => `“${key}”`).join(' and ');
