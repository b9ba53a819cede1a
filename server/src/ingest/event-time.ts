// When an event happened: the client's clock, corrected by how far that clock is off, within bounds.
// Rules and order: PostHog `rust/common/types/src/timestamp.rs`.

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** A clock further ahead than this is not believed. */
const MAX_FUTURE_MS = 23 * HOUR_MS;
/** Sending times up to the year 2020 come from clocks that were never set. */
const MIN_SENT_AT_MS = Date.UTC(2021, 0, 1);
/** Epoch numbers below this are seconds (as milliseconds they would be in 1973). */
const MAX_EPOCH_SECONDS = 100_000_000_000;
/** No way of writing a time is longer; the patterns below are not made for long text. */
const MAX_TIME_CHARS = 100;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;
const HAS_ZONE = /(?:Z|GMT|UTC|[+-]\d\d:?\d\d)(?:\s*\([^)]*\))?$/i;

/** What an event and its envelope say about time, unchecked. */
export type TimeClaims = {
  readonly timestamp: unknown;
  /** Milliseconds before receipt (old clients). */
  readonly offset: unknown;
  readonly sentAt: unknown;
  readonly ignoreSentAt: boolean;
};

export type EventTime = {
  /** Milliseconds since the epoch, UTC. */
  readonly atMs: number;
  /** The client's own time; undefined when it named none that can be believed. */
  readonly claimedMs: number | undefined;
  readonly problem: 'unreadable' | 'in_future' | undefined;
};

/** The event's time, from its claims and the time of receipt. */
export function resolveEventTime(claims: TimeClaims, receivedAtMs: number): EventTime {
  const corrected = correct(claims, receivedAtMs);
  if (corrected === undefined) {
    const isAbsent = claims.timestamp === undefined || claims.timestamp === null;
    return {
      atMs: receivedAtMs,
      claimedMs: undefined,
      problem: isAbsent ? undefined : 'unreadable',
    };
  }
  if (corrected > receivedAtMs + MAX_FUTURE_MS) {
    return { atMs: receivedAtMs, claimedMs: undefined, problem: 'in_future' };
  }
  const atMs = Math.max(0, Math.round(corrected));
  return { atMs, claimedMs: parseTime(claims.timestamp) ?? atMs, problem: undefined };
}

function correct(claims: TimeClaims, receivedAtMs: number): number | undefined {
  if (typeof claims.offset === 'number' && Number.isFinite(claims.offset)) {
    return receivedAtMs - claims.offset;
  }
  const timestampMs = parseTime(claims.timestamp);
  if (timestampMs === undefined || claims.ignoreSentAt) return timestampMs;
  const sentAtMs = parseSentAt(claims.sentAt);
  return sentAtMs === undefined ? timestampMs : receivedAtMs - (sentAtMs - timestampMs);
}

function parseSentAt(value: unknown): number | undefined {
  const isDigits = typeof value === 'string' && /^\d{10,16}$/.test(value);
  const ms = isDigits ? Number(value) : parseTime(value);
  return ms !== undefined && ms >= MIN_SENT_AT_MS ? ms : undefined;
}

/**
 * Reads ISO 8601 (without a zone: UTC), RFC 2822 with a zone, or an epoch number.
 * @returns milliseconds since the epoch, or undefined when it is no time
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return undefined;
    return value < MAX_EPOCH_SECONDS ? value * SECOND_MS : value;
  }
  if (typeof value !== 'string' || value.length > MAX_TIME_CHARS) return undefined;
  // What JSON.stringify makes of a Date, which nearly every SDK sends: the engine reads it fastest.
  if (value.length === 24 && value.endsWith('Z')) {
    const ms = Date.parse(value);
    if (!Number.isNaN(ms)) return ms;
  }
  const trimmed = value.trim();
  const iso = ISO.exec(trimmed);
  if (iso) return isoToMs(iso);
  if (!HAS_ZONE.test(trimmed)) return undefined;
  const ms = Date.parse(trimmed);
  return Number.isNaN(ms) ? undefined : ms;
}

function isoToMs(match: RegExpExecArray): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1) return undefined;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const clockMs =
    Number(hour) * HOUR_MS +
    Number(minute) * 60 * SECOND_MS +
    Number(second) * SECOND_MS +
    Number(`0.${fraction || '0'}`) * SECOND_MS;
  return date.getTime() + Math.round(clockMs) - zoneOffsetMs(zone);
}

function zoneOffsetMs(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '');
  if (!match) return 0;
  const [, sign, hours, minutes = '0'] = match;
  const ms = Number(hours) * HOUR_MS + Number(minutes) * 60 * SECOND_MS;
  return sign === '-' ? -ms : ms;
}
