// What the numbers of one guardrail say: estimates, intervals and evidence, by the statistic that fits what
// it measures. Source: docs/statistics.md §1 to §3.
import { type RateBucket, sumBuckets } from '#stats/rate';
import { weighBuyers } from './buyers-evidence.ts';
import { againstThemselves, shiftOf } from './earlier-evidence.ts';
import { estimateOf } from './estimate.ts';
import { type Evidence, NOT_COMPARED } from './evidence.ts';
import { weighExternal } from './external-evidence.ts';
import type { Comparison, Guardrail } from './guardrail.ts';
import { weighLatency } from './latency-evidence.ts';
import { SESSIONS, SUMS, weighTally } from './mean-evidence.ts';
import type { GuardrailData } from './outcome.ts';
import { compareShares, shareAgainstLimits, shareValue } from './share-evidence.ts';
import { weighThroughput } from './throughput-evidence.ts';

/**
 * Computes the evidence of one guardrail from what was found. @param alpha intervals hold the truth with 1 - alpha;
 * null: none are computed
 */
export function weighEvidence(
  guardrail: Guardrail,
  data: GuardrailData,
  comparison: Comparison,
  alpha: number | null,
): Evidence {
  const isCompared = comparison === 'ratio';
  const { measure } = guardrail;
  if (measure.kind === 'external') {
    return weighExternal(guardrail, measure.reading.kind, data.external ?? [], isCompared, alpha);
  }
  const weighed = weighArms(guardrail, data, isCompared, alpha);
  const evidence = guardrail.estimate
    ? {
        ...weighed,
        estimate: estimateOf(
          guardrail,
          guardrail.estimate,
          data.hits[0] ?? [],
          isCompared,
          data.matured?.[0],
        ),
      }
    : weighed;
  switch (comparison) {
    case 'ratio':
    case 'absolute':
      return evidence;
    case 'self_control':
      return { ...evidence, ...againstThemselves(guardrail, data.pairs ?? [], alpha) };
    case 'before_after':
      return { ...evidence, shift: shiftOf(guardrail, data.windows ?? []) };
  }
}

function weighArms(
  guardrail: Guardrail,
  data: GuardrailData,
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  const { measure } = guardrail;
  switch (measure.kind) {
    case 'share':
    case 'conversion':
      return weighShare(guardrail, data.hits[0] ?? [], isCompared, alpha);
    case 'latency':
      return weighLatency(guardrail, measure, data, isCompared, alpha);
    case 'mean':
      if (isCompared && measure.countsAny) return weighBuyers(guardrail, data, alpha);
      return guardrail.kind === 'throughput' && isCompared && data.plannedShare !== undefined
        ? weighThroughput(guardrail, data, data.plannedShare, alpha)
        : weighTally(guardrail, SUMS, data, isCompared, alpha);
    case 'external':
      throw new Error('counted by another program');
    case 'sessions':
      return weighTally(guardrail, SESSIONS, data, isCompared, alpha);
  }
}

function weighShare(
  guardrail: Guardrail,
  buckets: readonly RateBucket[],
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  const counts = sumBuckets(buckets);
  const { absolute, bands } = guardrail;
  return {
    counts,
    treatment: shareValue(counts.a, counts.nT, alpha),
    control: shareValue(counts.b, counts.nC, alpha),
    absolute: absolute && shareAgainstLimits(guardrail, absolute, counts, isCompared),
    ...(isCompared && bands ? compareShares(guardrail, bands, buckets, alpha) : NOT_COMPARED),
  };
}
