// Data points out of an OTLP request, whichever encoding (opentelemetry-proto v1.9, collector/metrics/v1).
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import { type ExponentialBuckets, type Histogram, explicitBuckets } from './histogram.ts';
import { METRICS_REQUEST } from './otlp-shapes.ts';
import { type Attributes, attributesOf, itemsIn, millisOf, timesOf } from './otlp-values.ts';
import { decodeMessage } from './protobuf-message.ts';
import { type ReadWithin, type Unread, boundsOfRequest } from './request-bounds.ts';

export type MetricPoint = {
  readonly name: string;
  /** By UCUM, such as `s` or `By`; empty without one. */
  readonly unit: string;
  readonly kind: 'gauge' | 'sum' | 'histogram';
  /** Since the last point of its series, or since its start; null for a gauge. */
  readonly temporality: 'delta' | 'cumulative' | null;
  /** Of a sum: it only grows. */
  readonly isMonotonic: boolean;
  readonly attributes: Attributes;
  readonly resource: Attributes;
  /** See {@link timesOf}. */
  readonly times: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number | undefined;
  readonly startMs: number | undefined;
  readonly value: number | Histogram;
};

/** Why a data point cannot be kept. */
export type NoPoint =
  | Unread
  /** It is a summary, or of a kind that came up later. */
  | 'other-kind'
  | 'no-name'
  /** Not a number, or infinite. */
  | 'no-number'
  /** Its buckets do not belong together, or are too many. */
  | 'bad-buckets';

const MAX_BUCKETS = 1000;
const DELTA = new Set<JsonValue | undefined>([1, 'AGGREGATION_TEMPORALITY_DELTA']);
/** Lowest bit of a point's flags: there is nothing to report. */
const NO_RECORDED_VALUE = 1;

const KINDS = {
  gauge: 'gauge',
  sum: 'sum',
  histogram: 'histogram',
  exponentialHistogram: 'histogram',
} as const;

/** As {@link pointsOfJson}. @throws ProtobufError */
export function pointsOfProtobuf(request: Uint8Array): (MetricPoint | NoPoint)[] {
  return pointsOfJson(decodeMessage(request, METRICS_REQUEST)) ?? [];
}

/** Every data point of an ExportMetricsServiceRequest, or why it is none; undefined when the request is none. */
export function pointsOfJson(request: JsonValue): (MetricPoint | NoPoint)[] | undefined {
  if (!isJsonObject(request)) return undefined;
  const resources = request['resourceMetrics'] ?? [];
  if (!Array.isArray(resources)) return undefined;
  const within = boundsOfRequest();
  return (resources as readonly JsonValue[]).flatMap((one) => {
    const resource = attributesOf(isJsonObject(one) ? one['resource'] : undefined);
    const readWithin = within(resource);
    return itemsIn(one, 'scopeMetrics')
      .flatMap((scope) => itemsIn(scope, 'metrics'))
      .flatMap((metric) =>
        isJsonObject(metric) ? pointsOfMetric(metric, resource, readWithin) : [],
      );
  });
}

function pointsOfMetric(
  metric: JsonObject,
  resource: Attributes,
  readWithin: ReadWithin,
): (MetricPoint | NoPoint)[] {
  const { name, unit } = metric;
  const found = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((one) =>
    isJsonObject(metric[one]),
  );
  if (found === undefined) {
    const { length } = itemsIn(metric['summary'], 'dataPoints');
    return Array.from({ length: Math.max(1, length) }, () => 'other-kind' as const);
  }
  const data = metric[found];
  const points = itemsIn(data, 'dataPoints').filter(isJsonObject).filter(hasValue);
  if (typeof name !== 'string' || name === '') return points.map(() => 'no-name' as const);
  const kind = KINDS[found];
  const { aggregationTemporality, isMonotonic } = data as JsonObject;
  const temporality = DELTA.has(aggregationTemporality) ? 'delta' : 'cumulative';
  const read = (point: JsonObject): MetricPoint | NoPoint => {
    const value = VALUES[found](point);
    if (typeof value === 'string') return value;
    return {
      name,
      unit: typeof unit === 'string' ? unit : '',
      kind,
      temporality: kind === 'gauge' ? null : temporality,
      isMonotonic: isMonotonic === true,
      attributes: attributesOf(point),
      resource,
      atMs: millisOf(point['timeUnixNano']),
      startMs: millisOf(point['startTimeUnixNano']),
      times: timesOf(point['timeUnixNano']),
      value,
    };
  };
  return points.map((point) => readWithin<MetricPoint, NoPoint>(() => read(point)));
}

function hasValue({ flags }: JsonObject): boolean {
  return typeof flags !== 'number' || (flags & NO_RECORDED_VALUE) === 0;
}

type Read = (point: JsonObject) => number | Histogram | NoPoint;

const VALUES: Readonly<Record<keyof typeof KINDS, Read>> = {
  gauge: readNumber,
  sum: readNumber,
  histogram: readExplicit,
  exponentialHistogram: readExponential,
};

function readNumber({ asDouble, asInt }: JsonObject): number | NoPoint {
  return numberOf(asDouble ?? asInt) ?? 'no-number';
}

function readExplicit(point: JsonObject): Histogram | NoPoint {
  const bounds = numbersIn(point, 'explicitBounds');
  const counts = numbersIn(point, 'bucketCounts');
  if (!bounds || !counts || !isWhole(counts)) return 'bad-buckets';
  if (bounds.some((bound, i) => i > 0 && bound <= (bounds[i - 1] ?? 0))) return 'bad-buckets';
  // Without buckets only count and sum are known.
  if (counts.length === 0) {
    return bounds.length === 0 ? withTotals(point, { bounds, counts }) : 'bad-buckets';
  }
  return counts.length === bounds.length + 1
    ? withTotals(point, { bounds, counts })
    : 'bad-buckets';
}

function readExponential(point: JsonObject): Histogram | NoPoint {
  const positive = bucketsOf(point['positive']);
  const negative = bucketsOf(point['negative']);
  const scale = numberOf(point['scale']) ?? 0;
  const zeroCount = numberOf(point['zeroCount']) ?? 0;
  const zeroThreshold = numberOf(point['zeroThreshold']) ?? 0;
  if (!positive || !negative || zeroThreshold < 0 || !isWhole([zeroCount])) return 'bad-buckets';
  const given = { scale, zeroCount, zeroThreshold, positive, negative };
  return withTotals(point, explicitBuckets(given));
}

function bucketsOf(value: JsonValue | undefined): ExponentialBuckets | undefined {
  if (!isJsonObject(value)) return { offset: 0, counts: [] };
  const counts = numbersIn(value, 'bucketCounts');
  if (!counts || !isWhole(counts)) return undefined;
  return { offset: numberOf(value['offset']) ?? 0, counts };
}

function withTotals(
  point: JsonObject,
  buckets: Pick<Histogram, 'bounds' | 'counts'>,
): Histogram | NoPoint {
  const count = numberOf(point['count']) ?? 0;
  if (!isWhole([count])) return 'no-number';
  return {
    count,
    sum: numberOf(point['sum']) ?? null,
    min: numberOf(point['min']) ?? null,
    max: numberOf(point['max']) ?? null,
    ...buckets,
  };
}

/** Undefined when one of them is no number, or there are too many. */
function numbersIn(value: JsonObject, field: string): number[] | undefined {
  const items = itemsIn(value, field);
  const numbers = items.map(numberOf).filter((one) => one !== undefined);
  return numbers.length === items.length && items.length <= MAX_BUCKETS ? numbers : undefined;
}

/** 64-bit numbers are texts in JSON. */
function numberOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || value === '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const isWhole = (counts: readonly number[]): boolean =>
  counts.every((count) => Number.isInteger(count) && count >= 0);
