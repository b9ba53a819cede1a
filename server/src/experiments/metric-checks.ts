// Checks of the metrics: whether what they count arrives, whether variants were equal before, whether the sample can
// show anything, and whether a change is too large to be true.
import { sequentialTest } from '#stats/confidence-sequence';
import { isContrast, stratifiedContrast } from '#stats/contrast';
import { powerOf } from '#stats/power';
import { type PlainSample, momentsOf } from '#stats/sample';
import type { MetricResult } from './analysis.ts';
import { MIN_PEOPLE, sampleOf, strataOf } from './arm-samples.ts';
import { type Check, TOO_EARLY, check, counted, quoted, shareText } from './check.ts';
import type { Parameters, StatsConfig } from './experiment.ts';
import type { Metric } from './metric.ts';
import { delayMsOf, settlingMsOf } from './metric-sql.ts';
import { type ArmStatistics, RATIO_PRODUCTS } from './statistics.ts';
import { spanMs } from './unit-values.ts';
import type { Units } from '#kernel/units';
import { metricName } from './metric-words.ts';

type Told = MetricResult & { readonly error?: string | null };

export type Telling = {
  readonly parameters: Parameters;
  readonly config: StatsConfig;
  readonly hasEnded: boolean;
  /** Since the launch. */
  readonly days: number;
  /** Of all variants. */
  readonly people: number;
  readonly goals: readonly Told[];
  readonly secondary: readonly Told[];
  readonly units: Units;
};

export function metricChecks(telling: Telling): Check[] {
  return [
    metricEvents(telling),
    ...past(telling),
    ...power(telling),
    ...runningTime(telling),
    suspicious(telling),
  ];
}

const nameOf = ({ metric }: Told): string => metricName(metric);
const armsOf = ({ baseline, variants }: MetricResult) => [baseline, ...variants];

/** So many people who all do nothing, a day after they could: the event is misspelt, or not sent. */
const SILENT_PEOPLE = 100;
const DAY_MS = 86_400_000;

function metricEvents({ goals, secondary, people, days, units }: Telling): Check {
  // Errors that do not come are no fault.
  const silent = [...goals, ...secondary].filter(
    (one) =>
      one.metric.goal === 'increase' &&
      (one.error ?? null) === null &&
      armsOf(one).every((arm) => nothingIn(one.metric, arm)),
  );
  const could = silent.map((one) => ({ name: nameOf(one), ...couldDo(one, people) }));
  const missing = could.filter(
    ({ count, waitMs }) => count >= SILENT_PEOPLE && days >= 1 + waitMs / DAY_MS,
  );
  const fewest = Math.min(...missing.map(({ count }) => count));
  const found =
    missing.length === 0
      ? []
      : [
          `Of ${counted(fewest)} ${units.many} nobody did what ${quoted(missing.map(({ name }) => name))} counts: check the names of its events.`,
        ];
  const rule = `What is to become more has happened once where ${SILENT_PEOPLE} ${units.many} are counted, a day after it could.`;
  const ok = silent.length > 0 ? TOO_EARLY : 'What is counted arrives.';
  return check('metric_events', rule, found, { ok });
}

/** How many could have done what a metric counts, and how long after their exposure nothing can be counted yet. */
function couldDo(one: Told, people: number): { readonly count: number; readonly waitMs: number } {
  const { metric } = one;
  const count = armsOf(one).reduce((sum, { n }) => sum + n, 0);
  const isReturn = metric.metric_type === 'retention';
  // Quantiles are of those with a value, returns of those who began: without any it is not known who could.
  if (count === 0 && (isReturn || metric.metric_type === 'quantile')) {
    return { count: people, waitMs: settlingMsOf(metric) };
  }
  if (!isReturn) return { count, waitMs: Math.max(0, delayMsOf(metric)) };
  const { retention_window_start: value, retention_window_unit: unit } = metric;
  return { count, waitMs: spanMs({ value, unit }) };
}

const nothingIn = (metric: Metric, arm: ArmStatistics): boolean =>
  metric.metric_type === 'quantile' ? arm.n === 0 : arm.sum === 0 && (arm.denSum ?? 0) === 0;

/** Of all comparisons together: how often variants that are equal are called unequal. */
const PAST_ALPHA = 0.001;

/** Variants whose people differed before they were exposed were not told apart by chance. */
function past({ goals, secondary, config }: Telling): Check[] {
  const guarded = secondary.filter(({ metric }) => metric.guardrail !== undefined);
  const told = [...goals, ...guarded].filter(({ metric }) => metric.cuped?.enabled === true);
  const comparisons = told.flatMap((one) =>
    one.variants.flatMap((variant) => {
      const pValue = pastPValue(one, variant, config);
      return pValue === undefined ? [] : [{ name: nameOf(one), key: variant.key, pValue }];
    }),
  );
  if (comparisons.length === 0) return [];
  const off = comparisons.filter(({ pValue }) => pValue * comparisons.length < PAST_ALPHA);
  const found = off.map(
    ({ name, key }) =>
      `Whoever got “${key}” differed from control in “${name}” before the experiment: they were not told apart by chance, or were told apart before.`,
  );
  const rule = `Before their exposure variants are equal (p ≥ ${PAST_ALPHA} over all comparisons, right at every look).`;
  return [
    check('past', rule, found, { ok: 'Before the experiment variants were equal.', state: 'harm' }),
  ];
}

function pastPValue(
  { metric, baseline }: Told,
  variant: ArmStatistics,
  config: StatsConfig,
): number | undefined {
  const strata = strataOf(baseline, variant).filter(
    (one) => one.control.n >= MIN_PEOPLE && one.variant.n >= MIN_PEOPLE,
  );
  const contrast = stratifiedContrast(
    strata.map((one) => ({
      control: pastSample(metric, one.control),
      treatment: pastSample(metric, one.variant),
    })),
  );
  if (!isContrast(contrast)) return undefined;
  const test = sequentialTest(contrast, {
    differenceType: 'absolute',
    alpha: 1 - config.confidence_level,
    alternative: 'two-sided',
    tuningParameter: config.tuning_parameter,
  });
  return typeof test === 'string' ? undefined : test.pValue;
}

function pastSample(metric: Metric, arm: ArmStatistics): PlainSample {
  const { n, preSum = 0, preSumSquares = 0, preDenSum = 0, preDenSumSquares = 0 } = arm;
  const pre = { sum: preSum, sumSquares: preSumSquares };
  if (metric.metric_type !== 'ratio') return { kind: 'mean', n, ...pre };
  const sumProducts = arm.preProducts?.[RATIO_PRODUCTS.indexOf('numPreDenPre')] ?? 0;
  const den = { sum: preDenSum, sumSquares: preDenSumSquares };
  return { kind: 'ratio', n, num: pre, den, sumProducts };
}

/** 10 %: what is found so rarely is not looked for in earnest (as GrowthBook). */
const LOW_POWER = 0.1;
/** Percent, where no effect was planned. */
const USUAL_EFFECT = 10;

function power({ goals, parameters, config, people, days, hasEnded, units }: Telling): Check[] {
  const { recommended_running_time: planned, recommended_sample_size: size } = parameters;
  const coming = planned === undefined ? (size ?? 0) : (people / Math.max(days, 1)) * planned;
  const end = Math.max(people, coming);
  const perArm = end / parameters.feature_flag_variants.length;
  const effect = parameters.minimum_detectable_effect ?? USUAL_EFFECT;
  if (hasEnded || days < 1 || coming === 0) return [];
  const told = goals.flatMap((goal) => {
    if (goal.baseline.failures.length > 0) return [];
    const moments = momentsOf(sampleOf(goal.metric, goal.baseline));
    if (!(moments.variance > 0) || moments.mean === 0) return [];
    const chance = powerOf(moments, {
      effect: effect / 100,
      perArm,
      alpha: 1 - config.confidence_level,
      tuningParameter: config.sequential ? config.tuning_parameter : null,
    });
    return [{ name: nameOf(goal), chance }];
  });
  if (told.length === 0) return [];
  const found = told
    .filter(({ chance }) => chance < LOW_POWER)
    .map(
      ({ name, chance }) =>
        `With the ${counted(end)} ${units.many} of the planned end a change of ${effect} % in “${name}” would be found in ${shareText(chance)} of such experiments: plan for more, or look for a larger change.`,
    );
  const rule = `By the planned end a change of ${effect} % is found with a chance of at least ${shareText(LOW_POWER)}.`;
  return [
    check('power', rule, found, { ok: 'The sample is large enough to find the planned change.' }),
  ];
}

/** 56 days: longer ones outlive what they ask. */
const LONG_DAYS = 56;

function runningTime({ parameters, people, days, hasEnded }: Telling): Check[] {
  const { recommended_sample_size: size } = parameters;
  if (size === undefined || hasEnded || people === 0 || days < 1) return [];
  const whole = size / (people / days);
  const found =
    whole > LONG_DAYS
      ? [
          `At the pace of so far the sample is complete ${counted(whole)} days after the launch. A larger share of people, a larger change or a goal nearer to the variant makes it shorter.`,
        ]
      : [];
  const rule = `The sample is complete within ${LONG_DAYS} days (8 weeks).`;
  return [check('running_time', rule, found, { ok: 'The sample will be complete in time.' })];
}

/** Changes beyond a half, of more than 150 in all, are mistakes more often than not (Twyman’s law). */
const SUSPICIOUS = 0.5;
const ENOUGH = 150;

/** Whether a change is so large that a mistake is likelier. */
export const isSuspicious = (
  baseline: Pick<ArmStatistics, 'sum'>,
  variant: Pick<ArmStatistics, 'sum'>,
  lift: number,
): boolean => Math.abs(lift) > SUSPICIOUS && baseline.sum + variant.sum > ENOUGH;

function suspicious({ goals, secondary }: Telling): Check {
  const found = [...goals, ...secondary].flatMap((one) =>
    one.variants.flatMap((variant) => {
      const lift = variant.comparison?.lift ?? 0;
      return isSuspicious(one.baseline, variant, lift)
        ? [
            `“${nameOf(one)}” changed by ${lift > 0 ? '+' : '−'}${shareText(Math.abs(lift))} in “${variant.key}”: that much is a mistake more often than not.`,
          ]
        : [];
    }),
  );
  const rule = `No change is beyond ${shareText(SUSPICIOUS)} where more than ${ENOUGH} were counted.`;
  return check('suspicious', rule, found, { ok: 'No change is too large to be true.' });
}
