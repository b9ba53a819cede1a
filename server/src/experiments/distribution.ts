// How the values of single people lie: in parts of equal width, zeros by themselves.
import type { Metric } from './metric.ts';

/** Parts between the least value and the level from which all others are one. */
export const PARTS = 20;
/** So few who make much of a sum are told. */
export const TOP = 3;
/** Above it few values lie far apart. */
export const TOP_LEVEL = 0.99;

/** A part of one variant; the last three are the same in all. */
export type DistributionRow = readonly [
  variant: string,
  /** From 0; zeros are −1. */
  part: number,
  people: number,
  sum: number,
  /** The {@link TOP} largest values, the largest first. */
  largest: readonly number[],
  low: number,
  width: number,
  isWhole: number,
];

export type Distribution = {
  /** All values are whole numbers, and so are the ends of the parts. */
  readonly isWhole: boolean;
  /** Each from its least value to before the next; the last possible one has no end. */
  readonly parts: readonly {
    readonly from: number;
    readonly to: number | null;
    readonly people: Readonly<Record<string, number>>;
  }[];
  readonly arms: readonly {
    readonly key: string;
    readonly people: number;
    readonly zeros: number;
    /** Of the sum of all, that of the one with the largest value; null where nothing is positive. */
    readonly largestShare: number | null;
    /** The same of the {@link TOP} with the largest values together. */
    readonly topShare: number | null;
  }[];
};

/** Whether single people have values of their own that are more than yes and no. */
export const hasDistribution = (metric: Metric): boolean =>
  metric.metric_type === 'quantile'
    ? metric.quantile_level === 'unit'
    : metric.metric_type === 'mean' && metric.threshold === undefined;

export function distributionOf(
  rows: readonly DistributionRow[],
  keys: readonly string[],
): Distribution {
  const [, , , , , low = 0, width = 1, isWhole = 0] = rows[0] ?? [];
  const last = Math.max(-1, ...rows.map(([, part]) => part));
  const of = (key: string, part: number) =>
    rows.find(([variant, own]) => variant === key && own === part)?.[2] ?? 0;
  return {
    isWhole: isWhole === 1,
    parts: Array.from({ length: last + 1 }, (_, part) => ({
      from: low + part * width,
      to: part === PARTS - 1 ? null : low + (part + 1) * width,
      people: Object.fromEntries(keys.map((key) => [key, of(key, part)])),
    })),
    arms: keys.map((key) => {
      const own = rows.filter(([variant]) => variant === key);
      const sum = own.reduce((total, [, , , part]) => total + part, 0);
      const top = own
        .flatMap(([, , , , most]) => most)
        .filter((value) => value > 0)
        .toSorted((a, b) => b - a)
        .slice(0, TOP);
      const shareOf = (values: readonly number[]) => {
        const part = values.reduce((total, value) => total + value, 0);
        return sum > 0 && part > 0 ? Math.min(1, part / sum) : null;
      };
      return {
        key,
        people: own.reduce((total, [, , people]) => total + people, 0),
        zeros: of(key, -1),
        largestShare: shareOf(top.slice(0, 1)),
        topShare: shareOf(top),
      };
    }),
  };
}
