// Fixed thresholds on estimates, for those who ask for them: k of the last n windows beyond a band. There is no error
// rate to hold: how often a harmless release would be taken back is simulated, and said (estimate-odds.ts).
import type { RateBucket } from '#stats/rate';
import type { Evidence } from './evidence.ts';
import { type Estimate, type Guardrail, isBeyond } from './guardrail.ts';
import { sumBuckets } from '#stats/rate';

type Judged = NonNullable<Evidence['estimate']>;

/** Windows of people in the order in which they entered; the last one, which is not full, is left out. */
function windowsOf(buckets: readonly RateBucket[], minSample: number, isCompared: boolean) {
  const windows: RateBucket[] = [];
  let open: RateBucket[] = [];
  for (const bucket of buckets) {
    open.push(bucket);
    const sum = sumBuckets(open);
    if (sum.nT < minSample || (isCompared && sum.nC < minSample)) continue;
    windows.push(sum);
    open = [];
  }
  return windows;
}

/**
 * @param buckets in order of time, those without an outcome included
 * @param matured how many of the first ones hold people who have had time for the outcome
 */
export function estimateOf(
  guardrail: Guardrail,
  estimate: Estimate,
  buckets: readonly RateBucket[],
  isCompared: boolean,
  matured = Infinity,
): Judged {
  // The last one holds whoever is in no bucket.
  const judged = buckets.slice(0, Math.min(matured, buckets.length - 1));
  const windows = windowsOf(judged, estimate.minSample, isCompared);
  const bands = (['yellow', 'red'] as const).map((band) =>
    windows.map((window) => isBeyondBand(guardrail, band, window, isCompared)),
  );
  return judgeWindows(estimate, bands[0] ?? [], bands[1] ?? []);
}

/** @param yellow whether each window lies beyond the yellow band, null where nothing is known of it, and so on */
export function judgeWindows(
  { windows, over }: Estimate,
  yellow: readonly (boolean | null)[],
  red: readonly (boolean | null)[],
): Judged {
  const last = (all: readonly (boolean | null)[]) => all.slice(-windows);
  const count = (all: readonly (boolean | null)[]) => last(all).filter(Boolean).length;
  const known = last(yellow).filter((one) => one !== null).length;
  return {
    windows: yellow.length,
    isYellow: count(yellow) >= over,
    isRed: count(red) >= over,
    isClear: known >= windows && count(yellow) < over,
  };
}

function isBeyondBand(
  guardrail: Guardrail,
  band: 'yellow' | 'red',
  { nT, nC, a, b }: RateBucket,
  isCompared: boolean,
): boolean {
  const { absolute, bands } = guardrail;
  const share = a / nT;
  const without = isCompared && nC > 0 ? b / nC : null;
  // Where control breaks the limit too, it says nothing about the change.
  const isMuted = (limit: number) => without !== null && isBeyond(guardrail, without, limit);
  const limit = absolute?.[band];
  if (limit !== undefined && isBeyond(guardrail, share, limit) && !isMuted(limit)) return true;
  if (without === null || bands === null) return false;
  if (bands.scale === 'difference') return isBeyond(guardrail, share - without, bands[band]);
  // Nothing is a times nothing: any outcome at all is beyond.
  if (without === 0) return guardrail.harm === 'up' && share > 0;
  return isBeyond(guardrail, share / without, bands[band]);
}
