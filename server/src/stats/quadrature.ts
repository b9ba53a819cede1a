// Gauss–Legendre integration: exact for smooth functions with few nodes, and the same result every time.

export type Node = { readonly x: number; readonly weight: number };

const rules = new Map<number, readonly Node[]>();

/** Nodes and weights of order `n` on [-1, 1] (roots of the Legendre polynomial, by Newton's method). */
export function gaussLegendre(n: number): readonly Node[] {
  const known = rules.get(n);
  if (known) return known;
  const nodes = Array.from({ length: n }, (_, i) => legendreNode(n, i));
  rules.set(n, nodes);
  return nodes;
}

function legendreNode(n: number, i: number): Node {
  let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
  let slope = 0;
  for (let step = 0; step < 100; step += 1) {
    let before = 1;
    let value = x;
    for (let k = 2; k <= n; k += 1) {
      [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
    }
    slope = (n * (x * value - before)) / (x * x - 1);
    const change = value / slope;
    x -= change;
    if (Math.abs(change) < 1e-16) break;
  }
  return { x, weight: 2 / ((1 - x * x) * slope * slope) };
}

/** Nodes and weights of `panels` equal parts of [from, to], `order` nodes in each. */
export function panelNodes(from: number, to: number, panels: number, order: number): Node[] {
  const half = (to - from) / (2 * panels);
  return Array.from({ length: panels }, (_, panel) =>
    gaussLegendre(order).map(({ x, weight }) => ({
      x: from + half * (2 * panel + 1 + x),
      weight: weight * half,
    })),
  ).flat();
}
