// How many people and days an experiment needs, from what people did lately.
import { runningDays, unitsPerArm } from '#stats/power';
import { momentsOf } from '#stats/sample';
import { sampleOf } from './arm-samples.ts';
import type { Metric } from './metric.ts';
import type { ArmStatistics } from './statistics.ts';

export type PlanWanted = {
  readonly metric: Metric;
  /** Percent. */
  readonly effectPercent: number;
  readonly variants: number;
  /** Of everyone, 0 to 100. */
  readonly rolloutPercentage: number;
  readonly confidenceLevel: number;
  readonly power: number;
  /** Null: one look, at the end. */
  readonly tuningParameter: number | null;
};

/** What people did lately. */
export type Lately = {
  readonly arm: ArmStatistics;
  /** Who came, counted or not. */
  readonly people: number;
  readonly days: number;
};

type Need = { readonly sampleSize: number | null; readonly days: number | null };

export type Plan = Need & {
  readonly value: number | null;
  readonly variance: number | null;
  readonly peoplePerDay: number;
  readonly alternatives: readonly (Need & { readonly effectPercent: number })[];
};

/** Effects in percent that are told beside the wanted one. */
const EFFECTS = [1, 2, 5, 10, 20, 50];

export function planFor(wanted: PlanWanted, { arm, people, days }: Lately): Plan {
  const peoplePerDay = (people / days) * (wanted.rolloutPercentage / 100);
  const moments = arm.n > 0 ? momentsOf(sampleOf(wanted.metric, arm)) : undefined;
  const isTold = moments && moments.mean !== 0 && moments.variance > 0;
  const needFor = (effectPercent: number): Need => {
    if (!isTold) return { sampleSize: null, days: null };
    const perVariant = unitsPerArm(moments, {
      effect: effectPercent / 100,
      alpha: 1 - wanted.confidenceLevel,
      tuningParameter: wanted.tuningParameter,
      targetPower: wanted.power,
    });
    const sampleSize = Math.ceil(perVariant) * wanted.variants;
    return { sampleSize, days: peoplePerDay > 0 ? runningDays(sampleSize, peoplePerDay) : null };
  };
  return {
    ...needFor(wanted.effectPercent),
    value: moments && Number.isFinite(moments.mean) ? moments.mean : null,
    variance: moments && Number.isFinite(moments.variance) ? moments.variance : null,
    peoplePerDay,
    alternatives: EFFECTS.map((effectPercent) => ({ effectPercent, ...needFor(effectPercent) })),
  };
}
