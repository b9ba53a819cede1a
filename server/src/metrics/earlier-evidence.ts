// Evidence where nobody is a randomised control: people against themselves before the rollout, and everybody against
// the same hours of earlier weeks. It cannot tell the change from whatever else has happened since, so it may pause a
// rollout and never takes the change back. Source: docs/statistics.md §3, "Earlier".
import { halfNormalHalfWidth, halfNormalLogE } from '#stats/half-normal';
import { type Compared, NOT_COMPARED } from './evidence.ts';
import type { Guardrail } from './guardrail.ts';
import type { Window } from './outcome.ts';

/** People who were seen before and after, from whom on their mean difference is near enough to normal. */
const MIN_PAIRS = 50;
/** The relative change that is looked for where the bands are no ratio. */
const WORTH_CATCHING = 0.5;

/** @param pairs see PAIR_COLUMNS */
export function againstThemselves(
  { harm, bands }: Pick<Guardrail, 'harm' | 'bands'>,
  [n = 0, sd = 0, sdd = 0, before = 0, after = 0]: readonly number[],
  alpha: number | null,
): Compared {
  const isAgainstBefore = true;
  if (n < MIN_PAIRS || before <= 0) return { ...NOT_COMPARED, isAgainstBefore };
  const mean = before / n;
  const variance = Math.max(0, (sdd - sd ** 2 / n) / (n - 1)) / n;
  if (variance === 0) return { ...NOT_COMPARED, isAgainstBefore };
  const worth = bands?.scale === 'ratio' ? Math.abs(bands.red - 1) : WORTH_CATCHING;
  const tauSquared = (worth * mean) ** 2;
  const towardsHarm = (harm === 'up' ? sd : -sd) / n;
  const effect = after / before;
  const reachOf = (level: number) =>
    halfNormalHalfWidth({ sides: 2, variance, tauSquared }, level) / mean;
  return {
    effect,
    effectInterval: alpha === null ? null : around(effect, reachOf(alpha)),
    lnE: halfNormalLogE(towardsHarm, { sides: 1, variance, tauSquared }),
    lnESafe: 0,
    isMature: true,
    isAgainstBefore,
  };
}

/** A ratio is never below 0. */
const around = (effect: number, reach: number) => ({
  lower: Math.max(0, effect - reach),
  upper: effect + reach,
});

/** Windows that are judged, and how many of them must be off. */
const JUDGED_WINDOWS = 5;
const OFF_WINDOWS = 3;
/** Weeks that a window needs to be held against. */
const MIN_WEEKS = 2;
/** Differences between weeks from which their spread is known well enough. */
const MIN_FREEDOM = 4;

type Expected = { readonly y: number; readonly freedom: number; readonly deviance: number };

/**
 * How far three of the last five windows lie off the same hours of earlier weeks: z = (y − μ)/√(φμ) towards harm, φ being
 * the spread of those weeks over a Poisson's.
 */
export function shiftOf(
  guardrail: Pick<Guardrail, 'harm' | 'kind'>,
  windows: readonly Window[],
): number | null {
  const slots = [...Map.groupBy(windows, ({ windowsAgo }) => windowsAgo)];
  const known = slots.flatMap(([windowsAgo, all]) => {
    const now = all.find(({ weeksAgo }) => weeksAgo === 0);
    const expected = expectedOf(
      guardrail,
      now,
      all.filter(({ weeksAgo }) => weeksAgo > 0),
    );
    return expected ? [{ windowsAgo, now, expected }] : [];
  });
  const freedom = known.reduce((sum, { expected }) => sum + expected.freedom, 0);
  if (freedom < MIN_FREEDOM) return null;
  const deviance = known.reduce((sum, { expected }) => sum + expected.deviance, 0);
  const phi = Math.max(1, deviance / freedom);
  const sign = guardrail.harm === 'up' ? 1 : -1;
  const off = known.flatMap(({ windowsAgo, now, expected }) => {
    if (now === undefined || windowsAgo >= JUDGED_WINDOWS) return [];
    return [(sign * (now.y - expected.y)) / Math.sqrt(phi * Math.max(1, expected.y))];
  });
  return off.toSorted((a, b) => b - a)[OFF_WINDOWS - 1] ?? null;
}

/** Throughput is what a fall in people shows in, so only there it is not counted per person. */
function expectedOf(
  { kind }: Pick<Guardrail, 'kind'>,
  now: Window | undefined,
  earlier: readonly Window[],
): Expected | null {
  const isPlain = kind === 'throughput';
  const weight = (window: Window) => (isPlain ? 1 : window.x);
  const weeks = earlier.filter(({ x }) => x > 0);
  if (weeks.length < MIN_WEEKS) return null;
  const total = (of: (window: Window) => number) => weeks.reduce((sum, one) => sum + of(one), 0);
  const rate = total(({ y }) => y) / total(weight);
  const deviance = total((week) => {
    const mean = rate * weight(week);
    return mean > 0 ? (week.y - mean) ** 2 / mean : 0;
  });
  return { y: rate * (now ? weight(now) : 0), freedom: weeks.length - 1, deviance };
}
