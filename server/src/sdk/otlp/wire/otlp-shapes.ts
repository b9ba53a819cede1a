// The messages of OTLP that are read (opentelemetry-proto v1.9), under the names of their JSON form. Exemplars, trace
// flags, counts of what was dropped and bytes are not.
import type { MessageShape } from './protobuf-message.ts';

const AnyValue: MessageShape = {
  1: { name: 'stringValue', type: 'text' },
  2: { name: 'boolValue', type: 'bool' },
  3: { name: 'intValue', type: 'integer' },
  4: { name: 'doubleValue', type: 'double' },
  5: { name: 'arrayValue', type: () => ArrayValue },
  6: { name: 'kvlistValue', type: () => KeyValueList },
};
const ArrayValue: MessageShape = { 1: { name: 'values', type: () => AnyValue, isList: true } };
const KeyValue: MessageShape = {
  1: { name: 'key', type: 'text' },
  2: { name: 'value', type: () => AnyValue },
};
const KeyValueList: MessageShape = { 1: { name: 'values', type: () => KeyValue, isList: true } };

const attributes = { name: 'attributes', type: () => KeyValue, isList: true } as const;
const resource = { name: 'resource', type: () => ({ 1: attributes }) } as const;
const startTimeUnixNano = { name: 'startTimeUnixNano', type: 'nanos' } as const;
const timeUnixNano = { name: 'timeUnixNano', type: 'nanos' } as const;
const flags = { name: 'flags', type: 'integer' } as const;
const aggregationTemporality = { name: 'aggregationTemporality', type: 'integer' } as const;

const LogRecord: MessageShape = {
  1: timeUnixNano,
  2: { name: 'severityNumber', type: 'integer' },
  3: { name: 'severityText', type: 'text' },
  5: { name: 'body', type: () => AnyValue },
  6: attributes,
  9: { name: 'traceId', type: 'hex' },
  10: { name: 'spanId', type: 'hex' },
  11: { name: 'observedTimeUnixNano', type: 'nanos' },
  12: { name: 'eventName', type: 'text' },
};
const ScopeLogs: MessageShape = { 2: { name: 'logRecords', type: () => LogRecord, isList: true } };
const ResourceLogs: MessageShape = {
  1: resource,
  2: { name: 'scopeLogs', type: () => ScopeLogs, isList: true },
};

/** ExportLogsServiceRequest. */
export const LOGS_REQUEST: MessageShape = {
  1: { name: 'resourceLogs', type: () => ResourceLogs, isList: true },
};

const NumberDataPoint: MessageShape = {
  2: startTimeUnixNano,
  3: timeUnixNano,
  4: { name: 'asDouble', type: 'double' },
  6: { name: 'asInt', type: 'signed-fixed' },
  7: attributes,
  8: flags,
};
const HistogramDataPoint: MessageShape = {
  2: startTimeUnixNano,
  3: timeUnixNano,
  4: { name: 'count', type: 'fixed' },
  5: { name: 'sum', type: 'double' },
  6: { name: 'bucketCounts', type: 'fixed', isList: true },
  7: { name: 'explicitBounds', type: 'double', isList: true },
  9: attributes,
  10: flags,
  11: { name: 'min', type: 'double' },
  12: { name: 'max', type: 'double' },
};
const Buckets: MessageShape = {
  1: { name: 'offset', type: 'zigzag' },
  2: { name: 'bucketCounts', type: 'integer', isList: true },
};
const ExponentialHistogramDataPoint: MessageShape = {
  1: attributes,
  2: startTimeUnixNano,
  3: timeUnixNano,
  4: { name: 'count', type: 'fixed' },
  5: { name: 'sum', type: 'double' },
  6: { name: 'scale', type: 'zigzag' },
  7: { name: 'zeroCount', type: 'fixed' },
  8: { name: 'positive', type: () => Buckets },
  9: { name: 'negative', type: () => Buckets },
  10: flags,
  12: { name: 'min', type: 'double' },
  13: { name: 'max', type: 'double' },
  14: { name: 'zeroThreshold', type: 'double' },
};
const pointsOf = (shape: MessageShape): MessageShape => ({
  1: { name: 'dataPoints', type: () => shape, isList: true },
  2: aggregationTemporality,
  3: { name: 'isMonotonic', type: 'bool' },
});
const NumberPoints = pointsOf(NumberDataPoint);
const HistogramPoints = pointsOf(HistogramDataPoint);
const ExponentialPoints = pointsOf(ExponentialHistogramDataPoint);
/** Not kept, only counted. */
const SummaryPoints = pointsOf({});
const Metric: MessageShape = {
  1: { name: 'name', type: 'text' },
  3: { name: 'unit', type: 'text' },
  5: { name: 'gauge', type: () => NumberPoints },
  7: { name: 'sum', type: () => NumberPoints },
  9: { name: 'histogram', type: () => HistogramPoints },
  10: { name: 'exponentialHistogram', type: () => ExponentialPoints },
  11: { name: 'summary', type: () => SummaryPoints },
};
const ScopeMetrics: MessageShape = { 2: { name: 'metrics', type: () => Metric, isList: true } };
const ResourceMetrics: MessageShape = {
  1: resource,
  2: { name: 'scopeMetrics', type: () => ScopeMetrics, isList: true },
};

/** ExportMetricsServiceRequest. */
export const METRICS_REQUEST: MessageShape = {
  1: { name: 'resourceMetrics', type: () => ResourceMetrics, isList: true },
};
