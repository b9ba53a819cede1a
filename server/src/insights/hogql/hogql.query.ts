// Puts other people's SQL to ClickHouse: read-only, within bounds, and behind a filter of its own for every table.
import { text } from 'node:stream/consumers';
import { type ClickHouseClient, ClickHouseError, SettingsMap } from '@clickhouse/client';
import { fail } from '#kernel/errors';
import { MAX_ROWS } from './hogql.ts';
import {
  BOUNDS,
  TOO_LARGE,
  type Watch,
  noteRead,
  withTag,
  withinBounds,
} from '../running/insights.query.ts';
import type { Sql } from '../sql/sql.ts';

/** What the store holds beside the views: a statement must not come upon it by its name. */
export type StoreFacts = {
  readonly database: string;
  /** The tables of the database, and whether their rows belong to environments. */
  readonly tables: ReadonlyMap<string, boolean>;
  /** Those of the names that are functions, in lower case. */
  readonly functions: ReadonlySet<string>;
};

type FactRow = readonly [string, [string, number][], string[]];

export async function findStoreFacts(
  ask: <Row>(sql: Sql) => Promise<Row[]>,
  names: readonly string[],
): Promise<StoreFacts> {
  const [row] = await ask<FactRow>({
    text: `SELECT currentDatabase(),
      (SELECT groupArray((name, name IN (SELECT table FROM system.columns
        WHERE database = currentDatabase() AND name = 'environment_id')))
        FROM system.tables WHERE database = currentDatabase()),
      (SELECT groupUniqArray(lower(name)) FROM system.functions WHERE lower(name) IN {names:Array(String)})`,
    params: { names: names.map((name) => name.toLowerCase()) },
  });
  if (!row) throw new Error('the event store does not say what it holds');
  const [database, tables, functions] = row;
  const held = tables.map(([name, isOfEnvironments]) => [name, isOfEnvironments === 1] as const);
  return { database, tables: new Map(held), functions: new Set(functions) };
}

/**
 * The lines of a statement's syntax tree; nothing of it is run. As a subquery of another statement it would not be
 * the tree of what was written.
 */
export function readSyntaxTree(
  clickhouse: ClickHouseClient,
  { text: statement, params }: Sql,
  signal: AbortSignal,
): Promise<string[]> {
  return withinBounds(signal, async () => {
    // The client would write a format behind the statement, into it.
    const { stream } = await clickhouse.exec({
      query: `EXPLAIN AST ${statement}`,
      query_params: params,
      abort_signal: signal,
      clickhouse_settings: { ...BOUNDS, readonly: '1', default_format: 'JSONCompactEachRow' },
    });
    const rows = (await text(stream)).split('\n').filter((line) => line !== '');
    return rows.map((row) => (JSON.parse(row) as [string])[0]);
  });
}

export type Table = {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
};

/** 50 MB of JSON. ClickHouse counts repeated values once, so that its own limit is not enough. */
const MAX_RESULT_BYTES = 50_000_000;
/** 1 GB. */
const MAX_MEMORY_BYTES = '1000000000';
/** 4 GB: what grouping and sorting may put on the disk. */
const MAX_DISK_BYTES = '4000000000';

/**
 * The rows of a statement, one more than an answer may have where there are more.
 * @throws query_too_expensive, invalid_input with what ClickHouse says is wrong
 */
export function askFreely(
  clickhouse: ClickHouseClient,
  { text: query, params }: Sql,
  { database, tables }: StoreFacts,
  environmentId: number,
  signal: AbortSignal,
  watch?: Watch,
): Promise<Table> {
  const filters = [...tables].map(([name, isOfEnvironments]) => [
    inQuotes(`${database}.${name}`),
    isOfEnvironments ? `environment_id = ${environmentId}` : '0',
  ]);
  return withinBounds(signal, async () => {
    const answer = await clickhouse.query({
      query: withTag(query, watch),
      query_params: params,
      format: 'JSONCompactEachRowWithNamesAndTypes',
      abort_signal: signal,
      clickhouse_settings: {
        ...BOUNDS,
        max_result_rows: String(MAX_ROWS + 1),
        max_result_bytes: String(MAX_RESULT_BYTES),
        max_memory_usage: MAX_MEMORY_BYTES,
        max_temporary_data_on_disk_size_for_query: MAX_DISK_BYTES,
        session_timezone: 'UTC',
        date_time_output_format: 'iso',
        enable_analyzer: 1,
        // The condition on the environment is alone in PREWHERE: nothing else sees rows that it refuses.
        optimize_move_to_prewhere: 0,
        additional_table_filters: SettingsMap.from(Object.fromEntries(filters)),
        readonly: '1',
      },
    });
    noteRead(answer.response_headers, watch);
    return tableOf(await boundedLines(answer.stream<unknown>()));
  });
}

const inQuotes = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");

type Lines = AsyncIterable<readonly { readonly text: string }[]>;

/** @throws query_too_expensive when they are too long; the rest is not read */
async function boundedLines(batches: Lines): Promise<string[]> {
  const lines: string[] = [];
  let bytes = 0;
  for await (const batch of batches) {
    for (const { text: line } of batch) {
      bytes += line.length;
      if (bytes > MAX_RESULT_BYTES) fail('query_too_expensive', { detail: TOO_LARGE });
      lines.push(line);
    }
  }
  return lines;
}

function tableOf([columns = '[]', types = '[]', ...rows]: readonly string[]): Table {
  return {
    columns: JSON.parse(columns) as string[],
    types: JSON.parse(types) as string[],
    rows: rows.map((row) => JSON.parse(row, keepDigits) as unknown[]),
  };
}

/** Whole numbers that JavaScript would round stay as they are, as text. */
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }) {
  const isRounded = typeof value === 'number' && !Number.isSafeInteger(value);
  return isRounded && /^-?\d{16,}$/.test(context?.source ?? '') ? context?.source : value;
}

/** Faults of the store itself, which no other statement would mend. */
const NOT_OF_THE_STATEMENT = new Set([
  '49',
  '76',
  '202',
  '209',
  '210',
  '243',
  '252',
  '999',
  '1002',
]);

/** What ClickHouse says is wrong with a statement, without what Serin has put around it; undefined for other faults. */
export function complaintOf(error: unknown): string | undefined {
  if (!(error instanceof ClickHouseError) || NOT_OF_THE_STATEMENT.has(error.code)) return undefined;
  return error.message
    .split(/:? in scope |:? while |: \(|Note: /i, 1)
    .join('')
    .replaceAll(/`?__table\d+`?\./g, '')
    .trim();
}
