// What each kind of metric makes of one unit's events, on plain events: the reference for unit-sql.ts.
import {
  type EventSource,
  type ExposedUnit,
  type ExposureRules,
  type Span,
  type SpanUnit,
  type UnitEvent,
  dayOf,
  exposureEndMs,
  spanMs,
  valueOver,
} from './unit-values.ts';

type Rules = ExposureRules & { readonly timezone: string };

/** Days before the first exposure whose sums are told, too. */
type Adjusted = { readonly cupedDays?: number };
type Windowed = {
  readonly window?: Span;
  /** It begins to count so long after the first exposure. */
  readonly delay?: Span;
  readonly onlyMatured?: boolean;
};
export type Winsorized = {
  readonly lower?: number;
  readonly upper?: number;
  readonly ignoreZeros?: boolean;
};

export type ReferenceMetric = Windowed & { readonly breakdown?: string } & (
    | ({
        readonly kind: 'mean';
        readonly source: EventSource;
        readonly winsorize?: Winsorized;
      } & Adjusted)
    | ({
        readonly kind: 'funnel';
        readonly steps: readonly string[];
        readonly order?: 'ordered' | 'unordered';
      } & Adjusted)
    | ({
        readonly kind: 'ratio';
        readonly numerator: EventSource;
        readonly denominator: EventSource;
      } & Adjusted)
    | {
        readonly kind: 'retention';
        readonly startEvent: string;
        readonly completionEvent: string;
        readonly retentionWindow: {
          readonly start: number;
          readonly end: number;
          readonly unit: SpanUnit;
        };
        readonly startHandling: 'first_seen' | 'last_seen';
      }
  );

/** What a unit adds: its value, and what else its kind of metric needs. */
export type UnitValue = {
  readonly unit: ExposedUnit;
  readonly value: number;
  /** Denominator of a ratio. */
  readonly other?: number;
  /** The same before the exposure. */
  readonly before?: Earlier;
};
type Earlier = { readonly value: number; readonly other?: number };

/** Undefined for units that take no part: not matured, or without a start event. */
export function unitValue(
  unit: ExposedUnit,
  input: Rules,
  metric: ReferenceMetric,
): Omit<UnitValue, 'unit'> | undefined {
  if (metric.kind === 'retention') return retentionValue(unit, input, metric);
  const asOfMs = Date.parse(input.asOf);
  const windowMs = metric.window && spanMs(metric.window);
  const isMatured = windowMs === undefined || unit.firstMs + windowMs <= asOfMs;
  if (metric.onlyMatured === true && !isMatured) return undefined;
  const untilMs =
    windowMs === undefined ? exposureEndMs(input) : Math.min(unit.firstMs + windowMs, asOfMs);
  const range = { fromMs: unit.firstMs, untilMs, timezone: input.timezone };
  const own = rangeValue(unit, metric, range);
  if (metric.cupedDays === undefined) return own;
  const fromMs = unit.exposedMs - spanMs({ value: metric.cupedDays, unit: 'day' });
  const before = rangeValue(unit, metric, { ...range, fromMs, untilMs: unit.exposedMs });
  return { ...own, before };
}

function rangeValue(
  unit: ExposedUnit,
  metric: Exclude<ReferenceMetric, { kind: 'retention' }>,
  range: Parameters<typeof valueOver>[2],
): Earlier {
  switch (metric.kind) {
    case 'mean':
      return { value: valueOver(unit, metric.source, range) };
    case 'funnel':
      return { value: stepsReached(unit, metric, range) };
    case 'ratio':
      return {
        value: valueOver(unit, metric.numerator, range),
        other: valueOver(unit, metric.denominator, range),
      };
  }
}

/** Earliest matches in order; no event serves two steps, and equal times are in any order. */
function stepsReached(
  unit: ExposedUnit,
  metric: Extract<ReferenceMetric, { kind: 'funnel' }>,
  range: { readonly fromMs: number; readonly untilMs: number },
): number {
  const used = new Set<UnitEvent>();
  let fromMs = range.fromMs;
  let reached = 0;
  for (const step of metric.steps) {
    const match = unit.events.find(
      (event) =>
        event.event === step &&
        event.atMs >= fromMs &&
        event.atMs < range.untilMs &&
        !used.has(event),
    );
    if (!match && metric.order !== 'unordered') break;
    if (!match) continue;
    used.add(match);
    reached += 1;
    if (metric.order !== 'unordered') fromMs = match.atMs;
  }
  return reached;
}

function retentionValue(
  unit: ExposedUnit,
  input: Rules,
  metric: Extract<ReferenceMetric, { kind: 'retention' }>,
): { value: number } | undefined {
  const asOfMs = Date.parse(input.asOf);
  const { start, end, unit: scale } = metric.retentionWindow;
  const starts = unit.events.filter(
    ({ event, atMs }) =>
      event === metric.startEvent && atMs >= unit.firstMs && atMs < exposureEndMs(input),
  );
  const first = metric.startHandling === 'first_seen' ? starts[0] : starts.at(-1);
  if (!first) return undefined;
  const isMatured = first.atMs + spanMs({ value: end, unit: scale }) <= asOfMs;
  if (metric.onlyMatured === true && !isMatured) return undefined;
  const isBack = unit.events.some((event) => {
    if (event.event !== metric.completionEvent || event === first) return false;
    if (event.atMs < first.atMs || event.atMs >= asOfMs) return false;
    const passed = unitsBetween(first.atMs, event.atMs, scale, input.timezone);
    return passed >= start && passed <= end;
  });
  return { value: Number(isBack) };
}

/** Days are calendar days of the project, hours are clock hours; other units count elapsed time. */
function unitsBetween(fromMs: number, toMs: number, unit: SpanUnit, timezone: string): number {
  const length = spanMs({ value: 1, unit });
  if (unit === 'day') return (dayNumber(toMs, timezone) - dayNumber(fromMs, timezone)) / length;
  if (unit === 'hour') return Math.floor(toMs / length) - Math.floor(fromMs / length);
  return Math.floor((toMs - fromMs) / length);
}

/** Midnight of a day by its date alone, so that days can be counted. */
export const dayNumber = (atMs: number, timezone: string): number =>
  Date.parse(dayOf(atMs, timezone));
