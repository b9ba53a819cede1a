// Reading single events from ClickHouse, newest first.
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { fail } from '#kernel/errors';
import { HIDDEN_EVENTS } from './event.ts';
import type { EventRow } from './event-body.ts';
import type { EventsCursor } from './events-cursor.ts';
import { sqlTime } from './row.ts';

export type EventsFilter = {
  readonly environmentId: number;
  readonly event: string | undefined;
  readonly distinctId: string | undefined;
  /** Only these; at most a thousand are looked for. */
  readonly distinctIds?: readonly string[] | undefined;
  readonly group?: { readonly type: string; readonly key: string } | undefined;
  /** Milliseconds since the epoch, both exclusive. */
  readonly afterMs: number | undefined;
  readonly beforeMs: number | undefined;
  /** Each property must have one of the values. */
  readonly properties: readonly { readonly key: string; readonly values: readonly unknown[] }[];
  readonly limit: number;
  readonly cursor: EventsCursor | undefined;
};

const DAY_MS = 86_400_000;
/** The newest events are nearly always recent: look there before reading everything there is. */
const WINDOWS_MS = [DAY_MS / 24, DAY_MS, 31 * DAY_MS] as const;
/** Clients may be this far ahead (see event-time.ts). */
const MAX_FUTURE_MS = DAY_MS;

/** 64 MB a page: a thousand events of the largest size would be 1 GB. */
const MAX_PAGE_BYTES = 64_000_000;
const LIMITS = {
  max_execution_time: 20,
  max_memory_usage: '1000000000',
  max_result_bytes: String(MAX_PAGE_BYTES),
} as const;
/** ClickHouse's code for a result beyond `max_result_bytes`. */
const RESULT_TOO_LARGE = '396';

/**
 * At most `limit + 1` rows: one more than asked for when there is a next page.
 * @throws invalid_input when they are too large to be sent at once
 */
export async function readPage(
  clickhouse: ClickHouseClient,
  filter: EventsFilter,
  nowMs: number,
): Promise<EventRow[]> {
  try {
    return await readNewest(clickhouse, filter, nowMs);
  } catch (error) {
    if (!(error instanceof ClickHouseError) || error.code !== RESULT_TOO_LARGE) throw error;
    const detail = `These events have more than ${MAX_PAGE_BYTES} bytes; ask for fewer at a time.`;
    fail('invalid_input', { detail, attr: 'limit', cause: error });
  }
}

async function readNewest(
  clickhouse: ClickHouseClient,
  filter: EventsFilter,
  nowMs: number,
): Promise<EventRow[]> {
  const fromMs = filter.cursor?.atMs ?? filter.beforeMs ?? nowMs + MAX_FUTURE_MS;
  for (const windowMs of WINDOWS_MS) {
    const sinceMs = Math.min(fromMs, nowMs) - windowMs;
    if (filter.afterMs !== undefined && filter.afterMs >= sinceMs) break;
    const rows = await readEvents(clickhouse, { ...filter, afterMs: sinceMs });
    if (rows.length > filter.limit) return rows;
  }
  return readEvents(clickhouse, filter);
}

// The order key prunes by environment and day, and by name where one is given.
async function readEvents(clickhouse: ClickHouseClient, filter: EventsFilter): Promise<EventRow[]> {
  const { conditions, params } = conditionsOf(filter);
  const result = await clickhouse.query({
    query: `SELECT toString(uuid) AS uuid, event, distinct_id, toString(person_id) AS person_id,
        toString(timestamp) AS timestamp, toString(received_at) AS received_at, props
      FROM events AS e WHERE ${conditions.join(' AND ')}
      ORDER BY e.timestamp DESC, e.uuid DESC LIMIT {limit:UInt32}`,
    query_params: params,
    clickhouse_settings: LIMITS,
    format: 'JSONEachRow',
  });
  return result.json<EventRow>();
}

function conditionsOf(filter: EventsFilter) {
  const { event, distinctId, afterMs, beforeMs, cursor } = filter;
  const conditions = ['e.environment_id = {environment:UInt32}'];
  const params: Record<string, unknown> = {
    environment: filter.environmentId,
    limit: filter.limit + 1,
  };
  const add = (condition: string, values: Record<string, unknown>): void => {
    conditions.push(condition);
    Object.assign(params, values);
  };
  if (event === undefined) {
    add('e.event NOT IN {hidden:Array(String)}', { hidden: HIDDEN_EVENTS });
  } else add('e.event = {event:String}', { event });
  if (distinctId !== undefined) {
    add(
      'cityHash64(e.distinct_id) = cityHash64({distinctId:String}) AND e.distinct_id = {distinctId:String}',
      { distinctId },
    );
  }
  if (filter.distinctIds) add('e.distinct_id IN {ids:Array(String)}', { ids: filter.distinctIds });
  if (filter.group) {
    const { type, key } = filter.group;
    add('e.groups[{groupType:String}] = {groupKey:String}', { groupType: type, groupKey: key });
  }
  if (afterMs !== undefined) {
    add(`e.timestamp > {after:DateTime64(3, 'UTC')}`, { after: sqlTime(Math.max(0, afterMs)) });
  }
  if (beforeMs !== undefined) {
    add(`e.timestamp < {before:DateTime64(3, 'UTC')}`, { before: sqlTime(Math.max(0, beforeMs)) });
  }
  if (cursor) {
    const values = { cursorTime: sqlTime(cursor.atMs), cursorUuid: cursor.uuid };
    add(`e.timestamp <= {cursorTime:DateTime64(3, 'UTC')}`, values);
    add(`(e.timestamp, e.uuid) < ({cursorTime:DateTime64(3, 'UTC')}, {cursorUuid:UUID})`, {});
  }
  for (const [index, { key, values }] of filter.properties.entries()) {
    add(`e.props[{key${index}:String}] IN {values${index}:Array(String)}`, {
      [`key${index}`]: key,
      [`values${index}`]: values.flatMap(storedTexts),
    });
  }
  return { conditions, params };
}

/** The JSON texts that count as equal to `value`: `5` and `"5"` do, as in PostHog. */
function storedTexts(value: unknown): string[] {
  const json = JSON.stringify(value);
  if (typeof value !== 'string') return [json, JSON.stringify(json)];
  const isScalarText = /^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(value);
  return isScalarText ? [json, value] : [json];
}
