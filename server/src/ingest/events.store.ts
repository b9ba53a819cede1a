// Events in ClickHouse: inserted with a token that makes a repeat harmless, and looked up by uuid.
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client';
import { sqlTime } from './row.ts';

/**
 * Inserts rows (JSON texts). A second insert with the same token changes nothing, also after a restart of
 * either side; tokens are remembered for the last 10,000 inserts.
 * @throws ClickHouseError, see {@link isDataError}
 */
export async function insertRows(
  clickhouse: ClickHouseClient,
  token: string,
  rows: readonly string[],
): Promise<void> {
  const { stream } = await clickhouse.exec({
    query: 'INSERT INTO events FORMAT JSONEachRow',
    values: Readable.from([Buffer.from(rows.join('\n'))]),
    clickhouse_settings: {
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      // What views make of them is stored once as well, also when a crash came in between.
      deduplicate_blocks_in_dependent_materialized_views: 1,
      async_insert: 0,
      date_time_input_format: 'basic',
      // One block, whatever the size: a token stands for one.
      input_format_parallel_parsing: 0,
    },
  });
  for await (const _chunk of stream);
}

/** Codes of ClickHouse that say "these rows", not "not now": parsing, types, ranges. */
const DATA_ERRORS: ReadonlySet<string> = new Set([
  '6',
  '25',
  '26',
  '27',
  '33',
  '38',
  '41',
  '53',
  '69',
  '70',
  '72',
  '117',
  '130',
  '131',
  '376',
  '441',
  '547',
  '691',
]);

/** True when repeating an insert cannot help because a row is at fault. */
export function isDataError(error: unknown): boolean {
  return error instanceof ClickHouseError && DATA_ERRORS.has(error.code);
}

/** True when a question was given up because it took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof ClickHouseError && (error.code === '159' || error.code === '160');
}

/** What finds an event again. */
export type StoredClue = {
  readonly environmentId: number;
  readonly uuid: string;
  /** Its time by this copy; undefined when a copy may have any other. */
  readonly atMs: number | undefined;
};

/** 25 h: how far two copies' times may differ by a different correction of the client's clock. */
const COPY_SHIFT_MS = 25 * 3_600_000;
/** Uuids per query: a question costs far more than a uuid in it (0.3 s for 100, 0.9 s for 1000 in 10 million
 * rows), yet none may take too long. */
const LOOKUP_SIZE = 1000;
/** 31 days: how far apart the times in one query are, so that it reads few months. */
const LOOKUP_SPAN_MS = 31 * 86_400_000;
const LOOKUP_SECONDS = 60;

/**
 * Which of these events the store has already, as `<environment>:<uuid>`.
 * @throws ClickHouseError, see {@link isTimeout}, when a question takes more than `maxSeconds`
 */
export async function findStored(
  clickhouse: ClickHouseClient,
  clues: readonly StoredClue[],
  maxSeconds = LOOKUP_SECONDS,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const groups = Map.groupBy(
    clues,
    (clue) => `${clue.environmentId}:${clue.atMs === undefined ? 'anytime' : 'dated'}`,
  );
  for (const group of groups.values()) {
    const sorted = group.toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
    while (sorted.length > 0) {
      const lastMs = (sorted[0]?.atMs ?? 0) + LOOKUP_SPAN_MS;
      const end = sorted.findIndex(({ atMs }, at) => at >= LOOKUP_SIZE || (atMs ?? 0) > lastMs);
      const part = sorted.splice(0, end === -1 ? sorted.length : end);
      for (const key of await lookUp(clickhouse, part, maxSeconds)) found.add(key);
    }
  }
  return found;
}

async function lookUp(
  clickhouse: ClickHouseClient,
  clues: readonly StoredClue[],
  maxSeconds: number,
): Promise<string[]> {
  const [first] = clues;
  if (!first) return [];
  const times = clues.flatMap((clue) => (clue.atMs === undefined ? [] : [clue.atMs]));
  const isDated = times.length > 0;
  const from = Math.max(0, Math.min(...times) - COPY_SHIFT_MS);
  const result = await clickhouse.query({
    // The uuid filter and, where a time is known, the date in the order key choose the granules.
    query: `SELECT DISTINCT toString(e.uuid) AS uuid FROM events AS e
      WHERE e.environment_id = {environment:UInt32} AND e.uuid IN {uuids:Array(UUID)}
      ${isDated ? `AND e.timestamp BETWEEN {from:DateTime64(3, 'UTC')} AND {to:DateTime64(3, 'UTC')}` : ''}`,
    query_params: {
      environment: first.environmentId,
      uuids: clues.map((clue) => clue.uuid),
      ...(isDated ? { from: sqlTime(from), to: sqlTime(Math.max(...times) + COPY_SHIFT_MS) } : {}),
    },
    // Storing must not wait behind people's slow questions; see the embedded store's lanes.
    clickhouse_settings: { priority: '1', max_execution_time: maxSeconds, log_comment: 'repeats' },
    format: 'JSONEachRow',
  });
  const rows = await result.json<{ uuid: string }>();
  return rows.map((row) => storedKey(first.environmentId, row.uuid));
}

/** True when there is no event at all, of anybody. */
export async function isStoreEmpty(clickhouse: ClickHouseClient): Promise<boolean> {
  const result = await clickhouse.query({
    query: 'SELECT 1 FROM events LIMIT 1',
    format: 'JSONEachRow',
  });
  return (await result.json()).length === 0;
}

export function storedKey(environmentId: number, uuid: string): string {
  return `${environmentId}:${uuid}`;
}
