// Sums of arms in a form in which two of them can be compared.
import type { ArmStatistics } from './statistics.ts';

export type Arms = Readonly<Record<string, ArmStatistics>>;

/** Sums of no one are not told; of floats the last digits differ with the order in which they are added. */
export function comparable(arms: Arms | undefined): unknown {
  const told = Object.entries(arms ?? {}).filter(([, { n }]) => n > 0);
  return told
    .map(([variant, { epochs: _epochs, ...arm }]) => [variant, rounded(arm)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What was counted in one of the times between changes of the shares. */
export const epochOf = (arms: Arms | undefined, epoch: number): Arms =>
  Object.fromEntries(
    Object.entries(arms ?? {}).flatMap(([key, arm]) => {
      const own = (arm.epochs ?? [arm])[epoch];
      return own ? [[key, own]] : [];
    }),
  );

const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, one: unknown) =>
      typeof one === 'number' ? Number(one.toPrecision(10)) : one,
    ),
  );
