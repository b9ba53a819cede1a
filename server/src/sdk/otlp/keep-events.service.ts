// Brings events made of telemetry into ingestion, each once however often it is sent.
import { createHash } from 'node:crypto';
import type { Ingest } from '#ingest';
import { canonicalJson } from '#kernel/json';
import type { Attributes } from './wire/otlp-values.ts';
import type { TelemetryEvent } from './wire/telemetry-event.ts';

/** What became of a request's records or data points. */
export type Kept = {
  readonly kept: number;
  readonly rejected: number;
  /** Why; empty when nothing was rejected. */
  readonly message: string;
};

type Deps = { readonly ingest: Pick<Ingest, 'accept'> };

/** An event, and what it was made of: its id comes from there, as events hold less of their time. */
export type MadeEvent = {
  readonly event: TelemetryEvent;
  readonly from: { readonly resource: Attributes };
};

export type Sender = {
  readonly environmentId: number;
  /** Whether the project keeps addresses of people. */
  readonly keepsAddresses: boolean;
};

/** 2^48 ms, the last time that a version 7 UUID holds. */
const MAX_UUID_TIME_MS = 2 ** 48 - 1;

/**
 * Resolves with how many were too large to keep, when all others are on disk.
 * @throws unavailable when they cannot be kept right now, or are too many; the same may be sent again
 */
export async function keepEvents(
  { ingest }: Deps,
  { environmentId, keepsAddresses }: Sender,
  made: readonly MadeEvent[],
): Promise<number> {
  if (made.length === 0) return 0;
  const digestOfResource = resourceDigests();
  const events = made.map(({ event, from }, index) => ({
    // Without a time of its own the id has none either: it is the same when it is sent again.
    uuid: uuidOf(event.timestamp === undefined ? 0 : Date.parse(event.timestamp), [
      index,
      event.event,
      { ...from, resource: digestOfResource(from.resource) },
    ]),
    ...event,
  }));
  const origin = { address: undefined, locate: undefined, keepsAddresses };
  const outcomes = await ingest.accept({ environmentId, events, sentAt: undefined, origin });
  return outcomes.filter(({ result }) => result === 'drop').length;
}

/** A short name for equal content. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('base64url').slice(0, 16);
}

/** The digest of each resource, made once: thousands of records have the same. */
export function resourceDigests(): (resource: Attributes) => string {
  const known = new Map<Attributes, string>();
  return (resource) => {
    const digest = known.get(resource) ?? digestOf(resource);
    known.set(resource, digest);
    return digest;
  };
}

/**
 * A version 7 UUID (RFC 9562 §5.7) with the content's digest where random bits stand: exporters send a request again
 * when its answer was lost, and give records no id.
 */
export function uuidOf(atMs: number, content: unknown): string {
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
