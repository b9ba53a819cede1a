// Whether an issue has to do with a flag: its people by the value of the flag that they had, each against control.
import { exactRatioInterval, fisherGreater } from '#stats/exact';

export type VariantCount = {
  /** `true`, `false` or the variant. */
  readonly value: string;
  /** People who had it. */
  readonly exposed: number;
  /** Those of them to whom the issue happened. */
  readonly affected: number;
  readonly events: number;
};

type VariantRow = VariantCount & {
  readonly isControl: boolean;
  /** Share of affected people over that of control; null where there is none, of control itself, or nobody is affected. */
  readonly ratio: number | null;
  /** Covers the true ratio with 95 %; null as the ratio, `upper` also where control has nobody affected. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** `only`: nobody else has it; `more`: more frequent than in control; both beyond chance. */
  readonly verdict: 'only' | 'more' | 'unclear' | null;
};

export type FlagVariants = {
  readonly flag: string;
  readonly rows: readonly VariantRow[];
  /** People to whom it happened and of whom no value, or several, are known. */
  readonly unknown: number;
};

const ALPHA = 0.05;
/** Of every comparison on a page together: how often a sentence may be wrong. */
const SAY_ONLY_ALPHA = 0.001;
const SAY_MORE_ALPHA = 0.01;
/** Less is an anecdote, however clear. */
const LEAST_PEOPLE = 3;

/** What others are compared with: the variant `control` where there is one, else who did not get the flag. */
export function controlOf(values: readonly string[]): string {
  return values.includes('control') ? 'control' : 'false';
}

/**
 * @param comparisons how many flags and values are looked at together: the more, the clearer a single one must be
 *   (Bonferroni)
 */
export function compareVariants(
  flag: string,
  counts: readonly VariantCount[],
  unknown: number,
  comparisons: number,
): FlagVariants {
  const control = controlOf(counts.map(({ value }) => value));
  const base = counts.find(({ value }) => value === control);
  const rows = counts.map((count) => rowOf(count, { base, control, counts, unknown, comparisons }));
  return { flag, unknown, rows: rows.toSorted(byValue) };
}

const byValue = (a: VariantRow, b: VariantRow): number =>
  Number(b.isControl) - Number(a.isControl) || (a.value < b.value ? -1 : 1);

type Around = {
  readonly base: VariantCount | undefined;
  readonly control: string;
  readonly counts: readonly VariantCount[];
  readonly unknown: number;
  readonly comparisons: number;
};

function rowOf(count: VariantCount, around: Around): VariantRow {
  const { base, control } = around;
  const isControl = count.value === control;
  const none = { isControl, ratio: null, lower: null, upper: null };
  if (isControl || !base || base.exposed === 0 || count.exposed === 0) {
    return { ...count, ...none, verdict: null };
  }
  if (count.affected + base.affected === 0) return { ...count, ...none, verdict: null };
  const arms = { a: count.affected, nT: count.exposed, b: base.affected, nC: base.exposed };
  const { lower, upper } = exactRatioInterval(arms, ALPHA);
  return {
    ...count,
    isControl,
    ratio: arms.b === 0 ? null : arms.a / arms.nT / (arms.b / arms.nC),
    lower,
    upper: Number.isFinite(upper) ? upper : null,
    verdict: verdictOf(count, around),
  };
}

/**
 * `only` holds when every affected person had the value, nobody's value is unknown, and so many of them would have had
 * it by chance at most once in a thousand pages (Fisher's exact test against everybody else who was told a value).
 */
function verdictOf(count: VariantCount, around: Around): 'only' | 'more' | 'unclear' {
  const { base, counts, unknown, comparisons } = around;
  const others = counts.filter(({ value }) => value !== count.value);
  const sum = (field: 'exposed' | 'affected') =>
    others.reduce((total, one) => total + one[field], 0);
  const chance = (b: number, nC: number) =>
    fisherGreater({ a: count.affected, nT: count.exposed, b, nC }) * Math.max(1, comparisons);
  if (count.affected < LEAST_PEOPLE) return 'unclear';
  const isAlone = sum('affected') === 0 && unknown === 0;
  if (isAlone && chance(0, sum('exposed')) <= SAY_ONLY_ALPHA) return 'only';
  return chance(base?.affected ?? 0, base?.exposed ?? 0) <= SAY_MORE_ALPHA ? 'more' : 'unclear';
}

/** By how much an issue is surely more frequent with a flag: what lists are ordered by. 0 where nothing is known. */
export const leastRatio = ({ rows }: FlagVariants): number =>
  Math.max(0, ...rows.map(({ lower }) => lower ?? 0));
