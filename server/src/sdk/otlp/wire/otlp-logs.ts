// Log records out of an OTLP request, whichever encoding (opentelemetry-proto v1.9, collector/logs/v1).
import { type JsonObject, type JsonValue, isJsonObject } from '#kernel/json';
import { LOGS_REQUEST } from './otlp-shapes.ts';
import {
  type Attributes,
  anyValueOf,
  attributesOf,
  itemsIn,
  millisOf,
  timesOf,
} from './otlp-values.ts';
import { decodeMessage } from './protobuf-message.ts';
import { type Unread, boundsOfRequest } from './request-bounds.ts';

export type LogRecord = {
  /** Empty without one. */
  readonly eventName: string;
  /** Milliseconds since the epoch; undefined when it says none. */
  readonly atMs: number | undefined;
  /** See {@link timesOf}. */
  readonly times: string;
  readonly attributes: Attributes;
  /** Of what it comes from: service, host, process. */
  readonly resource: Attributes;
  readonly body: JsonValue;
  /** 1 to 24, of which 17 and more are errors; 0 when it says none. */
  readonly severity: number;
  readonly severityText: string;
  /** Hexadecimal; empty without one. */
  readonly traceId: string;
  readonly spanId: string;
};

/**
 * Every record of an ExportLogsServiceRequest in binary form, or why it is not read.
 * @throws ProtobufError
 */
export function recordsOfProtobuf(request: Uint8Array): (LogRecord | Unread)[] {
  return recordsOfJson(decodeMessage(request, LOGS_REQUEST)) ?? [];
}

/** Every record of the same request as JSON; undefined when it is none. */
export function recordsOfJson(request: JsonValue): (LogRecord | Unread)[] | undefined {
  if (!isJsonObject(request)) return undefined;
  const resources = request['resourceLogs'] ?? [];
  if (!Array.isArray(resources)) return undefined;
  const within = boundsOfRequest();
  return (resources as readonly JsonValue[]).flatMap((one) => {
    const resource = attributesOf(isJsonObject(one) ? one['resource'] : undefined);
    const readWithin = within(resource);
    return itemsIn(one, 'scopeLogs')
      .flatMap((scope) => itemsIn(scope, 'logRecords'))
      .filter(isJsonObject)
      .map((record) => readWithin<LogRecord, never>(() => recordOf(record, resource)));
  });
}

function recordOf(record: JsonObject, resource: Attributes): LogRecord {
  const text = (name: string): string => {
    const value = record[name];
    return typeof value === 'string' ? value : '';
  };
  const { severityNumber: severity } = record;
  return {
    eventName: text('eventName'),
    atMs: millisOf(record['timeUnixNano']) ?? millisOf(record['observedTimeUnixNano']),
    times: timesOf(record['timeUnixNano'], record['observedTimeUnixNano']),
    attributes: attributesOf(record),
    resource,
    body: anyValueOf(record['body']),
    severity: typeof severity === 'number' ? severity : 0,
    severityText: text('severityText'),
    traceId: text('traceId'),
    spanId: text('spanId'),
  };
}
