// Requests of the recorded page (`rrweb/network@1` of posthog-js): a resource timing, what the wrapped fetch saw,
// or both in one.
import { type Fields, isFields, numberOf, type RrwebEvent, textOf, TYPE } from './rrweb-event.ts';
import { type Phase, phasesOf } from './waterfall.ts';

export type NetworkRequest = {
  readonly atMs: number;
  readonly url: string;
  /** Empty when only its timing is known. */
  readonly method: string;
  /** Undefined when there was no answer, or it is not known. */
  readonly status: number | undefined;
  readonly isFailed: boolean;
  /** What asked for it: fetch, script, img, navigation, … */
  readonly initiator: string;
  readonly durationMs: number | undefined;
  readonly transferBytes: number | undefined;
  /** What its time went into, as far as it is known. */
  readonly phases: readonly Phase[];
  readonly requestHeaders: Fields;
  readonly responseHeaders: Fields;
  readonly requestBody: string;
  readonly responseBody: string;
};

const PLUGIN = 'rrweb/network@1';
const FIRST_ERROR = 400;

export function readRequests({ type, timestamp, data }: RrwebEvent): NetworkRequest[] {
  if (type !== TYPE.plugin || data['plugin'] !== PLUGIN || !isFields(data['payload'])) return [];
  const { requests } = data['payload'];
  return (Array.isArray(requests) ? requests : [])
    .filter(isFields)
    .filter(({ name }) => textOf(name) !== '')
    .map((request) => readRequest(request, timestamp));
}

function readRequest(request: Fields, seenMs: number): NetworkRequest {
  const method = textOf(request['method']);
  const initiator = textOf(request['initiatorType']) || textOf(request['entryType']);
  // 0: no answer that the page may know of (refused, or of another origin).
  const status = numberOf(request['status']) || numberOf(request['responseStatus']) || undefined;
  const isUnanswered =
    method !== '' && numberOf(request['status']) === undefined && isCall(initiator) && !status;
  return {
    atMs: numberOf(request['timestamp']) ?? seenMs,
    url: textOf(request['name']),
    method,
    status,
    isFailed: isUnanswered || (status ?? 0) >= FIRST_ERROR,
    initiator,
    durationMs: durationOf(request),
    transferBytes: numberOf(request['transferSize']),
    phases: phasesOf(request),
    requestHeaders: fieldsOf(request['requestHeaders']),
    responseHeaders: fieldsOf(request['responseHeaders']),
    requestBody: bodyOf(request['requestBody']),
    responseBody: bodyOf(request['responseBody']),
  };
}

const isCall = (initiator: string): boolean =>
  initiator === '' || initiator === 'fetch' || initiator === 'xmlhttprequest';
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

function durationOf(request: Fields): number | undefined {
  const whole = numberOf(request['duration']);
  if (whole !== undefined) return whole;
  const [start, end] = [numberOf(request['startTime']), numberOf(request['endTime'])];
  return start === undefined || end === undefined ? undefined : Math.max(0, end - start);
}

function bodyOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
