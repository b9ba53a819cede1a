// Exceptions in ClickHouse that belong to no issue yet, and what is written once they do.
import type { ClickHouseClient } from '@clickhouse/client';

/** An exception as it was stored. */
export type NewException = {
  readonly environmentId: number;
  readonly uuid: string;
  readonly atMs: number;
  readonly receivedMs: number;
  readonly distinctId: string;
  readonly personId: string;
  readonly sessionId: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly release: string;
  readonly browser: string;
  readonly os: string;
  readonly library: string;
  /** `$exception_list`; of a list that is too long, type and message of the first. */
  readonly list: unknown;
  /** `$exception_fingerprint`. */
  readonly own: unknown;
};

const SETTINGS = {
  max_execution_time: 60,
  max_memory_usage: '1000000000',
  max_bytes_before_external_sort: '300000000',
  log_comment: 'errors',
  priority: '3',
} as const;

/** Longer lists are hostile or broken: SDKs send at most 50 frames. Together a batch has at most 200 MB. */
const MAX_LIST_CHARS = 200_000;
/** Of exceptions together. */
const MAX_BATCH = 1000;

/** Where SDKs, and people who register one, say which release an event is of. */
const RELEASE_NAMES = ['$release', 'release', '$app_version', 'app_version', 'service.version'];
const RELEASE_SQL = `coalesce(${RELEASE_NAMES.map(
  (name) =>
    `nullIf(substring(if(startsWith(props['${name}'], '"'), JSONExtractString(props['${name}']), props['${name}']), 1, 200), '')`,
).join(', ')}, '')`;

const text = (name: string, max: number): string =>
  `substring(JSONExtractString(props['${name}']), 1, ${max})`;

const WITHIN = `event = '$exception'
      AND received_at >= fromUnixTimestamp64Milli({from:Int64})
      AND received_at < fromUnixTimestamp64Milli({to:Int64})`;

/** Ids of events are those of the SDK: unique within an environment. */
export const eventKey = (environmentId: number, uuid: string): string => `${environmentId}:${uuid}`;

export type Stretch = { readonly fromMs: number; readonly toMs: number };

/**
 * The earliest exceptions received in a stretch of time that are in no issue, in the order of their receipt.
 * `received_at` has a min-max index in both tables; long columns are read of the batch alone.
 */
export async function readUngrouped(
  clickhouse: ClickHouseClient,
  stretch: Stretch,
  limit: number = MAX_BATCH,
): Promise<readonly NewException[]> {
  const params = { from: stretch.fromMs, to: stretch.toMs };
  const found = await clickhouse.query({
    query: `SELECT environment_id, toString(uuid) AS id, toUnixTimestamp64Milli(received_at) AS received
      FROM events WHERE ${WITHIN} AND (environment_id, uuid) NOT IN (
        SELECT environment_id, uuid FROM exception WHERE received_at >= fromUnixTimestamp64Milli({from:Int64})
          AND received_at < fromUnixTimestamp64Milli({to:Int64}))
      ORDER BY received, id, environment_id LIMIT {limit:UInt32}`,
    query_params: { ...params, limit },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  const ids = await found.json<{ environment_id: number; id: string; received: string }>();
  const [first, last] = [ids[0], ids.at(-1)];
  if (!first || !last) return [];
  const read = await readExceptionsOf(
    clickhouse,
    ids.map(({ id }) => id),
    {
      fromMs: Number(first.received),
      toMs: Number(last.received) + 1,
    },
  );
  // The same event may be sent to two environments, and be in an issue of one of them.
  const keys = new Set(ids.map((row) => eventKey(row.environment_id, row.id)));
  return read.filter(({ environmentId, uuid }) => keys.has(eventKey(environmentId, uuid)));
}

type Row = Record<'id' | 'at' | 'received' | 'distinct_id' | 'person_id' | 'session_id', string> &
  Record<'release' | 'browser' | 'os' | 'library' | 'list' | 'own' | 'type' | 'message', string> & {
    readonly environment_id: number;
    readonly flags: Record<string, string>;
  };

async function readExceptionsOf(
  clickhouse: ClickHouseClient,
  uuids: readonly string[],
  stretch: Stretch,
): Promise<readonly NewException[]> {
  const result = await clickhouse.query({
    query: `SELECT environment_id, toString(uuid) AS id, toUnixTimestamp64Milli(timestamp) AS at,
        toUnixTimestamp64Milli(received_at) AS received, distinct_id, toString(person_id) AS person_id,
        session_id, flags, ${RELEASE_SQL} AS release, ${text('$browser', 100)} AS browser,
        ${text('$os', 100)} AS os, ${text('$lib', 100)} AS library,
        props['$exception_list'] AS sent, length(sent) <= ${MAX_LIST_CHARS} AS is_short,
        if(is_short, sent, '') AS list, substring(props['$exception_fingerprint'], 1, 2000) AS own,
        if(is_short, '', substring(JSONExtractString(sent, 1, 'type'), 1, 200)) AS type,
        if(is_short, '', substring(JSONExtractString(sent, 1, 'value'), 1, 2000)) AS message
      FROM events WHERE ${WITHIN} AND uuid IN {uuids:Array(UUID)}
      ORDER BY received, id`,
    query_params: { from: stretch.fromMs, to: stretch.toMs, uuids },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  return (await result.json<Row>()).map((row) => ({
    environmentId: row.environment_id,
    uuid: row.id,
    atMs: Number(row.at),
    receivedMs: Number(row.received),
    distinctId: row.distinct_id,
    personId: row.person_id,
    sessionId: row.session_id,
    flags: row.flags,
    release: row.release,
    browser: row.browser,
    os: row.os,
    library: row.library,
    list: row.list === '' ? [{ type: row.type, value: row.message }] : parsed(row.list),
    own: parsed(row.own),
  }));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** Writes down which exceptions are about what. */
export async function insertGrouped(
  clickhouse: ClickHouseClient,
  exceptions: readonly (NewException & { readonly fingerprint: string })[],
): Promise<void> {
  await clickhouse.insert({
    table: 'exception',
    format: 'JSONEachRow',
    values: exceptions.map((one) => ({
      environment_id: one.environmentId,
      fingerprint: one.fingerprint,
      uuid: one.uuid,
      timestamp: new Date(one.atMs).toISOString(),
      received_at: new Date(one.receivedMs).toISOString(),
      distinct_id: one.distinctId,
      person_id: one.personId,
      session_id: one.sessionId,
      flags: one.flags,
      release: one.release,
      browser: one.browser,
      os: one.os,
    })),
  });
}

/** Which of a batch are still among the events, by `eventKey`. */
export async function findStored(
  clickhouse: ClickHouseClient,
  batch: readonly NewException[],
): Promise<ReadonlySet<string>> {
  const received = batch.map(({ receivedMs }) => receivedMs);
  const result = await clickhouse.query({
    query: `SELECT environment_id, toString(uuid) AS id FROM events
      WHERE ${WITHIN} AND uuid IN {uuids:Array(UUID)}`,
    query_params: {
      from: Math.min(...received),
      to: Math.max(...received) + 1,
      uuids: batch.map(({ uuid }) => uuid),
    },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ environment_id: number; id: string }>();
  return new Set(rows.map((row) => eventKey(row.environment_id, row.id)));
}

/** When the earliest exception was received, of those from a moment on; undefined without any. */
export async function findEarliestMs(
  clickhouse: ClickHouseClient,
  fromMs: number,
): Promise<number | undefined> {
  const result = await clickhouse.query({
    query: `SELECT count() AS found, toUnixTimestamp64Milli(min(received_at)) AS earliest FROM events
      WHERE event = '$exception' AND received_at >= fromUnixTimestamp64Milli({from:Int64})`,
    query_params: { from: fromMs },
    clickhouse_settings: SETTINGS,
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ found: string; earliest: string }>();
  return row && Number(row.found) > 0 ? Number(row.earliest) : undefined;
}
