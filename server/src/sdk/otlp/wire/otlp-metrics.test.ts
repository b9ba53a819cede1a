import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MetricPoint, pointsOfJson, pointsOfProtobuf } from './otlp-metrics.ts';
import { ProtobufError } from './protobuf.ts';

const requestOf = (...metrics: object[]) =>
  ({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }) as never;
const pointsOf = (...metrics: object[]) => pointsOfJson(requestOf(...metrics));
const at = { timeUnixNano: '1764000000123456789', startTimeUnixNano: '1764000000000000000' };

test('sums and gauges: whole numbers are texts, temporality a number or a name', () => {
  const sum = { dataPoints: [{ ...at, asInt: '7' }], isMonotonic: true };
  expect(
    pointsOf(
      { name: 'requests', unit: '1', sum: { ...sum, aggregationTemporality: 1 } },
      {
        name: 'requests',
        sum: { ...sum, aggregationTemporality: 'AGGREGATION_TEMPORALITY_DELTA' },
      },
      { name: 'requests', sum: { ...sum, aggregationTemporality: 2 } },
      { name: 'load', gauge: { dataPoints: [{ ...at, asDouble: 0.5, flags: 0 }] } },
    ),
  ).toMatchObject([
    {
      name: 'requests',
      unit: '1',
      kind: 'sum',
      temporality: 'delta',
      isMonotonic: true,
      value: 7,
      atMs: 1_764_000_000_123,
      startMs: 1_764_000_000_000,
    },
    { temporality: 'delta' },
    { temporality: 'cumulative', unit: '' },
    { name: 'load', kind: 'gauge', temporality: null, value: 0.5, isMonotonic: false },
  ]);
});

test('histograms of both kinds', () => {
  const totals = { ...at, count: '3', sum: 1.5, min: 0.1, max: 1.2 };
  const explicit = { ...totals, explicitBounds: [0.5, 1], bucketCounts: ['1', '1', '1'] };
  const positive = { offset: -1, bucketCounts: ['1', 2] };
  const exponential = { ...totals, scale: 0, zeroCount: '0', positive };
  const points = pointsOf(
    { name: 'd', histogram: { dataPoints: [explicit], aggregationTemporality: 1 } },
    { name: 'd', exponentialHistogram: { dataPoints: [exponential] } },
    { name: 'd', histogram: { dataPoints: [totals] } },
  ) as MetricPoint[];
  const known = { count: 3, sum: 1.5, min: 0.1, max: 1.2 };
  expect(points.map(({ value }) => value)).toEqual([
    { ...known, bounds: [0.5, 1], counts: [1, 1, 1] },
    { ...known, bounds: [0, 0.5, 1, 2], counts: [0, 0, 1, 2, 0] },
    { ...known, bounds: [], counts: [] },
  ]);
});

test('what is no point is told by its reason; what reports nothing is none', () => {
  const bad = [
    { explicitBounds: [1], bucketCounts: [1] },
    { explicitBounds: [2, 1], bucketCounts: [0, 0, 0] },
  ];
  expect(
    pointsOf(
      { name: 's', summary: { dataPoints: [{}, {}] } },
      { name: 'later', hologram: {}, gauge: null },
      { sum: { dataPoints: [{ asInt: 1 }] } },
      { name: 'n', gauge: { dataPoints: [{ asDouble: 'NaN' }, {}, { flags: 1 }] } },
      {
        name: 'h',
        histogram: { dataPoints: [...bad, { explicitBounds: [1], bucketCounts: [-1, 2] }] },
      },
      {
        name: 'h',
        histogram: { dataPoints: [{ bucketCounts: Array.from({ length: 2000 }, () => 1) }] },
      },
    ),
  ).toEqual(
    'other-kind other-kind other-kind no-name no-number no-number bad-buckets bad-buckets bad-buckets bad-buckets'.split(
      ' ',
    ),
  );
  expect(pointsOfJson([])).toBeUndefined();
  expect(pointsOfJson({ resourceMetrics: {} })).toBeUndefined();
});

test('what would make too much of one request is left out', () => {
  const countsOf = (resourceChars: number, length: number) => {
    const any = { stringValue: 'x'.repeat(resourceChars) };
    const resource = { attributes: [{ key: 'big', value: any }] };
    const dataPoints = Array.from({ length }, () => ({ ...at, asInt: 1 }));
    const scopeMetrics = [{ metrics: [{ name: 'n', gauge: { dataPoints } }] }];
    const points = pointsOfJson({ resourceMetrics: [{ resource, scopeMetrics }] }) ?? [];
    const kinds = points.map((point) => (typeof point === 'string' ? point : 'kept'));
    return Object.fromEntries(
      [...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]),
    );
  };
  expect(countsOf(10, 10_002)).toEqual({ kept: 10_000, 'too-many': 2 });
  expect(countsOf(70_000, 2)).toEqual({ 'too-large': 2 });
  const { kept = 0 } = countsOf(60_000, 1000);
  expect(kept).toBeGreaterThan(800);
  expect(kept).toBeLessThan(880);
});

test('any bytes and any JSON are points, or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = (): unknown => {
        try {
          return pointsOfProtobuf(bytes);
        } catch (error) {
          return error instanceof ProtobufError ? [] : error;
        }
      };
      expect(read()).toEqual(expect.any(Array));
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('sum', 'histogram', 'gauge'), (value, kind) => {
      pointsOfJson(requestOf({ name: 'x', [kind]: { dataPoints: value } }));
      pointsOfJson(requestOf({ name: 'x', [kind]: { dataPoints: [value] } }));
      pointsOfJson(value as never);
    }),
  );
});
