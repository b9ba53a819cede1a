// Shares of variants, in percent.

/** Free of floating-point dust. */
const tidy = (percent: number): number => Number(percent.toFixed(6));

/**
 * Shares that sum to `total`, as equal as whole percents can be; the first ones take what is left over:
 * three → 34, 33, 33.
 */
export function equalShares(count: number, total = 100): number[] {
  const share = Math.floor(total / count);
  const left = total - share * count;
  const whole = Math.floor(left);
  return Array.from({ length: count }, (_, index) =>
    tidy(share + (index < whole ? 1 : 0) + (index === whole ? left - whole : 0)),
  );
}

/** Sum of the variants' shares. */
export function shareSum(variants: readonly { readonly percent: number }[]): number {
  return tidy(variants.reduce((sum, { percent }) => sum + percent, 0));
}

/** Deals what locked variants leave out equally among the others; all of it when every one is locked. */
export function shareOut<V extends { readonly percent: number; readonly isLocked: boolean }>(
  variants: readonly V[],
): V[] {
  const open = variants.filter(({ isLocked }) => !isLocked);
  if (open.length === 0) return [...variants];
  const left = Math.max(0, 100 - shareSum(variants.filter(({ isLocked }) => isLocked)));
  const shares = equalShares(open.length, left);
  return variants.map((variant) =>
    variant.isLocked ? variant : { ...variant, percent: shares[open.indexOf(variant)] ?? 0 },
  );
}
