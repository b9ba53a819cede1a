// Values of a flag in an order and in colours that do not change from one look to the next.
import { LAST_COLOR } from '../charts/stacked-bars.tsx';

type Series = { readonly value: string; readonly counts: readonly number[] };

/** true first, then variants by name, then false and what is left over. */
export function valueOrder<S extends Series>(series: readonly S[]): S[] {
  const rank = ({ value }: S): number =>
    ['true', 'variant', 'false', 'other'].indexOf(kindOf(value));
  return series.toSorted((a, b) => rank(a) - rank(b) || a.value.localeCompare(b.value));
}

/** The two arms of a boolean flag as everywhere; beside variants, false steps back. */
export function colorOf(value: string, place: number, hasVariants: boolean): number {
  if (value === 'other') return LAST_COLOR;
  if (value !== 'false') return place;
  return hasVariants ? LAST_COLOR : 1;
}

const kindOf = (value: string): string =>
  ['true', 'false', 'other'].includes(value) ? value : 'variant';

/** Whether any value is a variant's. */
export const hasVariant = (series: readonly Series[]): boolean =>
  series.some(({ value }) => kindOf(value) === 'variant');
