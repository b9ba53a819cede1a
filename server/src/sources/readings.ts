// What guardrails ask of another program that watches servers, and how its answer becomes rows. Pure.

/** A question to Prometheus: a value, or bad events of all events per arm. */
export type Reading = {
  /** Length of a window; the text `$window` in a query stands for it. */
  readonly windowMs: number;
} & (
  | { readonly kind: 'value'; readonly query: string }
  | {
      readonly kind: 'rates';
      readonly bad: string;
      readonly total: string;
      /** The label that tells the arms apart, and its values. */
      readonly label: string;
      readonly treatment: string;
      readonly control: string;
    }
);

/** A row per window, in order of time: `[value]`, or `[nT, nC, a, b]`; empty where nothing was read. */
export type Readings = readonly (readonly number[])[];

/** So many windows at most; longer stages have longer windows, over which counts add up. */
const MAX_WINDOWS = 2000;
/** What a scrape may take to arrive. */
const SCRAPE_MS = 15_000;

/** How long after the start of a stage its first window must have been read. */
export const firstWindowMs = ({ windowMs }: Reading): number =>
  windowMs + Math.min(SCRAPE_MS, windowMs);

type Stretch = { readonly fromMs: number; readonly toMs: number };

/** Ends of the windows that are over, evenly spaced from the start of a stage; null before the first is. */
export function windowsOf(
  { windowMs }: Reading,
  { fromMs, toMs }: Stretch,
): { readonly firstMs: number; readonly lastMs: number; readonly stepMs: number } | null {
  let stepMs = windowMs;
  const untilMs = toMs - Math.min(SCRAPE_MS, windowMs);
  while ((untilMs - fromMs) / stepMs > MAX_WINDOWS) stepMs *= 2;
  const count = Math.floor((untilMs - fromMs) / stepMs);
  if (count < 1) return null;
  return { firstMs: fromMs + stepMs, lastMs: fromMs + count * stepMs, stepMs };
}

/** The queries of a reading with its window filled in, in the order in which {@link rowsOf} takes their answers. */
export function queriesOf(reading: Reading, stepMs: number): string[] {
  const written = reading.kind === 'value' ? [reading.query] : [reading.bad, reading.total];
  return written.map((query) => query.replaceAll('$window', `${Math.round(stepMs / 1000)}s`));
}

type Series = {
  readonly labels: Readonly<Record<string, string>>;
  readonly readings: ReadonlyMap<number, number>;
};

/** @throws Error when a value is asked for and several series answer, or no series says which arm it is of */
export function rowsOf(
  reading: Reading,
  answers: readonly (readonly Series[])[],
  ends: readonly number[],
): number[][] {
  const [first = [], total = []] = answers;
  if (reading.kind === 'value') {
    if (first.length > 1) {
      throw new Error(`The query gives ${first.length} series where one value is needed.`);
    }
    return ends.map((end) => {
      const value = first[0]?.readings.get(end);
      return value === undefined ? [] : [value];
    });
  }
  for (const series of [first, total]) {
    if (series.length === 0 || series.some(({ labels }) => reading.label in labels)) continue;
    throw new Error(`No series of the answer has the label ${reading.label}.`);
  }
  const sum = (series: readonly Series[], arm: string, end: number): number =>
    series
      .filter(({ labels }) => labels[reading.label] === arm)
      .reduce((all, { readings }) => all + (readings.get(end) ?? 0), 0);
  return ends.map((end) => {
    const nT = sum(total, reading.treatment, end);
    const nC = sum(total, reading.control, end);
    if (nT + nC <= 0) return [];
    // Counters are read at slightly different moments: never more bad ones than there are.
    const a = Math.min(nT, sum(first, reading.treatment, end));
    return [nT, nC, a, Math.min(nC, sum(first, reading.control, end))];
  });
}
