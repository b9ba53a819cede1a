// Brings events made of telemetry into ingestion, each once however often it is sent.
import { createHash } from 'node:crypto';
import type { Ingest } from '#ingest';
import type { Clock } from '#kernel/clock';
import { canonicalJson } from '#kernel/json';
import type { TelemetryEvent } from './wire/telemetry-event.ts';

/** What became of a request's records or data points. */
export type Kept = {
  readonly kept: number;
  readonly rejected: number;
  /** Why; empty when nothing was rejected. */
  readonly message: string;
};

type Deps = { readonly ingest: Pick<Ingest, 'accept'>; readonly clock: Clock };

/** 2^48 ms, the last time that a version 7 UUID holds. */
const MAX_UUID_TIME_MS = 2 ** 48 - 1;

/**
 * Resolves with how many were too large to keep, when all others are on disk.
 * @throws unavailable when they cannot be kept right now, or are too many; the same may be sent again
 */
export async function keepEvents(
  { ingest, clock }: Deps,
  environmentId: number,
  events: readonly TelemetryEvent[],
): Promise<number> {
  if (events.length === 0) return 0;
  const nowMs = clock.now();
  const identified = events.map((event, index) => ({
    uuid: uuidOf(event.timestamp === undefined ? nowMs : Date.parse(event.timestamp), [
      index,
      event,
    ]),
    ...event,
  }));
  const outcomes = await ingest.accept({ environmentId, events: identified, sentAt: undefined });
  return outcomes.filter(({ result }) => result === 'drop').length;
}

/** A short name for equal content. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('base64url').slice(0, 16);
}

/**
 * A version 7 UUID (RFC 9562 §5.7) with the content's digest where random bits stand: exporters send a request again
 * when its answer was lost, and give records no id.
 */
function uuidOf(atMs: number, content: unknown): string {
  const digest = createHash('sha256').update(canonicalJson(content)).digest();
  const timeMs = Math.min(Math.max(0, Math.floor(atMs)), MAX_UUID_TIME_MS);
  digest.writeUIntBE(timeMs, 0, 6);
  digest[6] = 0x70 | ((digest[6] ?? 0) & 0x0f);
  digest[8] = 0x80 | ((digest[8] ?? 0) & 0x3f);
  return digest.toString('hex', 0, 16);
}

/** `2 of these; 1 of those`, for people who look after an exporter. */
export function sayWhy<R extends string>(
  reasons: readonly R[],
  words: Readonly<Record<R, string>>,
): string {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, { length }]) => `${length} ${words[reason]}`)
    .join('; ');
}
