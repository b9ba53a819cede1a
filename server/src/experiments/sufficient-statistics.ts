// Sufficient statistics of an experiment from plain events: the reference for the queries of the event store.
import type { Sums } from '#stats/sample';
import { type WinsorBounds, winsorBounds, winsorize } from '#stats/winsorize';
import {
  type EventSource,
  type ExposedUnit,
  type ExposureRules,
  MULTIPLE,
  type RawEvent,
  type Span,
  type SpanUnit,
  type UnitEvent,
  dayOf,
  exposedUnits,
  exposureEndMs,
  spanMs,
  valueOver,
} from './unit-values.ts';

type Windowed = {
  readonly window?: Span;
  /** It begins to count so long after the first exposure. */
  readonly delay?: Span;
  readonly onlyMatured?: boolean;
};
type Winsorized = {
  readonly lower?: number;
  readonly upper?: number;
  readonly ignoreZeros?: boolean;
};

type ReferenceMetric = Windowed & { readonly breakdown?: string } & (
    | {
        readonly kind: 'mean';
        readonly source: EventSource;
        readonly winsorize?: Winsorized;
        /** Days before the first exposure that the covariate covers. */
        readonly cupedDays?: number;
      }
    | {
        readonly kind: 'funnel';
        readonly steps: readonly string[];
        readonly order?: 'ordered' | 'unordered';
      }
    | {
        readonly kind: 'ratio';
        readonly numerator: EventSource;
        readonly denominator: EventSource;
      }
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

export type ReferenceInput = ExposureRules & {
  readonly timezone: string;
  readonly events: readonly RawEvent[];
  readonly metric?: ReferenceMetric;
  readonly dailyExposures?: boolean;
};

type ArmStatistics = Sums & { readonly n: number } & Readonly<Record<string, unknown>>;

export type ReferenceResult = {
  /** Units by variant, `$multiple` included. */
  readonly exposures: Readonly<Record<string, number>>;
  readonly variants?: Readonly<Record<string, ArmStatistics>>;
  readonly bounds?: { readonly lower: number; readonly upper: number };
  readonly breakdown?: Readonly<Record<string, Readonly<Record<string, ArmStatistics>>>>;
  readonly days?: readonly string[];
  readonly cumulative?: Readonly<Record<string, readonly number[]>>;
};

export function sufficientStatistics(input: ReferenceInput): ReferenceResult {
  const units = exposedUnits(input.events, input);
  const exposures: Record<string, number> = {};
  for (const { variant } of units) exposures[variant] = (exposures[variant] ?? 0) + 1;
  return {
    exposures,
    ...(input.metric ? metricStatistics(units, input, input.metric) : {}),
    ...(input.dailyExposures === true ? dailyExposures(units, input) : {}),
  };
}

/** What a unit adds: its value, and what else its kind of metric needs. */
type UnitValue = {
  readonly unit: ExposedUnit;
  readonly value: number;
  /** Denominator of a ratio, or the value before the exposure. */
  readonly other?: number;
};

function metricStatistics(
  units: readonly ExposedUnit[],
  input: ReferenceInput,
  metric: ReferenceMetric,
) {
  const delayMs = metric.delay ? spanMs(metric.delay) : 0;
  const analysed = units
    .filter(({ variant }) => variant !== MULTIPLE)
    .map((unit) => ({ ...unit, firstMs: unit.firstMs + delayMs }));
  const values = analysed.flatMap((unit) => {
    const value = unitValue(unit, input, metric);
    return value ? [{ unit, ...value }] : [];
  });
  const bounds =
    metric.kind === 'mean' && metric.winsorize ? boundsOf(values, metric.winsorize) : undefined;
  const drawnIn = bounds
    ? values.map((entry) => ({ ...entry, value: winsorize(entry.value, bounds) }))
    : values;
  const byArm = (entries: readonly UnitValue[]) =>
    Object.fromEntries(
      input.variants.map((variant) => [
        variant,
        armStatistics(
          entries.filter(({ unit }) => unit.variant === variant),
          metric,
        ),
      ]),
    );
  return {
    variants: byArm(drawnIn),
    ...(bounds ? { bounds: { lower: bounds.lowerBound, upper: bounds.upperBound } } : {}),
    ...(metric.breakdown === undefined ? {} : { breakdown: breakdownOf(drawnIn, metric, byArm) }),
  };
}

function boundsOf(values: readonly UnitValue[], options: Winsorized): WinsorBounds {
  return winsorBounds(
    values.map(({ value }) => value),
    {
      lowerPercentile: options.lower ?? null,
      upperPercentile: options.upper ?? null,
      ignoreZeros: options.ignoreZeros === true,
    },
  );
}

/** By a property of the first exposure; units without it belong to no level. */
function breakdownOf<T>(
  values: readonly UnitValue[],
  metric: ReferenceMetric,
  byArm: (entries: readonly UnitValue[]) => T,
): Record<string, T> {
  const levels = new Map<string, UnitValue[]>();
  for (const entry of values) {
    const value = entry.unit.properties[metric.breakdown ?? ''];
    if (value === undefined || value === null) continue;
    const level = typeof value === 'string' ? value : JSON.stringify(value);
    levels.set(level, [...(levels.get(level) ?? []), entry]);
  }
  return Object.fromEntries([...levels].map(([level, entries]) => [level, byArm(entries)]));
}

function armStatistics(entries: readonly UnitValue[], metric: ReferenceMetric): ArmStatistics {
  const sumOf = (value: (entry: UnitValue) => number) =>
    entries.reduce((sum, entry) => sum + value(entry), 0);
  const other = ({ other: number = 0 }: UnitValue) => number;
  const [otherSum, otherSquares, products] = [
    sumOf(other),
    sumOf((entry) => other(entry) ** 2),
    sumOf((entry) => entry.value * other(entry)),
  ];
  const steps = metric.kind === 'funnel' ? metric.steps.length : 0;
  const value = ({ value: own }: UnitValue): number =>
    metric.kind === 'funnel' ? Number(own === steps) : own;
  const base = { n: entries.length, sum: sumOf(value), sumSquares: sumOf((e) => value(e) ** 2) };
  if (metric.kind === 'ratio')
    return { ...base, denSum: otherSum, denSumSquares: otherSquares, sumProducts: products };
  if (metric.kind === 'mean' && metric.cupedDays !== undefined)
    return { ...base, preSum: otherSum, preSumSquares: otherSquares, sumProducts: products };
  if (metric.kind !== 'funnel') return base;
  const stepCounts = metric.steps.map(
    (_, step) => entries.filter((entry) => entry.value > step).length,
  );
  return { ...base, stepCounts };
}

/** Undefined for units that take no part: not matured, or without a start event. */
function unitValue(
  unit: ExposedUnit,
  input: ReferenceInput,
  metric: ReferenceMetric,
): { value: number; other?: number } | undefined {
  if (metric.kind === 'retention') return retentionValue(unit, input, metric);
  const asOfMs = Date.parse(input.asOf);
  const windowMs = metric.window && spanMs(metric.window);
  const isMatured = windowMs === undefined || unit.firstMs + windowMs <= asOfMs;
  if (metric.onlyMatured === true && !isMatured) return undefined;
  const untilMs =
    windowMs === undefined ? exposureEndMs(input) : Math.min(unit.firstMs + windowMs, asOfMs);
  const range = { fromMs: unit.firstMs, untilMs, timezone: input.timezone };
  if (metric.kind === 'funnel') return { value: stepsReached(unit, metric, range) };
  if (metric.kind === 'ratio') {
    return {
      value: valueOver(unit, metric.numerator, range),
      other: valueOver(unit, metric.denominator, range),
    };
  }
  const value = valueOver(unit, metric.source, range);
  if (metric.cupedDays === undefined) return { value };
  const before = { value: metric.cupedDays, unit: 'day' } as const;
  const past = { ...range, fromMs: unit.firstMs - spanMs(before), untilMs: unit.firstMs };
  return { value, other: valueOver(unit, metric.source, past) };
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
  input: ReferenceInput,
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

const dayNumber = (atMs: number, timezone: string): number => Date.parse(dayOf(atMs, timezone));

const DAY_MS = 86_400_000;

function dailyExposures(units: readonly ExposedUnit[], input: ReferenceInput) {
  const first = dayNumber(Date.parse(input.start), input.timezone);
  const last = dayNumber(exposureEndMs(input) - 1, input.timezone);
  const days: string[] = [];
  for (let day = first; day <= last; day += DAY_MS) days.push(dayOf(day, 'UTC'));
  const cumulative = Object.fromEntries(
    [...input.variants, MULTIPLE].map((variant) => {
      const entered = units
        .filter((unit) => unit.variant === variant)
        .map(({ firstMs }) => dayOf(firstMs, input.timezone));
      return [variant, days.map((day) => entered.filter((other) => other <= day).length)];
    }),
  );
  return { days, cumulative };
}
