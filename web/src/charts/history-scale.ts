// Where values stand in a small chart: a scale that shows the limits and what lies near them, however far out
// single values are.

export type HistoryScale = {
  /** 0 at the bottom, 1 at the top; beyond them for what is cut off. */
  readonly place: (value: number) => number;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** The value that means "no difference"; its line is stronger. */
  readonly neutral: number | null;
};

type Wanted = {
  /** Always in sight: limits, and what means "no difference". */
  readonly anchors: readonly number[];
  /** In sight unless they lie farther out than `reach` times what the anchors span. */
  readonly values: readonly (number | null)[];
  readonly neutral: number | null;
  /** How many times the span of the anchors may be shown. */
  readonly reach?: number;
};

const REACH = 3;
const MAX_TICKS = 5;

/** Even steps. */
export function linearScale({ anchors, values, neutral, reach = REACH }: Wanted): HistoryScale {
  const [low, high] = ends(anchors, values, reach);
  const step = niceStep((high - low) / MAX_TICKS);
  const from = Math.ceil(low / step);
  const count = Math.max(0, Math.floor(high / step) - from + 1);
  const ticks = Array.from({ length: count }, (_, index) => tidy((from + index) * step));
  return { place: (value) => (value - low) / (high - low), low, high, ticks, neutral };
}

/** For factors: twice as often is as far from 1 as half as often. All values are above 0. */
export function factorScale({ anchors, values, neutral, reach = REACH }: Wanted): HistoryScale {
  const [low, high] = ends(
    anchors.map(Math.log),
    values.map((value) => (value === null || value <= 0 ? null : Math.log(value))),
    reach,
  );
  const all = FACTORS.filter((factor) => Math.log(factor) >= low && Math.log(factor) <= high);
  const every = Math.ceil(all.length / MAX_TICKS);
  // 1 keeps its place among those that are left out.
  const one = Math.max(0, all.indexOf(1));
  return {
    place: (value) => (value <= 0 ? -1 : (Math.log(value) - low) / (high - low)),
    low: Math.exp(low),
    high: Math.exp(high),
    ticks: all.filter((_, index) => (index - one) % every === 0),
    neutral,
  };
}

const FACTORS = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2, 5, 10, 20, 50, 100, 200,
  500,
];

function ends(
  anchors: readonly number[],
  values: readonly (number | null)[],
  reach: number,
): readonly [number, number] {
  const [least, most] = [Math.min(...anchors), Math.max(...anchors)];
  const span = most - least || Math.abs(most) || 1;
  const seen = values.filter((value) => value !== null && Number.isFinite(value));
  const low = Math.max(Math.min(least, ...(seen as number[])), least - (reach - 1) * span);
  const high = Math.min(Math.max(most, ...(seen as number[])), most + (reach - 1) * span);
  const margin = (high - low) * 0.08 || 0.5;
  return [low - margin, high + margin];
}

/** 1, 2 or 5 times a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  return nice * power;
}

/** 0.30000000000000004 is no name for a tick. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** What is drawn of a value: nothing beyond the ends of the scale. */
export function clamped(value: number | null, { low, high }: HistoryScale): number | null {
  return value === null ? null : Math.min(high, Math.max(low, value));
}

/** Moves places apart that are closer than a height, in their order, within the ends. */
export function apart(
  places: readonly number[],
  height: number,
  top: number,
  bottom: number,
): number[] {
  const moved = [...places];
  const order = [...places.keys()].toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  let least = top;
  for (const index of order) {
    moved[index] = Math.max(moved[index] ?? 0, least);
    least = (moved[index] ?? 0) + height;
  }
  let most = bottom;
  for (const index of order.toReversed()) {
    moved[index] = Math.min(moved[index] ?? 0, most);
    most = (moved[index] ?? 0) - height;
  }
  return moved;
}

/** The index of the entry that is nearest; 0 where there is none. @param sorted ascending */
export function nearestIndex(sorted: readonly number[], value: number): number {
  const after = sorted.findIndex((one) => one >= value);
  if (after <= 0) return after === 0 ? 0 : Math.max(0, sorted.length - 1);
  const [left = 0, right = 0] = [sorted[after - 1], sorted[after]];
  return value - left < right - value ? after - 1 : after;
}
