// Server-sent events with a reconnect that survives what EventSource gives up on: an error status while the server
// restarts, and a connection that died in silence while the machine slept.
import { useEffect, useRef, useState } from 'react';

export type LiveState = 'connecting' | 'open' | 'lost';

/** Waits double from the first to the last. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;
/** The server sends a heartbeat every 15 s; after two that did not come the connection is dead. */
const SILENT_MS = 40_000;
const CHECK_MS = 5000;

type LiveOptions = {
  /** One handler per event name; it gets the parsed JSON. */
  readonly on: Readonly<Record<string, (data: unknown) => void>>;
  readonly onState: (state: LiveState) => void;
};

/** A stream that is kept open. */
class LiveStream {
  readonly #url: string;
  readonly #options: LiveOptions;
  readonly #checks: ReturnType<typeof setInterval>;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #heardMs = performance.now();

  constructor(url: string, options: LiveOptions) {
    this.#url = url;
    this.#options = options;
    options.onState('connecting');
    this.#connect();
    this.#checks = setInterval(this.#check, CHECK_MS);
    document.addEventListener('visibilitychange', this.#comeBack);
    window.addEventListener('online', this.#connect);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#checks);
    document.removeEventListener('visibilitychange', this.#comeBack);
    window.removeEventListener('online', this.#connect);
    this.#source?.close();
  }

  readonly #connect = (): void => {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#hear();
    const { on, onState } = this.#options;
    const source = new EventSource(this.#url);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#retryMs = FIRST_RETRY_MS;
      this.#hear();
      onState('open');
    });
    source.addEventListener('error', () => {
      onState('lost');
      if (source.readyState !== EventSource.CLOSED) return;
      this.#timer = setTimeout(this.#connect, this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    });
    source.addEventListener('heartbeat', this.#hear);
    for (const [name, handler] of Object.entries(on)) {
      source.addEventListener(name, (event) => {
        this.#hear();
        handler(JSON.parse((event as MessageEvent<string>).data));
      });
    }
  };

  readonly #hear = (): void => {
    this.#heardMs = performance.now();
  };

  /** Timers of hidden pages and sleeping machines stand still: what they missed is noticed afterwards. */
  readonly #check = (): void => {
    if (performance.now() - this.#heardMs < SILENT_MS) return;
    this.#options.onState('lost');
    this.#connect();
  };

  readonly #comeBack = (): void => {
    const isOpen = this.#source?.readyState === EventSource.OPEN;
    if (document.visibilityState === 'visible' && !isOpen) this.#connect();
    else this.#check();
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
    const stream = new LiveStream(url, { on: stable, onState: setState });
    return () => stream.close();
  }, [url]);
  return state;
}
