// Uses of flags, errors and metrics through OpenTelemetry: OpenFeature's own hook and the exporters of OpenTelemetry,
// from npm.
import { EventHook } from '@openfeature/open-telemetry-hooks';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { SeverityNumber, logs } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createFlag, eventsArrived, everyone, listEvents, unique } from '../management.ts';

const serin = inject('serin');
const headers = { Authorization: `Bearer ${serin.projectToken}` };
const key = unique('otel-flag');

beforeAll(async () => {
  const multivariate = { variants: [{ key: 'green', rollout_percentage: 100 }] };
  await createFlag(serin, { key, filters: { ...everyone(), multivariate } });
  // A provider that reports nothing itself, as clients do: what arrives is the hook's.
  await OpenFeature.setProviderAndWait(
    new OFREPProvider({ baseUrl: serin.url, headers, fetchImplementation: withoutPerson }),
  );
});

/** Evaluates for nobody, so that the server notes no use by itself. */
function withoutPerson(request: Parameters<typeof fetch>[0]): Promise<Response> {
  return fetch(new Request(request as Request, { method: 'POST', body: '{"context":{}}' }));
}

afterAll(async () => {
  await OpenFeature.clearProviders();
  logs.disable();
});

test.each([
  ['JSON', JsonExporter],
  ['protobuf', ProtobufExporter],
] as const)(
  '%s: evaluations arrive as uses, once per person and value',
  async (_name, Exporter) => {
    const exporter = new Exporter({ url: `${serin.url}/v1/logs`, headers });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor(exporter)] });
    logs.disable();
    logs.setGlobalLoggerProvider(provider);
    const person = unique('otel-person');
    const client = OpenFeature.getClient();
    const options = { hooks: [new EventHook()] };
    for (let i = 0; i < 3; i += 1) {
      await client.getStringValue(key, 'default', { targetingKey: person }, options);
    }
    await client.getStringValue('no-such-flag', 'default', { targetingKey: person }, options);
    await provider.forceFlush();
    await provider.shutdown();
    const filter = { distinct_id: person, event: '$feature_flag_evaluated' };
    await eventsArrived(serin, filter);
    expect(await listEvents(serin, filter)).toHaveLength(1);
  },
);

test.each([
  ['JSON', JsonExporter],
  ['protobuf', ProtobufExporter],
] as const)('%s: errors of a server arrive as exceptions', async (_name, Exporter) => {
  const exporter = new Exporter({ url: `${serin.url}/v1/logs`, headers });
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor(exporter)] });
  const person = unique('otel-hurt');
  const attributes = {
    'user.id': person,
    'feature_flag.key': key,
    'feature_flag.result.variant': 'green',
    'exception.type': 'TypeError',
    'exception.message': 'no price',
  };
  const logger = provider.getLogger('checkout');
  logger.emit({ severityNumber: SeverityNumber.ERROR, body: 'failed', attributes });
  await provider.forceFlush();
  await provider.shutdown();
  const events = await eventsArrived(serin, { distinct_id: person, event: '$exception' });
  expect(events).toMatchObject([
    {
      properties: {
        $exception_list: [{ type: 'TypeError', value: 'no price' }],
        [`$feature/${key}`]: 'green',
        $exception_level: 'error',
      },
    },
  ]);
});

test.each([
  ['JSON', JsonMetricExporter],
  ['protobuf', ProtobufMetricExporter],
] as const)('%s: counters and both kinds of histograms', async (_name, Exporter) => {
  const reader = new PeriodicExportingMetricReader({
    exporter: new Exporter({ url: `${serin.url}/v1/metrics`, headers }),
  });
  const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const;
  const views = [{ instrumentName: 'exponential', aggregation: exponential }];
  const provider = new MeterProvider({ readers: [reader], views });
  const meter = provider.getMeter('checkout');
  const person = unique('otel-measured');
  const attributes = { 'user.id': person, 'http.route': '/pay' };
  meter.createCounter('requests').add(3, attributes);
  const advice = { explicitBucketBoundaries: [1, 2] };
  const explicit = meter.createHistogram('explicit', { unit: 's', advice });
  const other = meter.createHistogram('exponential', { unit: 's' });
  for (const seconds of [0.5, 1.5, 3]) {
    explicit.record(seconds, attributes);
    other.record(seconds, attributes);
  }
  await provider.forceFlush();
  await provider.shutdown();
  const events = await eventsArrived(serin, { distinct_id: person, event: '$metric' }, 3);
  const byName = new Map(events.map((one) => [one.properties['$metric_name'], one.properties]));
  expect(byName.get('requests')).toMatchObject({ $metric_value: 3, 'http.route': '/pay' });
  expect(byName.get('explicit')).toMatchObject({
    $metric_unit: 's',
    $metric_temporality: 'cumulative',
    $metric_bounds: [1, 2],
    $metric_bucket_counts: [1, 1, 1],
  });
  const { $metric_bounds: bounds, $metric_bucket_counts: counts } = byName.get('exponential') as {
    $metric_bounds: number[];
    $metric_bucket_counts: number[];
  };
  const atMost = (limit: number) =>
    counts.filter((_, i) => (bounds[i] ?? Infinity) <= limit).reduce((sum, one) => sum + one, 0);
  expect([atMost(0.4), atMost(0.6), atMost(1.6), atMost(4)]).toEqual([0, 1, 2, 3]);
});
