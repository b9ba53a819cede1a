// Tells connected clients that flags have changed: one subscription to the snapshots, one encoding per event
// for everybody who listens, one timer for all heartbeats. What an event says is the channel's business.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FlagSnapshots } from '#flags';
import { type FlagSnapshot, type SnapshotChange, mergeChanges } from '#flags/snapshot';
import type { Clock } from '#kernel/clock';
import { fail } from '#kernel/errors';
import { SSE_HEADERS, SSE_HEARTBEAT, sseRetry } from '#platform/http/sse';

export type StreamLimits = {
  /** Open streams of one environment. */
  readonly perEnvironment: number;
  /** Open streams of this process. */
  readonly overall: number;
};

const DEFAULT_LIMITS: StreamLimits = { perEnvironment: 20_000, overall: 50_000 };

/** One kind of stream: the same events for everybody who listens in an environment. */
type ChannelOptions = {
  /**
   * What listeners are told of a change, as SSE text with the version as id; undefined when it does not
   * concern them. Called once per change, however many listen.
   */
  readonly encode: (change: SnapshotChange, listeners: number) => string | undefined;
  /**
   * What a new listener is told first. `lastEventId` is what it knew, undefined when it comes for the first
   * time; equal to the snapshot's version when it missed nothing.
   */
  readonly greet: (snapshot: FlagSnapshot, lastEventId: string | undefined) => string;
  /** Changes that follow more closely are told together. Left out: as closely as the hub allows. */
  readonly minPauseMs?: number;
};

export interface Channel {
  /**
   * Turns the answer into a stream of the environment's changes. Nothing is written when it throws.
   * @throws unavailable when there are too many streams or the server stops
   */
  open(environmentId: number, request: IncomingMessage, response: ServerResponse): void;
}

export interface StreamHub {
  channel(options: ChannelOptions): Channel;
  /** Streams that are open now. */
  count(): number;
  /** Ends every stream; further ones are refused. */
  close(): void;
}

export type HubDeps = {
  readonly snapshots: Pick<FlagSnapshots, 'get' | 'onChange'>;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly limits?: StreamLimits | undefined;
};

/** Each stream gets a heartbeat every 20 s (proxies close after 30 to 60), a twentieth of them per second. */
const HEARTBEAT_SLOTS = 20;
const SLOT_MS = 1000;
/** 64 KiB: a reader that is so far behind is cut off, comes again and catches up by Last-Event-ID. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** Changes in quick succession are told together: the first at once, the next after this pause. */
const MIN_PAUSE_MS = 100;
/** A change costs every listener a request: 0.1 ms of pause for each, up to a second. */
const PAUSE_PER_LISTENER_MS = 0.1;
const MAX_PAUSE_MS = 1000;
/** Readers come again after 1 to 4 s, not all at once, when the server has restarted. */
const RETRY_MS = { least: 1000, spread: 3000 } as const;
const RETRY_WHEN_FULL_SECONDS = 30;

export function createStreamHub(deps: HubDeps): StreamHub {
  return new Hub(deps);
}

/** Everybody who listens to one channel in one environment. */
type Audience = {
  readonly environmentId: number;
  readonly options: ChannelOptions;
  readonly streams: Set<ServerResponse>;
  /** Milliseconds since the epoch. */
  toldAtMs: number;
  /** Changes that wait to be told together. */
  waiting: SnapshotChange | undefined;
  timer: NodeJS.Timeout | undefined;
};

class Hub implements StreamHub {
  readonly #deps: HubDeps;
  readonly #limits: StreamLimits;
  readonly #audiences = new Map<number, Map<ChannelOptions, Audience>>();
  readonly #slots = Array.from({ length: HEARTBEAT_SLOTS }, () => new Set<ServerResponse>());
  readonly #stopListening: () => void;
  #heartbeat: NodeJS.Timeout | undefined;
  #beats = 0;
  #opened = 0;
  #count = 0;
  #isClosed = false;

  constructor(deps: HubDeps) {
    this.#deps = deps;
    this.#limits = deps.limits ?? DEFAULT_LIMITS;
    this.#stopListening = deps.snapshots.onChange((change) => this.#onChange(change));
  }

  channel(options: ChannelOptions): Channel {
    return {
      open: (environmentId, request, response) => {
        this.#refuseWhenFull(environmentId);
        this.#open(this.#audience(environmentId, options), request, response);
      },
    };
  }

  count(): number {
    return this.#count;
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    clearInterval(this.#heartbeat);
    for (const audience of this.#allAudiences()) {
      clearTimeout(audience.timer);
      for (const stream of audience.streams) stream.end();
    }
  }

  #refuseWhenFull(environmentId: number): void {
    if (this.#isClosed) fail('unavailable', { detail: 'The server stops.', retryAfterSeconds: 2 });
    let own = 0;
    for (const { streams } of this.#audiences.get(environmentId)?.values() ?? []) {
      own += streams.size;
    }
    if (this.#count < this.#limits.overall && own < this.#limits.perEnvironment) return;
    fail('unavailable', {
      detail: 'Too many streams are open.',
      retryAfterSeconds: RETRY_WHEN_FULL_SECONDS,
    });
  }

  #audience(environmentId: number, options: ChannelOptions): Audience {
    const ofEnvironment = this.#audiences.get(environmentId) ?? new Map<ChannelOptions, Audience>();
    this.#audiences.set(environmentId, ofEnvironment);
    const known = ofEnvironment.get(options);
    if (known) return known;
    const streams = new Set<ServerResponse>();
    const audience = { environmentId, options, streams, toldAtMs: 0, waiting: undefined };
    const made: Audience = { ...audience, timer: undefined };
    ofEnvironment.set(options, made);
    return made;
  }

  #open(audience: Audience, request: IncomingMessage, response: ServerResponse): void {
    const snapshot = this.#deps.snapshots.get(audience.environmentId);
    const { least, spread } = RETRY_MS;
    const greeting = audience.options.greet(snapshot, lastEventIdOf(request));
    // Without chunks: the stream ends with the connection, and an event is written as it stands.
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { ...SSE_HEADERS, connection: 'close' });
    response.write(sseRetry(least + this.#deps.random() * spread) + greeting);
    const slot = this.#slots[this.#opened % HEARTBEAT_SLOTS]!;
    this.#opened += 1;
    this.#count += 1;
    audience.streams.add(response);
    slot.add(response);
    response.on('error', ignore);
    response.once('close', () => {
      this.#count -= 1;
      audience.streams.delete(response);
      slot.delete(response);
      this.#tidy(audience);
    });
    this.#heartbeat ??= setInterval(() => this.#beat(), SLOT_MS).unref();
  }

  /** Forgets environments that nobody listens to. */
  #tidy(audience: Audience): void {
    if (audience.streams.size > 0 || audience.timer) return;
    const ofEnvironment = this.#audiences.get(audience.environmentId);
    ofEnvironment?.delete(audience.options);
    if (ofEnvironment?.size === 0) this.#audiences.delete(audience.environmentId);
  }

  #onChange(change: SnapshotChange): void {
    const ofEnvironment = this.#audiences.get(change.current.environmentId);
    for (const audience of ofEnvironment?.values() ?? []) {
      audience.waiting = audience.waiting ? mergeChanges(audience.waiting, change) : change;
      if (audience.timer) continue;
      const pauseMs = audience.toldAtMs + pauseFor(audience) - this.#deps.clock.now();
      if (pauseMs <= 0) this.#tell(audience);
      else audience.timer = setTimeout(() => this.#tell(audience), Math.min(pauseMs, MAX_PAUSE_MS));
    }
  }

  #tell(audience: Audience): void {
    const { waiting, options, streams } = audience;
    audience.timer = undefined;
    audience.waiting = undefined;
    if (streams.size > 0 && waiting) {
      const text = options.encode(waiting, streams.size);
      if (text !== undefined) {
        audience.toldAtMs = this.#deps.clock.now();
        const bytes = Buffer.from(text);
        for (const stream of streams) send(stream, bytes);
      }
    }
    this.#tidy(audience);
  }

  #beat(): void {
    const slot = this.#slots[this.#beats % HEARTBEAT_SLOTS]!;
    this.#beats += 1;
    for (const stream of slot) send(stream, HEARTBEAT_BYTES);
    if (this.#count > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #allAudiences(): Audience[] {
    return [...this.#audiences.values()].flatMap((ofEnvironment) => [...ofEnvironment.values()]);
  }
}

const HEARTBEAT_BYTES = Buffer.from(SSE_HEARTBEAT);
const ignore = (): void => undefined;

function pauseFor({ streams, options: { minPauseMs = MIN_PAUSE_MS } }: Audience): number {
  return Math.min(MAX_PAUSE_MS, minPauseMs + streams.size * PAUSE_PER_LISTENER_MS);
}

function send(stream: ServerResponse, bytes: Buffer): void {
  if (stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
  else stream.write(bytes);
}

/** The header when a browser comes again by itself, the parameter when a page opens a new stream. */
function lastEventIdOf(request: IncomingMessage): string | undefined {
  const header = request.headers['last-event-id'];
  if (typeof header === 'string') return header;
  const query = (request.url ?? '').split('?', 2)[1];
  return new URLSearchParams(query).get('last_event_id') ?? undefined;
}
