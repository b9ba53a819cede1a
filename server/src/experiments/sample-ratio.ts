// Whether people come in the planned shares, all together and by what they are: a browser in which a variant crashes
// before it is reported shows here first.
import { sampleRatioChiSquared, sampleRatioLogE } from '#stats/sample-ratio';

export const SRM_ALPHA = 0.001;
export const MIN_SRM_PEOPLE = 100;

export type SampleRatio = {
  readonly pValue: number;
  /** Always valid: what is acted on. */
  readonly sequentialPValue: number;
  /** Shares of the variants, 0 to 1. */
  readonly expected: Readonly<Record<string, number>>;
};

type ByVariant = Readonly<Record<string, number>>;

/** People by variant, and the percent of everyone that each was to get. */
type Split = { readonly people: ByVariant; readonly shares: ByVariant };

/** Whether people come in the planned shares, those of each time between changes; null while too few have come. */
export function sampleRatioOf(splits: readonly Split[]): SampleRatio | null {
  const expected: Record<string, number> = {};
  const observed: Record<string, number> = {};
  let logE = 0;
  for (const { people, shares } of splits) {
    const given = Object.keys(shares).filter((key) => (shares[key] ?? 0) > 0);
    const counts = given.map((key) => people[key] ?? 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const whole = given.reduce((sum, key) => sum + (shares[key] ?? 0), 0);
    if (total === 0 || given.length < 2) continue;
    const parts = given.map((key) => (shares[key] ?? 0) / whole);
    logE += sampleRatioLogE(counts, parts);
    for (const [i, key] of given.entries()) {
      expected[key] = (expected[key] ?? 0) + total * (parts[i] ?? 0);
      observed[key] = (observed[key] ?? 0) + (counts[i] ?? 0);
    }
  }
  const keys = Object.keys(expected);
  const total = keys.reduce((sum, key) => sum + (observed[key] ?? 0), 0);
  if (total < MIN_SRM_PEOPLE) return null;
  const weights = keys.map((key) => (expected[key] ?? 0) / total);
  const counts = keys.map((key) => observed[key] ?? 0);
  return {
    pValue: sampleRatioChiSquared(counts, weights).pValue,
    sequentialPValue: Math.min(1, Math.exp(-logE)),
    expected: Object.fromEntries(keys.map((key, i) => [key, weights[i] ?? 0])),
  };
}

export type Level = {
  /** Property and value: `$browser`, `Safari`. */
  readonly property: string;
  readonly value: string;
  readonly splits: readonly Split[];
};

export type LevelOff = {
  readonly property: string;
  readonly value: string;
  readonly people: ByVariant;
  readonly expected: ByVariant;
  /** Right at every look, held up to all levels together. */
  readonly pValue: number;
};

/** The levels in which people do not come in the planned shares, the surest first (Bonferroni over those that are told). */
export function levelsOff(levels: readonly Level[]): LevelOff[] {
  const told = levels.flatMap(({ property, value, splits }) => {
    const ratio = sampleRatioOf(splits);
    return ratio ? [{ property, value, ratio, people: together(splits) }] : [];
  });
  return told
    .map(({ property, value, ratio, people }) => ({
      property,
      value,
      people,
      expected: ratio.expected,
      pValue: Math.min(1, ratio.sequentialPValue * told.length),
    }))
    .filter(({ pValue }) => pValue < SRM_ALPHA)
    .toSorted((a, b) => a.pValue - b.pValue);
}

function together(splits: readonly Split[]): ByVariant {
  const people: Record<string, number> = {};
  for (const { people: own } of splits) {
    for (const [key, count] of Object.entries(own)) people[key] = (people[key] ?? 0) + count;
  }
  return people;
}
