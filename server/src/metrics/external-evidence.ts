// Evidence from what another program counted of servers. Requests of one person are not independent of each other, so the
// evidence is deflated by how much windows of control differ beyond chance. Source: docs/statistics.md §3, "Requests".
import { type RateBucket, sumBuckets } from '#stats/rate';
import { judgeWindows } from './estimate.ts';
import { type Evidence, NOT_COMPARED } from './evidence.ts';
import { type Guardrail, isBeyond } from './guardrail.ts';
import { compareShares, shareAgainstLimits, shareValue } from './share-evidence.ts';

/** Windows from which on their spread is known well enough. */
const MIN_WINDOWS = 30;
/** An arm without requests in so many windows has gone away: what it did before says nothing of now. */
const LAST_WINDOWS = 5;

export function weighExternal(
  guardrail: Guardrail,
  kind: 'value' | 'rates',
  rows: readonly (readonly number[])[],
  isCompared: boolean,
  alpha: number | null,
): Evidence {
  if (kind === 'value') return weighValue(guardrail, rows);
  const buckets = rows.map(([nT = 0, nC = 0, a = 0, b = 0]): RateBucket => ({ nT, nC, a, b }));
  const counts = rounded(sumBuckets(buckets));
  const { spread, windows } = dispersion(buckets, isCompared);
  const isEnough = windows >= MIN_WINDOWS;
  const isMature = isEnough && isPresent(buckets, isCompared);
  const deflated = buckets.map(({ nT, nC, a, b }) => ({ nT, nC, a: a / spread, b: b / spread }));
  const sums = sumBuckets(buckets);
  const thinned = {
    nT: sums.nT / spread,
    nC: sums.nC / spread,
    a: sums.a / spread,
    b: sums.b / spread,
  };
  const { absolute, bands } = guardrail;
  const base = {
    counts,
    treatment: shareValue(thinned.a, thinned.nT, alpha),
    control: shareValue(thinned.b, thinned.nC, alpha),
    absolute:
      absolute && isEnough
        ? present(isMature, shareAgainstLimits(guardrail, absolute, thinned, isCompared))
        : null,
  };
  if (!isCompared || bands === null) return { ...base, ...NOT_COMPARED, isMature };
  const compared = compareShares({ ...guardrail, isCommon: false }, bands, deflated, alpha);
  return isEnough
    ? { ...base, ...present(isMature, compared), isMature }
    : { ...base, ...compared, lnE: 0, lnESafe: 0, isMature };
}

/** Evidence of harm counts however old it is; safety is not proven by old data. */
const present = <E extends { readonly lnESafe: number }>(isPresent: boolean, evidence: E): E =>
  isPresent ? evidence : { ...evidence, lnESafe: 0 };

function isPresent(buckets: readonly RateBucket[], isCompared: boolean): boolean {
  const last = buckets.slice(-LAST_WINDOWS);
  return last.some(({ nT }) => nT > 0) && (!isCompared || last.some(({ nC }) => nC > 0));
}

const rounded = ({ nT, nC, a, b }: RateBucket): RateBucket => ({
  nT: Math.round(nT),
  nC: Math.round(nC),
  a: Math.round(a),
  b: Math.round(b),
});

/** φ of windows of control, or of treatment where nobody is compared with: 1 where they differ no more than by chance. */
function dispersion(buckets: readonly RateBucket[], isCompared: boolean) {
  const arm = buckets
    .map(({ nT, nC, a, b }) => (isCompared ? { n: nC, events: b } : { n: nT, events: a }))
    .filter(({ n }) => n > 0);
  const n = arm.reduce((sum, window) => sum + window.n, 0);
  const rate = n === 0 ? 0 : arm.reduce((sum, window) => sum + window.events, 0) / n;
  const windows = arm.length;
  if (rate === 0 || windows < 2) return { spread: 1, windows };
  const deviance = arm.reduce((sum, window) => {
    const mean = window.n * rate;
    return sum + (window.events - mean) ** 2 / mean;
  }, 0);
  return { spread: Math.max(1, deviance / (windows - 1)), windows };
}

/** One value against fixed limits, by k of its last n windows; older readings say nothing of now. */
function weighValue(guardrail: Guardrail, rows: readonly (readonly number[])[]): Evidence {
  const { absolute, estimate } = guardrail;
  const values = rows.slice(-(estimate?.windows ?? LAST_WINDOWS)).map(([value = null]) => value);
  const beyond = (band: 'yellow' | 'red') =>
    values.map((value) =>
      value === null ? null : absolute !== null && isBeyond(guardrail, value, absolute[band]),
    );
  const known = values.filter((value) => value !== null);
  const value = known.at(-1) ?? null;
  return {
    ...NOT_COMPARED,
    counts: { nT: known.length, nC: known.length, a: 0, b: 0 },
    treatment: { value, interval: null },
    control: { value: null, interval: null },
    absolute: null,
    ...(estimate ? { estimate: judgeWindows(estimate, beyond('yellow'), beyond('red')) } : {}),
  };
}
