// Where the stops and ways of paths are drawn: a column for each step, stops as tall as people pass, and bands
// between them.

/** One way between two stops, in the form of PostHog's API: `1_/cart` is the stop `/cart` at the first step. */
export type PathEdge = {
  readonly source: string;
  readonly target: string;
  readonly value: number;
  /** Milliseconds. */
  readonly average_conversion_time: number;
};

export type Stop = {
  /** As the server names it. */
  readonly key: string;
  readonly name: string;
  /** From 0 on. */
  readonly column: number;
  readonly value: number;
  /** In pixels from the top. */
  readonly top: number;
  readonly height: number;
};

export type Band = {
  readonly edge: PathEdge;
  readonly from: Stop;
  readonly to: Stop;
  readonly fromTop: number;
  readonly toTop: number;
  readonly height: number;
};

export type PathLayout = {
  readonly stops: readonly Stop[];
  readonly bands: readonly Band[];
  readonly columns: number;
  readonly height: number;
};

/** The step, from 1 on, and the name of a stop. */
export function stopOf(key: string): { readonly step: number; readonly name: string } {
  const [, step, name] = /^(\d+)_([^]*)$/.exec(key) ?? [];
  return { step: Number(step ?? 1), name: name ?? key };
}

/** Room of a stop for its name, and between two, in pixels. */
const MIN_HEIGHT = 4;
const GAP = 26;
/** Height of the fullest column without gaps, in pixels. */
const FULL_HEIGHT = 280;

export function layoutOf(edges: readonly PathEdge[]): PathLayout {
  const incoming = sumsBy(edges, ({ target }) => target);
  const outgoing = sumsBy(edges, ({ source }) => source);
  const keys = [...new Set(edges.flatMap(({ source, target }) => [source, target]))];
  const sized = keys.map((key) => ({
    key,
    ...stopOf(key),
    value: Math.max(incoming.get(key) ?? 0, outgoing.get(key) ?? 0),
  }));
  const columns = [...Map.groupBy(sized, ({ step }) => step)].toSorted(([a], [b]) => a - b);
  const fullest = Math.max(
    1,
    ...columns.map(([, of]) => of.reduce((sum, one) => sum + one.value, 0)),
  );
  const perPerson = FULL_HEIGHT / fullest;
  const stops = columns.flatMap(([, of], column) => {
    let top = GAP;
    return of
      .toSorted((a, b) => b.value - a.value)
      .map(({ key, name, value }): Stop => {
        const height = Math.max(MIN_HEIGHT, value * perPerson);
        const stop = { key, name, column, value, top, height };
        top += height + GAP;
        return stop;
      });
  });
  const height = Math.max(0, ...stops.map((stop) => stop.top + stop.height));
  return { stops, bands: bandsOf(edges, stops, perPerson), columns: columns.length, height };
}

function sumsBy(
  edges: readonly PathEdge[],
  keyOf: (edge: PathEdge) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const edge of edges) sums.set(keyOf(edge), (sums.get(keyOf(edge)) ?? 0) + edge.value);
  return sums;
}

/** Bands leave and arrive one below the other, the highest first, so that few cross. */
function bandsOf(edges: readonly PathEdge[], stops: readonly Stop[], perPerson: number): Band[] {
  const byKey = new Map(stops.map((stop) => [stop.key, stop]));
  const left = new Map<string, number>();
  const arrived = new Map<string, number>();
  const known = edges.flatMap((edge) => {
    const [from, to] = [byKey.get(edge.source), byKey.get(edge.target)];
    return from && to ? [{ edge, from, to }] : [];
  });
  const place = (used: Map<string, number>, stop: Stop, height: number): number => {
    const at = used.get(stop.key) ?? stop.top;
    used.set(stop.key, at + height);
    return at;
  };
  return known
    .toSorted((a, b) => a.from.top - b.from.top || a.to.top - b.to.top)
    .map(({ edge, from, to }) => {
      const height = Math.max(1, edge.value * perPerson);
      const fromTop = place(left, from, height);
      const toTop = place(arrived, to, height);
      return { edge, from, to, fromTop, toTop, height };
    });
}

/** The outline of a band between two columns. */
export function bandPath({ fromTop, toTop, height }: Band, x0: number, x1: number): string {
  const middle = (x0 + x1) / 2;
  const [a, b] = [fromTop + height, toTop + height];
  return `M${x0} ${fromTop}C${middle} ${fromTop} ${middle} ${toTop} ${x1} ${toTop}L${x1} ${b}C${middle} ${b} ${middle} ${a} ${x0} ${a}Z`;
}
