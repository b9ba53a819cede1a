// Log records that tell of something that went wrong on a server: exceptions, messages of severity ERROR and above,
// answers of 500 and above (OpenTelemetry semantic conventions 1.44, exceptions-logs.md, http-spans.md).
import type { JsonValue } from '#kernel/json';
import type { LogRecord } from './otlp-logs.ts';
import { type TelemetryEvent, telemetryEvent, textOf } from './telemetry-event.ts';

/** An answer of a server that failed, which says nothing of an exception. */
const SERVER_ERROR_EVENT = '$http_server_error';

const ERROR_SEVERITY = 17;
const FATAL_SEVERITY = 21;
const WARN_SEVERITY = 13;
const SERVER_ERROR_STATUS = 500;
/** Longer messages and stacks are cut. */
const MAX_MESSAGE_CHARS = 2000;

/** Undefined for a record that tells of nothing wrong. */
export function readServerError(record: LogRecord): TelemetryEvent | undefined {
  const { attributes, severity, traceId, spanId } = record;
  const trace = {
    ...(traceId === '' ? {} : { $trace_id: traceId }),
    ...(spanId === '' ? {} : { $span_id: spanId }),
  };
  const type = textOf(attributes, ['exception.type']);
  const message = textOf(attributes, ['exception.message']);
  const isException = type !== '' || message !== '';
  if (isException || severity >= ERROR_SEVERITY) {
    const thrown = {
      type: type || textOf(attributes, ['error.type']) || 'Error',
      value: (message || textOfBody(record.body)).slice(0, MAX_MESSAGE_CHARS),
      mechanism: { type: 'opentelemetry', handled: true, synthetic: !isException },
    };
    return telemetryEvent('$exception', record, {
      $exception_list: [thrown],
      $exception_level: levelOf(record, isException),
      ...trace,
    });
  }
  const status = Number(textOf(attributes, ['http.response.status_code', 'http.status_code']));
  return status >= SERVER_ERROR_STATUS
    ? telemetryEvent(SERVER_ERROR_EVENT, record, trace)
    : undefined;
}

function levelOf({ severity }: LogRecord, isException: boolean): string {
  if (severity >= FATAL_SEVERITY) return 'fatal';
  if (severity >= ERROR_SEVERITY || (severity === 0 && isException)) return 'error';
  return severity >= WARN_SEVERITY ? 'warning' : 'info';
}

function textOfBody(body: JsonValue): string {
  if (typeof body === 'string') return body;
  return body === null ? '' : JSON.stringify(body);
}
