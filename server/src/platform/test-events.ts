// Event rows for tests that ask the event store: written straight into ClickHouse, past ingestion.
import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';

export type TestEvent = {
  readonly event: string;
  readonly distinctId: string;
  readonly atMs: number;
  /** Left out: a person of their own, derived from the distinct id. */
  readonly personId?: string;
  /** When the server received it, where that differs from when it happened. */
  readonly receivedAtMs?: number;
  readonly flag?: string;
  readonly flagResponse?: string;
  /** Flag values that the event reports. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly uuid?: string;
  readonly sessionId?: string;
  /** Type → key. */
  readonly groups?: Readonly<Record<string, string>>;
  readonly personMode?: 'full' | 'propertyless';
};

/** A person id that is always the same for a distinct id. */
export function personIdOf(distinctId: string): string {
  const hex = Buffer.from(distinctId).toString('hex').padStart(32, '0').slice(-32);
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, i) => hex.slice(cuts[i], end))
    .join('-');
}

export function insertEvents(
  clickhouse: ClickHouseClient,
  environmentId: number,
  events: readonly TestEvent[],
): Promise<void> {
  return insertEventsOf(clickhouse, new Map([[environmentId, events]]));
}

/** Stores the events of several environments at once. */
export async function insertEventsOf(
  clickhouse: ClickHouseClient,
  byEnvironment: ReadonlyMap<number, readonly TestEvent[]>,
): Promise<void> {
  await clickhouse.insert({
    table: 'events',
    format: 'JSONEachRow',
    values: [...byEnvironment].flatMap(([environmentId, events]) => rowsOf(environmentId, events)),
  });
}

function rowsOf(environmentId: number, events: readonly TestEvent[]) {
  return events.map((event) => ({
    environment_id: environmentId,
    uuid: event.uuid ?? randomUUID(),
    event: event.event,
    timestamp: new Date(event.atMs).toISOString(),
    received_at: new Date(event.receivedAtMs ?? event.atMs).toISOString(),
    distinct_id: event.distinctId,
    person_id: event.personId ?? personIdOf(event.distinctId),
    person_mode: event.personMode ?? 'full',
    session_id: event.sessionId ?? '',
    flag: event.flag ?? '',
    flag_response: event.flagResponse ?? '',
    flags: event.flags ?? {},
    groups: event.groups ?? {},
    props: Object.fromEntries(
      Object.entries(event.properties ?? {}).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
  }));
}
