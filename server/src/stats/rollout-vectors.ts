// Which function answers a rollout vector, by the name of its method.
import { meanOfLogE } from './combine.ts';
import { halfNormalHalfWidth, halfNormalLogE, type MeanTest, ratioMoments } from './half-normal.ts';
import { bernoulliInterval, oneSampleLogE } from './one-sample.ts';
import { infoDetect, infoSafe } from './planning.ts';
import { type RateBucket, rateGrid, rateLogE, rateRatioInterval, type RateTest } from './rate.ts';
import { sampleRatioLogE } from './sample-ratio.ts';
import { incompleteBeta, lnGamma, lnNormalCdf } from './special.ts';
import { type Fields, type VectorMethods, listOf, numberOf } from './vector-input.ts';

function bucketsOf(input: Fields): RateBucket[] {
  const [a, b, nT, nC] = ['a', 'b', 'nT', 'nC'].map((field) => listOf(input, field));
  return (a ?? []).map((events, k) => ({
    a: events,
    b: b?.[k] ?? 0,
    nT: nT?.[k] ?? 0,
    nC: nC?.[k] ?? 0,
  }));
}

function rateTestOf(input: Fields): RateTest {
  const direction = input['direction'] === 'down' ? 'down' : 'up';
  return { r0: numberOf(input, 'r0'), direction, mde: numberOf(input, 'mde') };
}

function meanTestOf(input: Fields): MeanTest {
  return {
    sides: input['sides'] === 2 ? 2 : 1,
    variance: numberOf(input, 'variance'),
    tauSquared: numberOf(input, 'tauSquared'),
  };
}

function shareOf(input: Fields) {
  return {
    share: { events: numberOf(input, 'events'), n: numberOf(input, 'n') },
    prior: { a: numberOf(input, 'priorA'), b: numberOf(input, 'priorB') },
  };
}

/** Methods of rollouts and the special functions beneath them. */
export const ROLLOUT_METHODS: VectorMethods = {
  'rollout.rateGrid': (input) => {
    const grid = rateGrid(rateTestOf(input));
    return { ratios: grid.map((g) => g.ratio), weights: grid.map((g) => g.weight) };
  },
  'rollout.rateLogE': (input) => ({ value: rateLogE(bucketsOf(input), rateTestOf(input)) }),
  'rollout.rateRatioInterval': (input) =>
    rateRatioInterval(bucketsOf(input), {
      alpha: numberOf(input, 'alpha'),
      mdeUp: numberOf(input, 'mdeUp'),
      mdeDown: numberOf(input, 'mdeDown'),
    }),
  'rollout.meanLogE': (input) => ({
    value: halfNormalLogE(numberOf(input, 'delta'), meanTestOf(input)),
  }),
  'rollout.meanHalfWidth': (input) => ({
    value: halfNormalHalfWidth(meanTestOf(input), numberOf(input, 'alpha')),
  }),
  'rollout.ratioMoments': (input) => {
    const of = (field: string) => numberOf(input, field);
    const [n, sx, sy, sxx, syy, sxy] = [
      of('n'),
      of('sx'),
      of('sy'),
      of('sxx'),
      of('syy'),
      of('sxy'),
    ];
    return ratioMoments({ n, sx, sy, sxx, syy, sxy });
  },
  'rollout.oneSampleLogE': (input) => {
    const { share, prior } = shareOf(input);
    const side = input['side'] === 'down' ? 'down' : 'up';
    return { value: oneSampleLogE(share, { p0: numberOf(input, 'p0'), side, prior }) };
  },
  'rollout.bernoulliInterval': (input) => {
    const { share, prior } = shareOf(input);
    return bernoulliInterval(share, { alpha: numberOf(input, 'alpha'), prior });
  },
  'rollout.srmLogE': (input) => ({
    value: sampleRatioLogE(listOf(input, 'n'), listOf(input, 'theta'), numberOf(input, 'k')),
  }),
  'rollout.infoDetect': (input) => ({
    value: infoDetect(numberOf(input, 'p0'), numberOf(input, 'r'), numberOf(input, 'stageShare')),
  }),
  'rollout.infoSafe': (input) => ({
    value: infoSafe(numberOf(input, 'p0'), numberOf(input, 'red'), numberOf(input, 'stageShare')),
  }),
  'rollout.meanLogE.combine': (input) => ({ value: meanOfLogE(listOf(input, 'logE')) }),
  'normal.logCdf': (input) => ({ value: lnNormalCdf(numberOf(input, 'x')) }),
  'gamma.ln': (input) => ({ value: lnGamma(numberOf(input, 'x')) }),
  'beta.regularised': (input) => ({
    value: incompleteBeta(numberOf(input, 'x'), numberOf(input, 'a'), numberOf(input, 'b')),
  }),
};
