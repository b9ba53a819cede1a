// Checks files of test vectors against the functions of this folder: which method name means which
// function, and whether a result is within the tolerance. Reading files is left to scripts/vectors.ts.
import { meanOfLogE } from './combine.ts';
import { halfNormalHalfWidth, halfNormalLogE, type MeanTest, ratioMoments } from './half-normal.ts';
import { bernoulliInterval, oneSampleLogE } from './one-sample.ts';
import { infoDetect, infoSafe } from './planning.ts';
import { type RateBucket, rateGrid, rateLogE, rateRatioInterval, type RateTest } from './rate.ts';
import { sampleRatioLogE } from './sample-ratio.ts';
import { incompleteBeta, lnGamma, lnNormalCdf } from './special.ts';

/** One vector as files hold it. Tolerances are alternatives: meeting one is enough. */
export type Vector = {
  readonly name: string;
  readonly method: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: { readonly rel: number; readonly abs: number };
};

export type VectorResult = { readonly name: string; readonly failure: string | null };

type Fields = Readonly<Record<string, number | readonly number[] | string>>;

function numberOf(input: Fields, field: string): number {
  const value = input[field];
  if (typeof value !== 'number') throw new TypeError(`input.${field} must be a number`);
  return value;
}

function listOf(input: Fields, field: string): readonly number[] {
  const value = input[field];
  if (!Array.isArray(value)) throw new TypeError(`input.${field} must be a list of numbers`);
  return value;
}

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

const METHODS: Readonly<Record<string, (input: Fields) => object>> = {
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

/** Runs every vector of a parsed file; a vector that cannot be run at all counts as failed. */
export function checkVectors(vectors: readonly Vector[]): VectorResult[] {
  return vectors.map((vector) => ({ name: vector.name, failure: failureOf(vector) }));
}

function failureOf(vector: Vector): string | null {
  const method = METHODS[vector.method];
  if (!method) return `no function is known as "${vector.method}"`;
  try {
    const actual = method(vector.input as Fields) as Readonly<Record<string, unknown>>;
    const wrong = Object.keys(vector.expected).filter(
      (field) => !isClose(actual[field], vector.expected[field], vector.tolerance),
    );
    if (wrong.length === 0) return null;
    const say = (field: string) =>
      `${field}: got ${JSON.stringify(actual[field])}, expected ${JSON.stringify(vector.expected[field])}`;
    return wrong.map(say).join('; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isClose(actual: unknown, expected: unknown, tolerance: Vector['tolerance']): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return false;
    return expected.every((value, i) => isClose(actual[i], value, tolerance));
  }
  if (typeof expected !== 'number' || typeof actual !== 'number') return actual === expected;
  const error = Math.abs(actual - expected);
  return (
    error <= tolerance.abs || error <= tolerance.rel * Math.abs(expected) || actual === expected
  );
}
