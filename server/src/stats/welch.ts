// The fixed-horizon test of a difference (Welch): right for one look at a sample size chosen before. Looking
// daily needs confidence-sequence.ts.
import { type Contrast, type ContrastError, type DifferenceType, effectOf } from './contrast.ts';
import { tCdf, tQuantile, tSf } from './distributions.ts';

export type Alternative = 'two-sided' | 'greater' | 'less';

export type TestOptions = {
  readonly differenceType: DifferenceType;
  readonly alpha: number;
  readonly alternative: Alternative;
};

/** An end that is not bounded is null. */
export type Interval = { readonly ciLow: number | null; readonly ciHigh: number | null };

export type WelchResult = Interval & {
  readonly estimate: number;
  readonly standardError: number;
  readonly df: number;
  readonly tStatistic: number;
  readonly pValue: number;
};

export function intervalAround(
  estimate: number,
  halfWidth: number,
  alternative: Alternative,
): Interval {
  return {
    ciLow: alternative === 'less' ? null : estimate - halfWidth,
    ciHigh: alternative === 'greater' ? null : estimate + halfWidth,
  };
}

export function welchTest(contrast: Contrast, options: TestOptions): WelchResult | ContrastError {
  const effect = effectOf(contrast, options.differenceType);
  if (typeof effect === 'string') return effect;
  const { estimate, standardError } = effect;
  const { df } = contrast;
  const { alpha, alternative } = options;
  const tStatistic = estimate / standardError;
  const tail = alternative === 'two-sided' ? alpha / 2 : alpha;
  const halfWidth = -tQuantile(tail, df) * standardError;
  return {
    estimate,
    standardError,
    df,
    tStatistic,
    pValue: pValueOf(tStatistic, df, alternative),
    ...intervalAround(estimate, halfWidth, alternative),
  };
}

function pValueOf(t: number, df: number, alternative: Alternative): number {
  if (alternative === 'greater') return tSf(t, df);
  if (alternative === 'less') return tCdf(t, df);
  return 2 * tSf(Math.abs(t), df);
}
