// What OTLP/HTTP answers (opentelemetry-proto docs/specification.md §OTLP/HTTP Response): in the encoding of the
// request, how many records were rejected and why, or a google.rpc.Status.
import type { ErrorCode } from '#kernel/errors';
import { writeFields } from './protobuf.ts';

export type OtlpEncoding = 'json' | 'protobuf';
export type Signal = 'logs' | 'metrics';

const REJECTED = { logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' } as const;

export const CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/** google.rpc.Code. */
const INVALID_ARGUMENT = 3;
const RPC_CODES: Partial<Record<ErrorCode, number>> = {
  authentication_failed: 16,
  invalid_api_key: 16,
  not_authenticated: 16,
  permission_denied: 7,
  not_found: 5,
  payload_too_large: 8,
  rate_limit_exceeded: 8,
  internal_error: 13,
  unavailable: 14,
};

/** An ExportLogsServiceResponse or ExportMetricsServiceResponse; with nothing rejected it is empty. */
export function encodeAccepted(
  encoding: OtlpEncoding,
  signal: Signal,
  rejected: number,
  message: string,
): string | Uint8Array {
  if (encoding === 'protobuf') {
    if (rejected === 0) return new Uint8Array();
    const partial = writeFields([
      [1, rejected],
      [2, message],
    ]);
    return writeFields([[1, partial]]);
  }
  if (rejected === 0) return '{}';
  // A 64-bit number is a text in the JSON form of Protocol Buffers.
  const partialSuccess = { [REJECTED[signal]]: String(rejected), errorMessage: message };
  return JSON.stringify({ partialSuccess });
}

export function encodeStatus(
  encoding: OtlpEncoding,
  error: ErrorCode,
  message: string,
): string | Uint8Array {
  const code = RPC_CODES[error] ?? INVALID_ARGUMENT;
  if (encoding === 'json') return JSON.stringify({ code, message });
  return writeFields([
    [1, code],
    [2, message],
  ]);
}
