// Sufficient statistics of an experiment from plain events: the reference for the queries of the event store.
import type { Sums } from '#stats/sample';
import { type WinsorBounds, winsorBounds, winsorize } from '#stats/winsorize';
import {
  type ReferenceMetric,
  type UnitValue,
  type Winsorized,
  dayNumber,
  unitValue,
} from './metric-values.ts';
import {
  type ExposedUnit,
  type ExposureRules,
  MULTIPLE,
  type RawEvent,
  dayOf,
  exposedUnits,
  exposureEndMs,
  spanMs,
} from './unit-values.ts';

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
  /** Where the shares were changed: the same by epoch. */
  readonly epochs?: readonly Readonly<Record<string, ArmStatistics>>[];
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
  const { bounds, entries: drawnIn } = drawIn(values, metric);
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
  const { changes } = input;
  return {
    variants: byArm(drawnIn),
    ...(changes
      ? {
          epochs: [undefined, ...changes].map((_, i) =>
            byArm(drawnIn.filter(({ unit }) => unit.epoch === i)),
          ),
        }
      : {}),
    ...(bounds ? { bounds: { lower: bounds.lowerBound, upper: bounds.upperBound } } : {}),
    ...(metric.breakdown === undefined ? {} : { breakdown: breakdownOf(drawnIn, metric, byArm) }),
  };
}

/** Values within bounds over all arms; what was before the exposure within bounds of its own. */
function drawIn(
  entries: readonly UnitValue[],
  metric: ReferenceMetric,
): { readonly entries: readonly UnitValue[]; readonly bounds?: WinsorBounds } {
  if (metric.kind !== 'mean' || !metric.winsorize) return { entries };
  const bounds = boundsOf(
    entries.map(({ value }) => value),
    metric.winsorize,
  );
  const earlier = boundsOf(
    entries.map(({ before }) => before?.value ?? 0),
    metric.winsorize,
  );
  const drawn = entries.map(({ before, ...entry }) => ({
    ...entry,
    value: winsorize(entry.value, bounds),
    ...(before ? { before: { value: winsorize(before.value, earlier) } } : {}),
  }));
  return { entries: drawn, bounds };
}

function boundsOf(values: readonly number[], options: Winsorized): WinsorBounds {
  return winsorBounds(values, {
    lowerPercentile: options.lower ?? null,
    upperPercentile: options.upper ?? null,
    ignoreZeros: options.ignoreZeros === true,
  });
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

type Value = (entry: UnitValue) => number;
const sumOf = (entries: readonly UnitValue[], value: Value) =>
  entries.reduce((sum, entry) => sum + value(entry), 0);
const productOf = (entries: readonly UnitValue[], one: Value, two: Value) =>
  sumOf(entries, (entry) => one(entry) * two(entry));

const isReached = (value: number, metric: ReferenceMetric): number =>
  metric.kind === 'funnel' ? Number(value === metric.steps.length) : value;

function armStatistics(entries: readonly UnitValue[], metric: ReferenceMetric): ArmStatistics {
  const y: Value = ({ value }) => isReached(value, metric);
  const d: Value = ({ other = 0 }) => other;
  return {
    n: entries.length,
    sum: sumOf(entries, y),
    sumSquares: productOf(entries, y, y),
    ...(metric.kind === 'ratio'
      ? {
          denSum: sumOf(entries, d),
          denSumSquares: productOf(entries, d, d),
          sumProducts: productOf(entries, y, d),
        }
      : {}),
    ...(metric.kind === 'retention' || metric.cupedDays === undefined
      ? {}
      : beforeStatistics(entries, metric, { y, d })),
    ...(metric.kind === 'funnel'
      ? {
          stepCounts: metric.steps.map(
            (_, step) => entries.filter(({ value }) => value > step).length,
          ),
        }
      : {}),
  };
}

/** What was before the exposure, and how it goes together with what came after. */
function beforeStatistics(
  entries: readonly UnitValue[],
  metric: ReferenceMetric,
  { y, d }: { readonly y: Value; readonly d: Value },
) {
  const py: Value = ({ before }) => isReached(before?.value ?? 0, metric);
  const pd: Value = ({ before }) => before?.other ?? 0;
  const product = (one: Value, two: Value) => productOf(entries, one, two);
  const own = {
    preSum: sumOf(entries, py),
    preSumSquares: product(py, py),
    preAny: entries.filter((entry) => py(entry) !== 0 || pd(entry) !== 0).length,
  };
  if (metric.kind !== 'ratio') return { ...own, sumProducts: product(y, py) };
  return {
    ...own,
    preDenSum: sumOf(entries, pd),
    preDenSumSquares: product(pd, pd),
    preProducts: [product(y, py), product(d, pd), product(py, pd), product(y, pd), product(py, d)],
  };
}

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
