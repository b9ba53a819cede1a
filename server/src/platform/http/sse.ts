// The text of server-sent events (HTML standard §9.2), for the web app's live pages and for SDKs.

export type SseEvent = {
  /** What the reader sends back as Last-Event-ID when it comes again. */
  readonly id?: string;
  /** Name that listeners ask for; without it browsers call it `message`. */
  readonly event?: string;
  /** Sent as JSON, which has no line break outside of an escape. */
  readonly data: unknown;
};

/** A line that readers pass over; it keeps proxies from closing an idle stream. */
export const SSE_HEARTBEAT = ': keep-alive\n\n';

/** One event as it stands on the wire. */
export function sseText({ id, event, data }: SseEvent): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  const eventLine = event === undefined ? '' : `event: ${event}\n`;
  return `${idLine}${eventLine}data: ${JSON.stringify(data)}\n\n`;
}

/** Tells the reader how long to wait before it comes again. Milliseconds. */
export function sseRetry(retryMs: number): string {
  return `retry: ${Math.round(retryMs)}\n\n`;
}

/** Headers of an event stream: kept by no cache, changed and held back by no proxy. */
export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;
