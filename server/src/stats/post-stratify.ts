// The effect over strata (a breakdown known before exposure, or times with different splits): each stratum
// compares its own arms, so a changed split cannot pass for an effect.
import type { DifferenceType } from './contrast.ts';
import { type PlainSample, momentsOf } from './sample.ts';

export type Stratum = { readonly control: PlainSample; readonly treatment: PlainSample };

/** Shares of the strata are taken as random: the effect is that of the population they came from. */
export function postStratify(
  strata: readonly Stratum[],
  differenceType: DifferenceType,
): { readonly estimate: number; readonly standardError: number } {
  const parts = strata.map(({ control, treatment }) => {
    const [c, t] = [momentsOf(control), momentsOf(treatment)];
    const n = c.n + t.n;
    return {
      n,
      base: c.mean,
      difference: t.mean - c.mean,
      varBase: (c.variance * n) / c.n,
      varTreatment: (t.variance * n) / t.n,
    };
  });
  const total = parts.reduce((sum, { n }) => sum + n, 0);
  const over = (value: (part: (typeof parts)[number]) => number) =>
    parts.reduce((sum, part) => sum + (part.n / total) * value(part), 0);
  const base = over((part) => part.base);
  const difference = over((part) => part.difference);
  const varBase = over((part) => (part.base - base) ** 2 + part.varBase);
  const cov = over((part) => (part.base - base) * (part.difference - difference) - part.varBase);
  const varDifference = over(
    (part) => (part.difference - difference) ** 2 + part.varBase + part.varTreatment,
  );
  if (differenceType === 'absolute')
    return { estimate: difference, standardError: Math.sqrt(varDifference / total) };
  const size = Math.abs(base);
  const [onBase, onDifference] = [(-difference * Math.sign(base)) / (base * base), 1 / size];
  const variance =
    onBase ** 2 * varBase + 2 * onBase * onDifference * cov + onDifference ** 2 * varDifference;
  return { estimate: difference / size, standardError: Math.sqrt(variance / total) };
}
