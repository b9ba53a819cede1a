// Server-sent events with a reconnect that survives what EventSource gives up on (an error status
// while the server restarts).
import { useEffect, useRef, useState } from 'react';

export type LiveState = 'connecting' | 'open' | 'lost';

/** Waits double from the first to the last. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;

type LiveOptions = {
  /** One handler per event name; it gets the parsed JSON. */
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  readonly onState: (state: LiveState) => void;
};

/** Opens a stream and keeps it open. Returns the function that closes it. */
function openLive(url: string, { on, onState }: LiveOptions): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;

  function connect(): void {
    source = new EventSource(url);
    source.addEventListener('open', () => {
      retryMs = FIRST_RETRY_MS;
      onState('open');
    });
    source.addEventListener('error', () => {
      onState('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    });
    for (const [name, handler] of Object.entries(on)) {
      source.addEventListener(name, (event) => {
        handler(JSON.parse((event as MessageEvent<string>).data));
      });
    }
  }

  onState('connecting');
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/**
 * A stream for as long as the component is mounted; `url` null keeps it closed. Handlers may change
 * between renders without a new connection; the set of event names may not.
 */
export function useLive(url: string | null, on: LiveOptions['on']): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const handlers = useRef(on);
  useEffect(() => {
    handlers.current = on;
  });
  useEffect(() => {
    if (url === null) return;
    const stable = Object.fromEntries(
      Object.keys(handlers.current).map((name) => [
        name,
        (data: unknown) => handlers.current[name]?.(data),
      ]),
    );
    return openLive(url, { on: stable, onState: setState });
  }, [url]);
  return state;
}
