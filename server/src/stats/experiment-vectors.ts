// Which function answers an experiment vector, by the name of its method.
import { betaPosterior } from './bayes-beta.ts';
import {
  expectedLoss,
  type NormalPrior,
  normalPosterior,
  probabilityBest,
} from './bayes-normal.ts';
import { anytimeT, mixtureRatioTest, mixtureRho, sequentialTest } from './confidence-sequence.ts';
import { sequentialMultiplier, sequentialPValue } from './confidence-sequence.ts';
import {
  type Contrast,
  type ContrastError,
  type Sample,
  contrastOf,
  isContrast,
} from './contrast.ts';
import { countEvidence } from './count-evidence.ts';
import { type CupedSample, cupedAdjust, cupedTheta } from './cuped.ts';
import { betaQuantile, chiSquaredSf, normalCdf, normalQuantile } from './distributions.ts';
import { tCdf, tQuantile } from './distributions.ts';
import { fiellerInterval } from './fieller.ts';
import { groupBounds } from './group-sequential.ts';
import { adjustInterval, adjustPValues, preferentialBonferroni } from './multiple.ts';
import { postStratify } from './post-stratify.ts';
import {
  bayesianPower,
  minimumDetectableEffect,
  posthogSampleSize,
  powerOf,
  remainingFactor,
  runningDays,
  unitsForAbsolute,
  unitsForShare,
} from './power.ts';
import { clusteredQuantile, hasEnoughForQuantile } from './quantile.ts';
import { sampleRatioChiSquared, sampleRatioLooks } from './sample-ratio.ts';
import { type PlainSample, type RatioSample, momentsOf, ratioCovariance } from './sample.ts';
import { incompleteBeta, lnGamma } from './special.ts';
import { type Fields, type VectorMethods, listOf, numberOf } from './vector-input.ts';
import { type TestOptions, welchTest } from './welch.ts';
import { winsorBounds, winsorize } from './winsorize.ts';

/** Vectors are written in the shapes of these functions. */
const as = <T>(input: unknown): T => input as T;

function contrastIn(input: Fields): Contrast | ContrastError {
  return contrastOf(as<Sample>(input['control']), as<Sample>(input['treatment']));
}

/** Runs a test on the contrast of the vector; what has no result says why. */
function withContrast(input: Fields, test: (contrast: Contrast) => object | ContrastError): object {
  const contrast = contrastIn(input);
  const result = isContrast(contrast) ? test(contrast) : contrast;
  if (typeof result === 'string') return { error: result };
  return isContrast(contrast) && contrast.theta !== undefined
    ? { ...result, theta: contrast.theta }
    : result;
}

function priorIn(input: Fields): NormalPrior | null {
  const prior = as<(NormalPrior & { proper: boolean }) | null | undefined>(input['prior']);
  return prior?.proper === true ? prior : null;
}

/** p-values of one-sided sequential tests as GrowthBook's bisection can express them. */
const clip = (p: number): number => Math.min(0.4999, Math.max(1e-5, p));

const DISTRIBUTIONS: VectorMethods = {
  'normal.cdf': (input) => ({ value: normalCdf(numberOf(input, 'z')) }),
  'normal.quantile': (input) => ({ value: normalQuantile(numberOf(input, 'p')) }),
  'studentT.cdf': (input) => ({ value: tCdf(numberOf(input, 't'), numberOf(input, 'df')) }),
  'studentT.quantile': (input) => ({
    value: tQuantile(numberOf(input, 'p'), numberOf(input, 'df')),
  }),
  'beta.cdf': (input) => ({
    value: incompleteBeta(numberOf(input, 'x'), numberOf(input, 'a'), numberOf(input, 'b')),
  }),
  'beta.quantile': (input) => ({
    value: betaQuantile(numberOf(input, 'p'), numberOf(input, 'a'), numberOf(input, 'b')),
  }),
  'chiSquared.sf': (input) => ({
    value: chiSquaredSf(numberOf(input, 'x'), numberOf(input, 'df')),
  }),
  logGamma: (input) => ({ value: lnGamma(numberOf(input, 'x')) }),
};

const FREQUENTIST: VectorMethods = {
  'statistic.moments': (input) => {
    const sample = as<PlainSample>(input['stat']);
    const moments = momentsOf(sample);
    return {
      ...moments,
      standardError: Math.sqrt(moments.variance / moments.n),
      ...(sample.kind === 'ratio' ? { covariance: ratioCovariance(sample as RatioSample) } : {}),
    };
  },
  'frequentist.welch': (input) =>
    withContrast(input, (contrast) => welchTest(contrast, as<TestOptions>(input))),
  'frequentist.sequential': (input) =>
    withContrast(input, (contrast) => {
      const options = as<TestOptions & { tuningParameter: number }>(input);
      const result = sequentialTest(contrast, options);
      return typeof result === 'string'
        ? result
        : { ...result, pValueClipped: clip(result.pValue) };
    }),
  'frequentist.fieller': (input) =>
    withContrast(input, (contrast) => {
      const df = input['distribution'] === 't' ? contrast.df : Infinity;
      return fiellerInterval(contrast, tQuantile(1 - numberOf(input, 'alpha') / 2, df));
    }),
  'frequentist.fiellerRelative': (input) => withContrast(input, (c) => fiellerRelative(c, input)),
  'cuped.adjust': (input) => cupedAdjust(as<CupedSample>(input['stat']), numberOf(input, 'theta')),
  'cuped.theta': (input) => ({
    theta: cupedTheta(as<CupedSample>(input['control']), as<CupedSample>(input['treatment'])),
  }),
  'poststrat.mean': (input) =>
    postStratify(
      as<Parameters<typeof postStratify>[0]>(input['strata']),
      input['differenceType'] === 'absolute' ? 'absolute' : 'relative',
    ),
  'quantile.clustered': (input) => {
    const sample = clusteredQuantile(
      as<Parameters<typeof clusteredQuantile>[0]>(input['events']),
      numberOf(input, 'quantile'),
    );
    const errorOf = (kind: 'quantile' | 'quantileClustered') =>
      Math.sqrt(momentsOf(as<PlainSample>({ ...sample, kind })).variance / sample.n);
    return {
      ...sample,
      standardErrorIid: errorOf('quantile'),
      standardError: errorOf('quantileClustered'),
    };
  },
  'quantile.enoughData': (input) => ({
    enough: hasEnoughForQuantile(
      numberOf(input, 'n'),
      numberOf(input, 'quantile'),
      numberOf(input, 'alpha'),
    ),
  }),
  'multiple.adjust': (input) => adjustPValues(listOf(input, 'pValues')),
  'multiple.adjustedInterval': (input) =>
    adjustInterval(as<Parameters<typeof adjustInterval>[0]>(input)),
  'multiple.preferentialBonferroni': (input) =>
    preferentialBonferroni(as<Parameters<typeof preferentialBonferroni>[0]>(input)),
  'winsorize.pooled': (input) => {
    const groups = as<readonly (readonly number[])[]>(input['groups']);
    const bounds = winsorBounds(groups.flat(), as<Parameters<typeof winsorBounds>[1]>(input));
    return {
      ...bounds,
      groups: groups.map((group) => {
        const values = group.map((value) => winsorize(value, bounds));
        const sumOf = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0);
        return {
          n: values.length,
          sum: sumOf(values),
          sumSquares: sumOf(values.map((value) => value * value)),
        };
      }),
    };
  },
};

function fiellerRelative(contrast: Contrast, input: Fields): object {
  const alpha = numberOf(input, 'alpha');
  const t = contrast.difference / Math.sqrt(contrast.variance);
  if (input['distribution'] !== 'sequential') {
    const multiplier = tQuantile(1 - alpha / 2, contrast.df);
    const pValue = 2 * tCdf(-Math.abs(t), contrast.df);
    return { multiplier, pValue, ...fiellerInterval(contrast, multiplier) };
  }
  const rho = mixtureRho(alpha, numberOf(input, 'tuningParameter'));
  const multiplier = sequentialMultiplier(alpha, contrast.n, rho);
  const pValue = sequentialPValue(t, contrast.n, rho);
  return { multiplier, pValue, ...fiellerInterval(contrast, multiplier) };
}

const SEQUENTIAL: VectorMethods = {
  'sequential.rho': (input) => {
    const [alpha, tuning] = [numberOf(input, 'alpha'), numberOf(input, 'tuningParameter')];
    return { twoSided: mixtureRho(alpha, tuning), oneSided: mixtureRho(2 * alpha, tuning) };
  },
  'sequential.anytimeT': (input) => anytimeT(as<Parameters<typeof anytimeT>[0]>(input)),
  'sequential.msprtStatsig': (input) =>
    withContrast(input, (contrast) =>
      mixtureRatioTest(contrast, {
        alpha: numberOf(input, 'alpha'),
        unitVariances:
          momentsOf(as<PlainSample>(input['control'])).variance +
          momentsOf(as<PlainSample>(input['treatment'])).variance,
      }),
    ),
  'sequential.groupBounds': (input) => ({
    zBounds: groupBounds(as<Parameters<typeof groupBounds>[0]>(input)),
  }),
  'srm.chiSquared': (input) =>
    sampleRatioChiSquared(listOf(input, 'observed'), listOf(input, 'weights')),
  'srm.sequential': (input) => ({
    perBatch: sampleRatioLooks(
      as<readonly (readonly number[])[]>(input['batches']),
      listOf(input, 'probabilities'),
      numberOf(input, 'concentration'),
    ),
  }),
  'guardrail.countEValue': (input) => countEvidence(as<Parameters<typeof countEvidence>[0]>(input)),
};

const BAYESIAN: VectorMethods = {
  'bayesian.normal': (input) =>
    withContrast(input, (contrast) =>
      normalPosterior(contrast, {
        ...as<Parameters<typeof normalPosterior>[1]>(input),
        prior: priorIn(input),
      }),
    ),
  'bayesian.expectedLoss': (input) =>
    expectedLoss({ mean: numberOf(input, 'mean'), sd: numberOf(input, 'sd') }),
  'bayesian.betaBinomial': (input) => {
    const { control, treatment, ...options } = as<{
      control: { n: number; conversions: number };
      treatment: { n: number; conversions: number };
      prior: { alpha: number; beta: number };
      level: number;
    }>(input);
    return betaPosterior(control, treatment, options);
  },
  'bayesian.probabilityBest': (input) => {
    const sds = listOf(input, 'sds');
    const arms = listOf(input, 'means').map((mean, i) => ({ mean, sd: sds[i] ?? 0 }));
    return { probabilities: probabilityBest(arms, input['inverse'] === true) };
  },
};

const POWER: VectorMethods = {
  'power.relativeVariance': (input) => {
    const of = (field: string) => numberOf(input, field);
    const fromControl = of('varControl') / of('nControl');
    const fromTreatment = of('varTreatment') / of('nTreatment');
    const [meanControl, meanTreatment] = [of('meanControl'), of('meanTreatment')];
    return {
      absolute: fromControl + fromTreatment,
      relative:
        fromTreatment / meanControl ** 2 + (fromControl * meanTreatment ** 2) / meanControl ** 4,
    };
  },
  'power.frequentist': (input) => {
    const { mean, variance, totalUsers, arms, ...rest } = as<{
      mean: number;
      variance: number;
      totalUsers: number;
      arms: number;
      effect: number;
      alpha: number;
      targetPower: number;
      tuningParameter: number | null;
    }>(input);
    const plan = { ...rest, perArm: totalUsers / arms };
    const baseline = { mean, variance };
    return { power: powerOf(baseline, plan), mde: minimumDetectableEffect(baseline, plan) };
  },
  'power.bayesian': (input) => {
    const baseline = { mean: numberOf(input, 'mean'), variance: numberOf(input, 'variance') };
    return { power: bayesianPower(baseline, as<Parameters<typeof bayesianPower>[1]>(input)) };
  },
  'power.sampleSizeProportionPooled': (input) => {
    const perArm = unitsForShare(as<Parameters<typeof unitsForShare>[0]>(input));
    return { perArm, perArmCeil: Math.ceil(perArm) };
  },
  'power.sampleSizeAbsolute': (input) => {
    const totalUsers = unitsForAbsolute(as<Parameters<typeof unitsForAbsolute>[0]>(input));
    return { totalUsers, totalUsersCeil: Math.ceil(totalUsers) };
  },
  'power.posthogCompatible': (input) => ({
    totalUsers: posthogSampleSize(as<Parameters<typeof posthogSampleSize>[0]>(input)),
  }),
  'power.runningTime': (input) => ({
    days: runningDays(numberOf(input, 'totalUsers'), numberOf(input, 'usersPerDay')),
  }),
  'power.midExperiment': (input) => {
    const factor = remainingFactor({
      ...as<Parameters<typeof remainingFactor>[0]>(input),
      prior: priorIn(input),
    });
    return {
      scalingFactor: factor,
      additionalUsers: factor === null ? null : factor * numberOf(input, 'pairwiseUsers'),
    };
  },
};

/** Methods of experiments and the distributions beneath them. */
export const EXPERIMENT_METHODS: VectorMethods = {
  ...DISTRIBUTIONS,
  ...FREQUENTIST,
  ...SEQUENTIAL,
  ...BAYESIAN,
  ...POWER,
};
