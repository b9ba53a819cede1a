// Group-sequential bounds for looks that are planned ahead: less is lost at the last look than with intervals
// that hold at any time. Alpha is spent as alpha · t^phi of the information t; the chance of not having
// crossed is carried from look to look on Gauss–Legendre nodes.
import { bisect } from './bisect.ts';
import { normalCdf, normalPdf, normalQuantile } from './distributions.ts';
import { type Node, panelNodes } from './quadrature.ts';

const PANELS = 10;
const ORDER = 60;
/** No look needs a bound beyond this many standard errors. */
const WIDEST = 40;

export type SpendingPlan = {
  /** Ascending, the last one 1. */
  readonly informationFractions: readonly number[];
  readonly alpha: number;
  readonly phi: number;
  readonly sides: 1 | 2;
};

/** z bounds, one a look. */
export function groupBounds(plan: SpendingPlan): number[] {
  const { informationFractions: times, alpha, phi, sides } = plan;
  const bounds: number[] = [];
  let spent = 0;
  let before: { readonly time: number; readonly nodes: readonly Node[] } | undefined;
  for (const time of times) {
    const share = alpha * time ** phi - spent;
    spent += share;
    const bound = before ? nextBound(before, time, share, sides) : firstBound(share, sides);
    bounds.push(bound);
    before = { time, nodes: survivors(before, time, bound, sides) };
  }
  return bounds;
}

const firstBound = (share: number, sides: 1 | 2): number => -normalQuantile(share / sides);

type Before = { readonly time: number; readonly nodes: readonly Node[] };

/** The bound that is crossed at this look, and not before, with chance `share`. */
function nextBound(before: Before, time: number, share: number, sides: 1 | 2): number {
  const step = Math.sqrt(time - before.time);
  const crossing = (bound: number): number => {
    const edge = bound * Math.sqrt(time);
    let chance = 0;
    for (const { x, weight } of before.nodes) {
      chance += weight * normalCdf((x - edge) / step);
      if (sides === 2) chance += weight * normalCdf((-edge - x) / step);
    }
    return chance;
  };
  return bisect(WIDEST, 0, (bound) => crossing(bound) < share);
}

/** The score process among those who have not crossed: nodes with their probability as weight. */
function survivors(before: Before | undefined, time: number, bound: number, sides: 1 | 2): Node[] {
  const edge = bound * Math.sqrt(time);
  const from = sides === 2 ? -edge : -WIDEST * Math.sqrt(time);
  const sd = Math.sqrt(time - (before?.time ?? 0));
  const start: readonly Node[] = before?.nodes ?? [{ x: 0, weight: 1 }];
  return panelNodes(from, edge, PANELS, ORDER).map(({ x, weight }) => {
    let density = 0;
    for (const node of start) density += (node.weight * normalPdf((x - node.x) / sd)) / sd;
    return { x, weight: weight * density };
  });
}
