// Evidence that a change makes people do less of something, or nothing: of all active people, the planned share should have
// the change (a deadlock, or a client that dies before it speaks, leaves nobody to count), and each of them should do as
// much. Source: docs/statistics.md §3, "Throughput".
import { meanOfLogE } from '#stats/combine';
import { oneSampleLogE } from '#stats/one-sample';
import { sampleRatioConcentration } from '#stats/sample-ratio';
import type { Evidence } from './evidence.ts';
import type { Guardrail } from './guardrail.ts';
import { SUMS, weighTally } from './mean-evidence.ts';
import type { GuardrailData } from './outcome.ts';

/** Active people of both arms. */
export type Active = { readonly treatment: number; readonly control: number };

/**
 * ln E against "treatment has at least `ratio` of its planned share of active people" (harm down), valid at every look:
 * the sample-ratio test of `stats/sample-ratio.ts`, its prior cut to the side under test.
 */
export function activeLogE(
  { treatment, control }: Active,
  test: {
    /** Fraction of the people compared that should have the change. */
    readonly plannedShare: number;
    /** 1: as many as planned. */
    readonly ratio: number;
    readonly side: 'up' | 'down';
  },
): number {
  const { plannedShare: share, ratio, side } = test;
  const k = sampleRatioConcentration([share, 1 - share]);
  return oneSampleLogE(
    { events: treatment, n: treatment + control },
    {
      p0: (share * ratio) / (share * ratio + 1 - share),
      side,
      prior: { a: k * share, b: k * (1 - share) },
    },
  );
}

/** @param plannedShare fraction of the people compared that should have the change, between 0 and 1 */
export function weighThroughput(
  guardrail: Guardrail,
  data: GuardrailData,
  plannedShare: number,
  alpha: number | null,
): Evidence {
  const perPerson = weighTally(guardrail, SUMS, data, true, alpha);
  const { counts, effect, effectInterval } = perPerson;
  const { harm, bands } = guardrail;
  if (bands === null || counts.nC === 0) return perPerson;
  const active = { treatment: counts.a, control: counts.b };
  const opposite = harm === 'up' ? 'down' : 'up';
  const lnEActive = activeLogE(active, { plannedShare, ratio: 1, side: harm });
  const lnESafeActive = activeLogE(active, { plannedShare, ratio: bands.red, side: opposite });
  // What each does, times how many there are for one that was planned.
  const scale = ((counts.nT / counts.nC) * (1 - plannedShare)) / plannedShare;
  return {
    ...perPerson,
    effect: effect === null ? null : effect * scale,
    effectInterval: effectInterval && {
      lower: effectInterval.lower * scale,
      upper: effectInterval.upper === null ? null : effectInterval.upper * scale,
    },
    // Either may show the harm; safety needs both.
    lnE: meanOfLogE([lnEActive, perPerson.lnE]),
    lnESafe: Math.min(lnESafeActive, perPerson.lnESafe),
    isMature: true,
  };
}
