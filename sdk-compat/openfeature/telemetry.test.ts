// Uses of flags through OpenTelemetry: OpenFeature's own hook and the exporters of OpenTelemetry, from npm.
import { EventHook } from '@openfeature/open-telemetry-hooks';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { logs } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
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
