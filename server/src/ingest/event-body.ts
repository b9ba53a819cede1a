// An event as the API shows it, from its row.
import type { JsonObject, JsonValue } from '#kernel/json';
import { type EventElement, readElements } from './elements.ts';

/** The columns that an event's body is made of; times as SQL writes them, in UTC. */
export type EventRow = {
  readonly uuid: string;
  readonly event: string;
  readonly distinct_id: string;
  readonly person_id: string;
  readonly timestamp: string;
  readonly received_at: string;
  /** Property → JSON text. */
  readonly props: Readonly<Record<string, string>>;
};

export type EventBody = {
  readonly uuid: string;
  readonly event: string;
  readonly distinct_id: string;
  readonly person_id: string;
  readonly properties: Record<string, JsonValue>;
  readonly timestamp: string;
  readonly received_at: string;
  readonly elements: EventElement[];
};

/** `personId`: whose it is now, when that changed since the event was stored. */
export function toEventBody(row: EventRow, personId = row.person_id): EventBody {
  const properties = parseProperties(row.props);
  return {
    uuid: row.uuid,
    event: row.event,
    distinct_id: row.distinct_id,
    person_id: personId,
    properties,
    timestamp: isoTime(row.timestamp),
    received_at: isoTime(row.received_at),
    elements: readElements(properties),
  };
}

/** Back from JSON texts to values. */
export function parseProperties(
  props: Readonly<Record<string, string>>,
): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(props).map(([key, text]) => [key, JSON.parse(text) as JsonObject[string]]),
  );
}

/** `2026-11-20 12:00:00.000` to ISO 8601. */
function isoTime(sql: string): string {
  return `${sql.replace(' ', 'T')}Z`;
}
