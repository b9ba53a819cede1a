// The `$snapshot` events of a request: which session and window each belongs to. Each event's own ids count:
// a request may hold the end of one session and the start of the next.
import { normalizeUuid, uuidTimeMs } from '#ingest/uuid';
import { type JsonObject, isJsonObject, storableText } from '#kernel/json';

/** One `$snapshot` event; what it recorded is still packed. */
export type SnapshotMessage = {
  /** Undefined when it has none that can be read. */
  readonly uuid: string | undefined;
  readonly sessionId: string;
  readonly windowId: string;
  readonly distinctId: string;
  readonly source: 'web' | 'mobile';
  readonly library: string;
  readonly libraryVersion: string;
  /** When the client sent it by its own clock, milliseconds since the epoch; undefined when it does not say. */
  readonly sentMs: number | undefined;
  readonly events: readonly unknown[];
};

/** Why a part of a request is not kept. */
export type Refusal =
  | 'not_a_snapshot'
  | 'session_id_missing'
  | 'session_id_invalid'
  | 'session_id_wrong_time'
  | 'distinct_id_missing'
  | 'no_events'
  | 'too_old_or_new'
  | 'block_too_large';

export type ReadMessage =
  | { readonly kind: 'snapshot'; readonly message: SnapshotMessage }
  | { readonly kind: 'refused'; readonly why: Refusal };

/** As PostHog's capture has it (`events/recordings.rs`). */
const ID = /^[A-Za-z0-9-]{1,70}$/;
const MAX_DISTINCT_ID = 200;
const MAX_LABEL = 50;

/** Looks at one event of a request. */
export function readMessage(raw: unknown): ReadMessage {
  const refused = (why: Refusal): ReadMessage => ({ kind: 'refused', why });
  if (!isJsonObject(raw) || raw['event'] !== '$snapshot') return refused('not_a_snapshot');
  const properties = isJsonObject(raw['properties']) ? raw['properties'] : {};
  const sessionId = properties['$session_id'];
  if (sessionId === undefined || sessionId === null) return refused('session_id_missing');
  if (typeof sessionId !== 'string' || !ID.test(sessionId)) return refused('session_id_invalid');
  const distinctId = properties['distinct_id'] ?? raw['distinct_id'];
  if (typeof distinctId !== 'string' && typeof distinctId !== 'number') {
    return refused('distinct_id_missing');
  }
  const events = eventsOf(properties['$snapshot_data']);
  if (events.length === 0) return refused('no_events');
  const message = {
    uuid: normalizeUuid(raw['uuid']),
    sessionId,
    windowId: windowIdOf(properties['$window_id'], sessionId),
    distinctId: storableText(String(distinctId).slice(0, MAX_DISTINCT_ID)),
    sentMs: sentMsOf(raw),
    events,
    ...clientOf(properties),
  };
  return { kind: 'snapshot', message };
}

/** The sessions that a request's events name, as they name them. */
export function sessionIdsOf(raws: readonly unknown[]): string[] {
  const ids = raws.map((raw) => {
    const properties = isJsonObject(raw) ? raw['properties'] : undefined;
    return isJsonObject(properties) ? properties['$session_id'] : undefined;
  });
  return [...new Set(ids.filter((id) => typeof id === 'string' && ID.test(id)))] as string[];
}

/** One event instead of a list: very old clients. */
function eventsOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data as unknown[];
  return isJsonObject(data) ? [data] : [];
}

function windowIdOf(windowId: unknown, sessionId: string): string {
  return typeof windowId === 'string' && ID.test(windowId) ? windowId : sessionId;
}

function clientOf(properties: JsonObject) {
  const source = properties['$snapshot_source'] === 'mobile' ? 'mobile' : 'web';
  return {
    source,
    library: label(properties['$lib'], 'web'),
    libraryVersion: label(properties['$lib_version'], ''),
  } as const;
}

function sentMsOf(raw: JsonObject): number | undefined {
  const text = raw['sent_at'];
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function label(value: unknown, fallback: string): string {
  return typeof value === 'string' ? storableText(value.slice(0, MAX_LABEL)) : fallback;
}

/** When the session began as its id says, milliseconds since the epoch; undefined for an id without a time. */
export function sessionStartMs(sessionId: string): number | undefined {
  const uuid = normalizeUuid(sessionId);
  return uuid === undefined ? undefined : uuidTimeMs(uuid);
}
