// Numbers of answers in words.
import { formatNumber } from '../ui/format.ts';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const BIG = 10_000;

/** On an axis: `1.5K`, `0.25`. */
export function formatTick(value: number): string {
  if (Math.abs(value) >= BIG) return compact.format(value);
  return Math.abs(value) < 1 ? small.format(value) : formatNumber(value);
}

/** `–` where there is nothing to compute. */
export const formatValue = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? '–'
    : Math.abs(value) < 1
      ? small.format(value)
      : formatNumber(value);

/** How much more or less than before: `+12 %`, `−3.4 %`; undefined where nothing was before. */
export function changeWords(now: number | null, before: number | null): string | undefined {
  if (now === null || before === null || before === 0) return undefined;
  const percent = ((now - before) / Math.abs(before)) * 100;
  const size =
    Math.abs(percent) >= 10
      ? Math.abs(percent).toFixed(0)
      : Number(Math.abs(percent).toPrecision(2));
  return `${percent < 0 ? '−' : '+'}${size} %`;
}
