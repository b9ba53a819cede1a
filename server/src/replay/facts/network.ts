// The requests of a page as its recorder saw them (`rrweb/network@1`).
import { type JsonObject, isJsonObject, storableText } from '#kernel/json';

export type PageRequest = {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** 0 when it is not known. */
  readonly status: number;
  /** The page asked and got no answer at all. */
  readonly isUnanswered: boolean;
  readonly durationMs: number;
  readonly bytes: number;
};

const DAY_MS = 86_400_000;
/** A day: pages say what they like. */
const MAX_DURATION_MS = DAY_MS;
const MAX_PATH_CHARS = 1000;
const FROM_SCRIPTS: ReadonlySet<unknown> = new Set(['fetch', 'xmlhttprequest']);

/** Requests in one plugin event. */
export function requestsOf({ requests }: JsonObject, eventMs: number): PageRequest[] {
  if (!Array.isArray(requests)) return [];
  return (requests as unknown[])
    .filter(isJsonObject)
    .filter(isRequest)
    .map((one) => toRequest(one, eventMs));
}

/** Navigations without a name, paints and marks are timings as well. */
const isRequest = ({ name, entryType }: JsonObject): boolean =>
  typeof name === 'string' &&
  (entryType === undefined || entryType === 'resource' || entryType === 'navigation');

function toRequest(request: JsonObject, eventMs: number): PageRequest {
  const { method, status, responseStatus, initiatorType, timestamp } = request;
  const { host, path } = placeOf(request['name'] as string);
  return {
    atMs: timeOf(timestamp, eventMs),
    method: typeof method === 'string' ? storableText(method.toUpperCase().slice(0, 10)) : 'GET',
    host,
    path,
    status: statusOf(status) || statusOf(responseStatus),
    // Never by `responseStatus: 0` alone: images of other origins have that.
    isUnanswered:
      FROM_SCRIPTS.has(initiatorType) && typeof method === 'string' && statusOf(status) === 0,
    durationMs: Math.min(
      MAX_DURATION_MS,
      Math.round(numberOf(request['duration']) || span(request)),
    ),
    bytes: Math.round(numberOf(request['transferSize'])),
  };
}

/** Some recorders write milliseconds since the page began: what is not near its event was then. */
function timeOf(timestamp: unknown, eventMs: number): number {
  const atMs = numberOf(timestamp);
  return Math.round(Math.abs(atMs - eventMs) <= DAY_MS ? atMs : eventMs);
}

const span = ({ startTime, endTime }: JsonObject): number =>
  Math.max(0, numberOf(endTime) - numberOf(startTime));

const numberOf = (value: unknown): number =>
  typeof value === 'number' && value > 0 && value < 2 ** 45 ? value : 0;

const statusOf = (value: unknown): number =>
  Number.isInteger(value) && (value as number) >= 100 && (value as number) < 1000
    ? (value as number)
    : 0;

function placeOf(url: string): { readonly host: string; readonly path: string } {
  const [, host = '', path = ''] =
    /^[a-z][a-z0-9+.-]*:\/\/([^/?#]{0,300})([^?#]*)/i.exec(url) ?? [];
  return {
    host: storableText(host.toLowerCase()),
    path: storableText(path.slice(0, MAX_PATH_CHARS)),
  };
}
