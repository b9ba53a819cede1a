// Values of a flag in an order and in colours that do not change from one look to the next.
import { type Color, lineColor } from '../charts/palette.ts';

type Series = { readonly value: string; readonly counts: readonly number[] };

/** true first, then variants by name, then false and what is left over. */
export function valueOrder<S extends Series>(series: readonly S[]): S[] {
  const rank = ({ value }: S): number =>
    ['true', 'variant', 'false', 'other'].indexOf(kindOf(value));
  return series.toSorted((a, b) => rank(a) - rank(b) || a.value.localeCompare(b.value));
}

/** The two arms of a boolean flag as everywhere; beside variants, false steps back. */
export function valueColor(value: string, place: number, hasVariants: boolean): Color {
  if (value === 'other') return 'grey';
  if (value === 'true') return 'on';
  if (value === 'false') return hasVariants ? 'grey' : 'off';
  return lineColor(place);
}

const kindOf = (value: string): string =>
  ['true', 'false', 'other'].includes(value) ? value : 'variant';

/** Whether any value is a variant's. */
export const hasVariant = (series: readonly Series[]): boolean =>
  series.some(({ value }) => kindOf(value) === 'variant');

/** Up to so many seconds a step is an hour. */
const HOUR_SECONDS = 3600;

type Steps = { readonly from: string; readonly step_seconds: number; readonly steps: number };

/** The time axis: hours as clocks here show them, days as the server counts them (UTC). */
export function usageAxis({ from, step_seconds: seconds, steps }: Steps) {
  const isByHour = seconds <= HOUR_SECONDS;
  const timeZone = isByHour ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  // Swedish writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    ...(isByHour ? { timeStyle: 'medium' } : {}),
  });
  const startMs = Date.parse(from);
  const at = (step: number) => new Date(startMs + step * seconds * 1000);
  return {
    days: Array.from({ length: steps }, (_, step) => format.format(at(step))),
    interval: isByHour ? 'hour' : 'day',
    span: { from, to: at(steps).toISOString(), timeZone },
  };
}
