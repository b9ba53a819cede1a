// A data point of a metric as an event. Guardrails and insights read it from there: of a histogram the buckets, of what
// counts since a start the series that it belongs to.
import { METRIC_EVENT } from '#ingest/event';
import type { MetricPoint } from './otlp-metrics.ts';
import { type TelemetryEvent, telemetryEvent } from './telemetry-event.ts';

/** @param series names what the point goes on from: the same for equal metrics, attributes and resources */
export function metricEvent(point: MetricPoint, series: string): TelemetryEvent {
  const { name, unit, kind, temporality, isMonotonic, startMs, value } = point;
  return telemetryEvent(METRIC_EVENT, point, {
    $metric_name: name,
    $metric_unit: unit,
    $metric_kind: kind,
    $metric_series: series,
    ...(temporality === null ? {} : { $metric_temporality: temporality }),
    ...(kind === 'sum' ? { $metric_is_monotonic: isMonotonic } : {}),
    ...(startMs === undefined ? {} : { $metric_start_ms: startMs }),
    ...(typeof value === 'number'
      ? { $metric_value: value }
      : {
          $metric_count: value.count,
          $metric_sum: value.sum,
          $metric_min: value.min,
          $metric_max: value.max,
          $metric_bounds: value.bounds,
          $metric_bucket_counts: value.counts,
        }),
  });
}
